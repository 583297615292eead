package dev.sluice.x509;

import dev.sluice.SslError.Code;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Whether all certificates of a path are valid at the time that counts (RFC 5280 §4.1.2.5, §6.1.3 (a) (2)). */
final class ValidityRule implements PathRule {
    @Override
    public void check(CandidatePath path) {
        // Both ends belong to the validity and tell whole seconds, so the last second lasts until the next one begins.
        Instant time = path.request().time().truncatedTo(ChronoUnit.SECONDS);
        for (int i = path.size() - 1; i >= 0; i--) {
            SslCertificate certificate = path.get(i);
            Validity validity = certificate.tbs().validity();
            path.reportIf(time.isBefore(validity.notBefore()), Code.CERTIFICATE_NOT_YET_VALID, certificate);
            path.reportIf(time.isAfter(validity.notAfter()), Code.CERTIFICATE_EXPIRED, certificate);
            if (!path.isAnchor(i)) {
                checkForm(path, certificate, validity);
            }
        }
    }

    /** RFC 5280 §4.1.2.5: CAs MUST encode dates through the year 2049 as UTCTime. */
    private static void checkForm(CandidatePath path, SslCertificate certificate, Validity validity) {
        path.reportIf(validity.notBeforeForm() != Validity.Form.CONFORMING, Code.INVALID_NOT_BEFORE_FIELD, certificate);
        path.reportIf(validity.notAfterForm() != Validity.Form.CONFORMING, Code.INVALID_NOT_AFTER_FIELD, certificate);
    }
}
