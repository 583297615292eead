package dev.sluice.x509;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The extensions by which certificate policies are stated and constrained (RFC 5280 §4.2.1.4, .5, .11 and .14). */
final class CertificatePolicies {
    static final String ANY_POLICY = "2.5.29.32.0";

    private CertificatePolicies() {}

    /**
     * Says that a policy of the issuer's domain is as good as one of the subject's (RFC 5280 §4.2.1.5).
     *
     * @param issuerDomainPolicy the policy as the issuer calls it
     * @param subjectDomainPolicy the policy as the subject calls it
     */
    record Mapping(String issuerDomainPolicy, String subjectDomainPolicy) {}

    /**
     * How many more certificates may follow until something is demanded (RFC 5280 §4.2.1.11).
     *
     * @param requireExplicitPolicy until a policy is demanded
     * @param inhibitPolicyMapping until no policy is mapped any more
     */
    record Constraints(OptionalInt requireExplicitPolicy, OptionalInt inhibitPolicyMapping) {
        static Constraints read(DerReader reader) throws CertificateFormatException {
            DerReader fields = reader.enter(DerReader.SEQUENCE);
            OptionalInt explicit = readSkipCerts(fields, DerReader.contextTag(0));
            OptionalInt mapping = readSkipCerts(fields, DerReader.contextTag(1));
            fields.expectEnd();
            return new Constraints(explicit, mapping);
        }

        private static OptionalInt readSkipCerts(DerReader fields, int tag) throws CertificateFormatException {
            return fields.nextIs(tag) ? OptionalInt.of(fields.readSaturatedUnsigned(tag)) : OptionalInt.empty();
        }
    }

    /** The policies of a certificate; their qualifiers are texts for people and decide nothing. */
    static List<String> readPolicies(DerReader reader) throws CertificateFormatException {
        DerReader policies = reader.enter(DerReader.SEQUENCE);
        List<String> result = new ArrayList<>();
        while (policies.hasMore()) {
            DerReader information = policies.enter(DerReader.SEQUENCE);
            result.add(information.readObjectIdentifier());
            if (information.hasMore()) {
                information.enter(DerReader.SEQUENCE);
            }
            information.expectEnd();
        }
        return List.copyOf(result);
    }

    static List<Mapping> readMappings(DerReader reader) throws CertificateFormatException {
        DerReader mappings = reader.enter(DerReader.SEQUENCE);
        List<Mapping> result = new ArrayList<>();
        while (mappings.hasMore()) {
            DerReader mapping = mappings.enter(DerReader.SEQUENCE);
            result.add(new Mapping(mapping.readObjectIdentifier(), mapping.readObjectIdentifier()));
            mapping.expectEnd();
        }
        return List.copyOf(result);
    }
}
