package dev.sluice.x509;

import dev.sluice.SslError.Code;
import dev.sluice.x509.CertificateExtensions.Oid;
import java.util.Optional;
import java.util.Set;

/**
 * What the Baseline Requirements of the CA/Browser Forum demand beyond RFC 5280 (version 2.1, section 7.1: certificate
 * profiles). Only what can be seen in the certificates and binds all that are in use; what other rules check is not
 * repeated here.
 */
final class WebPkiRule implements PathRule {
    /** Purposes that a certificate of a server must not have beside its own (7.1.2.7.10). */
    private static final Set<String> FORBIDDEN_PURPOSES = Set.of(
            PurposeRule.ANY_PURPOSE,
            "1.3.6.1.5.5.7.3.3", // id-kp-codeSigning
            "1.3.6.1.5.5.7.3.4", // id-kp-emailProtection
            "1.3.6.1.5.5.7.3.8", // id-kp-timeStamping
            "1.3.6.1.5.5.7.3.9", // id-kp-OCSPSigning
            "1.3.6.1.4.1.11129.2.4.4"); // Precertificate Signing (RFC 6962 §3.1)

    @Override
    public void check(CandidatePath path) {
        if (path.policy().profile() != VerificationPolicy.Profile.WEB_PKI) {
            return;
        }
        if (path.request().purpose() == Purpose.SERVER) {
            checkSubscriber(path, path.leaf());
        }
        for (int i = 0; i < path.size(); i++) {
            SslCertificate certificate = path.get(i);
            boolean root = path.isAnchor(i) && certificate.isSelfIssued();
            boolean keyNamed = root ? isRootKeyNamed(certificate.tbs().extensions()) : isIssuersKeyNamed(certificate);
            // 7.1.2.1.2: extKeyUsage MUST NOT be present in a root.
            boolean purposeOfRoot = root && certificate.tbs().extensions().has(Oid.EXTENDED_KEY_USAGE);
            boolean uniqueIdentifiers = certificate.tbs().uniqueIdentifiers() > 0; // 7.1.2.1 to 7.1.2.7
            violationIf(!keyNamed, path, certificate, "authority key identifier not as in 7.1.2.1.3 or 7.1.2.11.1");
            violationIf(purposeOfRoot, path, certificate, "root with an extended key usage (7.1.2.1.2)");
            violationIf(uniqueIdentifiers, path, certificate, "unique identifiers (7.1.2)");
        }
    }

    private static void violationIf(boolean wrong, CandidatePath path, SslCertificate certificate, String detail) {
        path.reportIf(wrong, Code.PROFILE_VIOLATION, certificate, "Baseline Requirements: " + detail);
    }

    /** 7.1.2.1.3: a root may name its key, with its own identifier and in no other way. */
    private static boolean isRootKeyNamed(CertificateExtensions extensions) {
        return extensions
                .authorityKeyIdentifier()
                .map(named -> named.keyIdentifier().isPresent()
                        && named.keyIdentifier().equals(extensions.subjectKeyIdentifier())
                        && hasNothingElse(named))
                .orElse(true);
    }

    /** 7.1.2.11.1: all others name the key of their issuer by its identifier and in no other way. */
    private static boolean isIssuersKeyNamed(SslCertificate certificate) {
        return certificate
                .tbs()
                .extensions()
                .authorityKeyIdentifier()
                .map(named -> named.keyIdentifier().isPresent() && hasNothingElse(named))
                .orElse(false);
    }

    private static boolean hasNothingElse(AuthorityKeyIdentifier named) {
        return named.issuer().isEmpty() && named.serialNumber().isEmpty();
    }

    /** 7.1.2.7: the certificate of a server. */
    private static void checkSubscriber(CandidatePath path, SslCertificate leaf) {
        CertificateExtensions extensions = leaf.tbs().extensions();
        Optional<Set<String>> purposes = extensions.extendedKeyUsage();
        boolean purposesFit = purposes.isPresent()
                && purposes.get().stream().noneMatch(FORBIDDEN_PURPOSES::contains)
                && !extensions.isCritical(Oid.EXTENDED_KEY_USAGE); // 7.1.2.7.6: critical "N"
        // 7.1.2.7.12: critical if and only if the subject is empty.
        boolean namesFit = !leaf.subjectAlternativeNames().isEmpty()
                && extensions.isCritical(Oid.SUBJECT_ALT_NAME)
                        == leaf.tbs().subject().isEmpty();
        boolean ca = extensions.isCa(); // 7.1.2.7.8: cA MUST be FALSE
        boolean commonNameFits =
                CommonNameCheck.isOfHostItself(path.request().peerName()) || CommonNameCheck.isCopied(leaf); // 7.1.4.3
        violationIf(ca, path, leaf, "server that is a CA (7.1.2.7.8)");
        violationIf(!purposesFit, path, leaf, "extended key usage missing, critical or too wide (7.1.2.7.10)");
        violationIf(!namesFit, path, leaf, "alternative names missing, or critical beside a subject (7.1.2.7.12)");
        violationIf(!commonNameFits, path, leaf, "common name that is no copy of an alternative name (7.1.4.3)");
    }
}
