package dev.sluice.x509;

import dev.sluice.SslError.Code;
import dev.sluice.x509.CertificateExtensions.Criticality;
import dev.sluice.x509.CertificateExtensions.Oid;
import dev.sluice.x509.CertificateExtensions.Raw;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which extensions may, must or must not be critical, and that none of them is empty (RFC 5280 §4.2). Holds for the trust
 * anchor too: what its owner has marked as critical must not be ignored.
 */
final class ExtensionsRule implements PathRule {
    /** What the rules process, or what needs no processing to be obeyed. */
    private static final Set<String> UNDERSTOOD = Set.of(
            Oid.AUTHORITY_KEY_IDENTIFIER,
            Oid.SUBJECT_KEY_IDENTIFIER,
            Oid.KEY_USAGE,
            Oid.CERTIFICATE_POLICIES,
            Oid.POLICY_MAPPINGS,
            Oid.SUBJECT_ALT_NAME,
            Oid.ISSUER_ALT_NAME,
            Oid.SUBJECT_DIRECTORY_ATTRIBUTES,
            Oid.BASIC_CONSTRAINTS,
            Oid.NAME_CONSTRAINTS,
            Oid.POLICY_CONSTRAINTS,
            Oid.EXTENDED_KEY_USAGE,
            Oid.CRL_DISTRIBUTION_POINTS,
            Oid.INHIBIT_ANY_POLICY,
            Oid.FRESHEST_CRL,
            Oid.AUTHORITY_INFORMATION_ACCESS,
            Oid.SUBJECT_INFORMATION_ACCESS,
            Oid.TLS_FEATURE);

    /** "Conforming CAs MUST mark this extension as non-critical": §4.2.1.1, .2, .8, .15, §4.2.2.1 and .2. */
    private static final Set<String> NEVER_CRITICAL = Set.of(
            Oid.AUTHORITY_KEY_IDENTIFIER,
            Oid.SUBJECT_KEY_IDENTIFIER,
            Oid.SUBJECT_DIRECTORY_ATTRIBUTES,
            Oid.FRESHEST_CRL,
            Oid.AUTHORITY_INFORMATION_ACCESS,
            Oid.SUBJECT_INFORMATION_ACCESS);

    /** "Conforming CAs MUST mark this extension as critical": §4.2.1.11 and .14. */
    private static final Set<String> ALWAYS_CRITICAL = Set.of(Oid.POLICY_CONSTRAINTS, Oid.INHIBIT_ANY_POLICY);

    @Override
    public void check(CandidatePath path) {
        for (SslCertificate certificate : path.certificates()) {
            CertificateExtensions extensions = certificate.tbs().extensions();
            for (Raw extension : extensions.all()) {
                checkCriticality(path, certificate, extension);
            }
            checkContent(path, certificate);
        }
    }

    private static void checkCriticality(CandidatePath path, SslCertificate certificate, Raw extension) {
        String oid = extension.oid();
        if (extension.criticality() == Criticality.CRITICAL) {
            path.reportIf(
                    !UNDERSTOOD.contains(oid), Code.UNHANDLED_CRITICAL_EXTENSION, certificate, "extension " + oid);
            path.reportIf(
                    NEVER_CRITICAL.contains(oid),
                    Code.MALFORMED_CERTIFICATE,
                    certificate,
                    "extension " + oid + " is critical, expected non-critical (RFC 5280 §4.2)");
        } else {
            path.reportIf(
                    mustBeCritical(oid, certificate.tbs().extensions(), path.policy()),
                    Code.MALFORMED_CERTIFICATE,
                    certificate,
                    "extension " + oid + " is not critical, expected critical (RFC 5280 §4.2)");
        }
    }

    private static boolean mustBeCritical(String oid, CertificateExtensions extensions, VerificationPolicy policy) {
        return ALWAYS_CRITICAL.contains(oid)
                // §4.2.1.9: in the certificates of CAs; of others it is as the issuer likes.
                || (oid.equals(Oid.BASIC_CONSTRAINTS) && extensions.isCa())
                // §4.2.1.10. The Baseline Requirements (7.1.2.5.2) allow non-critical ones, for old software's sake.
                || (oid.equals(Oid.NAME_CONSTRAINTS) && policy.profile() == VerificationPolicy.Profile.RFC_5280);
    }

    /** Where RFC 5280 wants one entry or more, none is an error: it must not pass for "no restriction". */
    private static void checkContent(CandidatePath path, SslCertificate certificate) {
        CertificateExtensions extensions = certificate.tbs().extensions();
        Map<String, Boolean> faults = new LinkedHashMap<>();
        faults.put("key usage allows nothing (RFC 5280 §4.2.1.3)", isPresent(extensions.keyUsage(), Set::isEmpty));
        faults.put(
                "certificate policies are none, or one of them twice (RFC 5280 §4.2.1.4)",
                isPresent(extensions.policies(), ExtensionsRule::isEmptyOrRepeats));
        faults.put(
                "policy mappings are empty (RFC 5280 §4.2.1.5)", isPresent(extensions.policyMappings(), List::isEmpty));
        faults.put(
                "subject alternative names are none, or an address has neither 4 nor 16 octets (RFC 5280 §4.2.1.6)",
                hasBadNames(extensions));
        faults.put(
                "policy constraints are empty (RFC 5280 §4.2.1.11)",
                isPresent(extensions.policyConstraints(), ExtensionsRule::isEmpty));
        faults.put(
                "extended key usage is empty (RFC 5280 §4.2.1.12)",
                isPresent(extensions.extendedKeyUsage(), Set::isEmpty));
        faults.forEach((fault, found) -> path.reportIf(found, Code.MALFORMED_CERTIFICATE, certificate, fault));
    }

    private static <T> boolean isPresent(Optional<T> value, Predicate<T> fault) {
        return value.filter(fault).isPresent();
    }

    private static boolean isEmpty(CertificatePolicies.Constraints constraints) {
        return constraints.requireExplicitPolicy().isEmpty()
                && constraints.inhibitPolicyMapping().isEmpty();
    }

    /** RFC 5280 §4.2.1.4: a policy MUST NOT appear more than once. */
    private static boolean isEmptyOrRepeats(List<String> policies) {
        return policies.isEmpty() || new HashSet<>(policies).size() < policies.size();
    }

    /** RFC 5280 §4.2.1.6: there is a name, and addresses have 4 or 16 octets. */
    private static boolean hasBadNames(CertificateExtensions extensions) {
        List<SubjectAltName> names = extensions.subjectAltNames();
        return (extensions.has(Oid.SUBJECT_ALT_NAME) && names.isEmpty()) || names.contains(SubjectAltName.Other.BAD_IP);
    }
}
