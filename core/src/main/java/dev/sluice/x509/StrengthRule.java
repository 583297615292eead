package dev.sluice.x509;

import dev.sluice.SslError.Code;
import java.util.List;

/** Whether all keys and signatures of a path are strong enough for the policy. */
final class StrengthRule implements PathRule {
    @Override
    public void check(CandidatePath path) {
        // The signature of a trust anchor proves nothing and is not looked at; its key is.
        List<SslCertificate> issued = path.issued();
        for (int i = 0; i < path.size(); i++) {
            SslCertificate certificate = path.get(i);
            path.reportIf(
                    !Strength.isStrongKey(certificate.tbs().publicKey(), path.policy()), Code.WEAK_KEY, certificate);
            path.reportIf(
                    i < issued.size() && !Strength.isStrongSignature(certificate.signatureAlgorithm(), path.policy()),
                    Code.WEAK_SIGNATURE,
                    certificate);
        }
    }
}
