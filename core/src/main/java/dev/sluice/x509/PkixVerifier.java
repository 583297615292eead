package dev.sluice.x509;

import dev.sluice.SslError;
import java.util.List;

/** Refuses everybody; replaced by the real one in the next commit. */
final class PkixVerifier implements CertificateVerifier {
    static final PkixVerifier INSTANCE = new PkixVerifier();

    private PkixVerifier() {}

    @Override
    public VerificationResult verify(VerificationRequest request) {
        return new VerificationResult(
                List.of(new SslError(
                        SslError.Code.UNSPECIFIED_ERROR,
                        request.chain().stream().findFirst())),
                List.of());
    }
}
