package dev.sluice.x509;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Decodes the extensions about certificate policies, with the texts for people that decide nothing. */
final class PolicyValues {
    /** RFC 5280 §4.2.1.4. */
    private static final String CPS = "1.3.6.1.5.5.7.2.1";

    private static final String USER_NOTICE = "1.3.6.1.5.5.7.2.2";

    private PolicyValues() {}

    static Object policies(DerReader reader) throws CertificateFormatException {
        DerReader policies = reader.enter(DerReader.SEQUENCE);
        List<Map<String, Object>> result = new ArrayList<>();
        while (policies.hasMore()) {
            DerReader information = policies.enter(DerReader.SEQUENCE);
            Map<String, Object> policy = new LinkedHashMap<>();
            policy.put("policyIdentifier", information.readObjectIdentifier());
            if (information.hasMore()) {
                readQualifiers(information.enter(DerReader.SEQUENCE), policy);
            }
            information.expectEnd();
            result.add(ExtensionValues.immutable(policy));
        }
        return List.copyOf(result);
    }

    private static void readQualifiers(DerReader qualifiers, Map<String, Object> policy)
            throws CertificateFormatException {
        List<String> statements = new ArrayList<>();
        List<String> notices = new ArrayList<>();
        while (qualifiers.hasMore()) {
            DerReader qualifier = qualifiers.enter(DerReader.SEQUENCE);
            String kind = qualifier.readObjectIdentifier();
            if (kind.equals(CPS)) {
                statements.add(qualifier.readIa5(DerReader.IA5_STRING));
            } else if (kind.equals(USER_NOTICE)) {
                readNotice(qualifier.enter(DerReader.SEQUENCE), notices);
            } else {
                qualifier.skip();
            }
            qualifier.expectEnd();
        }
        if (!statements.isEmpty()) {
            policy.put("cps", List.copyOf(statements));
        }
        if (!notices.isEmpty()) {
            policy.put("userNotice", List.copyOf(notices));
        }
    }

    private static void readNotice(DerReader notice, List<String> notices) throws CertificateFormatException {
        if (notice.nextIs(DerReader.SEQUENCE)) {
            // A reference to a numbered text that nobody here has.
            notice.skip();
        }
        if (notice.nextIs(DerReader.VISIBLE_STRING)) {
            notices.add(notice.readIa5(DerReader.VISIBLE_STRING));
        } else if (notice.hasMore()) {
            int tag = notice.peekTag();
            DistinguishedName.decode(tag, notice.readBytes(tag)).ifPresent(notices::add);
        }
        notice.expectEnd();
    }

    static Object mappings(DerReader reader) throws CertificateFormatException {
        List<Map<String, Object>> result = new ArrayList<>();
        for (CertificatePolicies.Mapping mapping : CertificatePolicies.readMappings(reader)) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("issuerDomainPolicy", mapping.issuerDomainPolicy());
            fields.put("subjectDomainPolicy", mapping.subjectDomainPolicy());
            result.add(ExtensionValues.immutable(fields));
        }
        return List.copyOf(result);
    }

    static Object constraints(DerReader reader) throws CertificateFormatException {
        CertificatePolicies.Constraints constraints = CertificatePolicies.Constraints.read(reader);
        Map<String, Object> result = new LinkedHashMap<>();
        constraints.requireExplicitPolicy().ifPresent(count -> result.put("requireExplicitPolicy", count));
        constraints.inhibitPolicyMapping().ifPresent(count -> result.put("inhibitPolicyMapping", count));
        return ExtensionValues.immutable(result);
    }
}
