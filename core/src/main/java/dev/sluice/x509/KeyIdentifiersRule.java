package dev.sluice.x509;

import dev.sluice.SslError.Code;
import java.util.Optional;

/** Whether certificates name their own key and that of their issuer, and the right one (RFC 5280 §4.2.1.1, §4.2.1.2). */
final class KeyIdentifiersRule implements PathRule {
    @Override
    public void check(CandidatePath path) {
        for (int i = 0; i < path.size(); i++) {
            SslCertificate certificate = path.get(i);
            path.reportIf(
                    !namesOwnKey(certificate.tbs().extensions(), i > 0),
                    Code.MALFORMED_CERTIFICATE,
                    certificate,
                    "no subject key identifier (RFC 5280 §4.2.1.2)");
            path.reportIf(
                    !namesIssuersKey(path, i),
                    Code.MALFORMED_CERTIFICATE,
                    certificate,
                    "no authority key identifier (RFC 5280 §4.2.1.1)");
            if (i + 1 < path.size()) {
                Optional<AuthorityKeyIdentifier> issuersKey =
                        certificate.tbs().extensions().authorityKeyIdentifier();
                path.reportIf(
                        issuersKey.isPresent() && !issuersKey.get().mayMean(path.get(i + 1)),
                        Code.AUTHORITY_ISSUER_SERIAL_NUMBER_MISMATCH,
                        certificate);
            }
        }
    }

    /** §4.2.1.2: "this extension MUST appear in all conforming CA certificates". */
    private static boolean namesOwnKey(CertificateExtensions extensions, boolean isIssuer) {
        return extensions.subjectKeyIdentifier().isPresent() || !(isIssuer || extensions.isCa());
    }

    /** §4.2.1.1: the key identifier "MUST be included in all certificates", save for those that are self-signed. */
    private static boolean namesIssuersKey(CandidatePath path, int index) {
        SslCertificate certificate = path.get(index);
        boolean endsPath = index == path.size() - 1;
        return (endsPath && certificate.isSelfIssued())
                || certificate
                        .tbs()
                        .extensions()
                        .authorityKeyIdentifier()
                        .flatMap(AuthorityKeyIdentifier::keyIdentifier)
                        .isPresent();
    }
}
