package dev.sluice.x509;

import dev.sluice.SslError.Code;
import dev.sluice.x509.CertificateExtensions.Criticality;
import dev.sluice.x509.CertificateExtensions.Oid;
import dev.sluice.x509.CertificateExtensions.Raw;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
            CertificateExtensions extensions = certificate.extensions();
            for (Raw extension : extensions.all()) {
                boolean critical = extension.criticality() == Criticality.CRITICAL;
                path.reportIf(
                        critical && !UNDERSTOOD.contains(extension.oid()),
                        Code.UNHANDLED_CRITICAL_EXTENSION,
                        certificate);
                boolean wrong = critical
                        ? NEVER_CRITICAL.contains(extension.oid())
                        : mustBeCritical(extension.oid(), extensions, path.policy());
                path.reportIf(wrong, Code.MALFORMED_CERTIFICATE, certificate);
            }
            path.reportIf(saysNothing(extensions), Code.MALFORMED_CERTIFICATE, certificate);
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
    private static boolean saysNothing(CertificateExtensions extensions) {
        return extensions.keyUsage().filter(Set::isEmpty).isPresent() // §4.2.1.3
                || extensions
                        .policies()
                        .filter(ExtensionsRule::isEmptyOrRepeats)
                        .isPresent() // §4.2.1.4
                || extensions.policyMappings().filter(List::isEmpty).isPresent() // §4.2.1.5
                || hasBadNames(extensions)
                || extensions.extendedKeyUsage().filter(Set::isEmpty).isPresent() // §4.2.1.12
                || extensions
                        .policyConstraints() // §4.2.1.11
                        .filter(constraints ->
                                constraints.requireExplicitPolicy().isEmpty()
                                        && constraints.inhibitPolicyMapping().isEmpty())
                        .isPresent();
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
