package dev.sluice.x509;

import dev.sluice.SslError.Code;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the CRLs that were given say of a certificate (RFC 5280 §6.3.3). A CRL counts if the issuer of the certificate
 * itself has signed it, strongly, and may sign CRLs; all others are as if they were not there.
 *
 * <p>One that is not current proves no certificate good. It still proves one revoked, unless that was for a time only:
 * nothing undoes another revocation (§5.3.1), and to forget it when the list is not renewed would be the wrong way to
 * fail. Of several CRLs any may prove a revocation.
 *
 * <p>Immutable, share freely.
 */
final class CrlChecks {
    private final List<CertificateRevocationList> lists;
    private final Duration tolerance;
    private final Instant time;

    CrlChecks(List<CertificateRevocationList> lists, Duration tolerance, Instant time) {
        this.lists = lists;
        this.tolerance = tolerance;
        this.time = time;
    }

    /**
     * The status of a certificate.
     *
     * @return {@link Code#NO_ERROR} if it is not revoked, {@link Code#CERTIFICATE_REVOKED}, or {@link
     *     Code#CERTIFICATE_STATUS_UNKNOWN}
     */
    Code judge(SslCertificate certificate, SslCertificate issuer) {
        if (!maySignLists(issuer)) {
            return Code.CERTIFICATE_STATUS_UNKNOWN;
        }
        boolean good = false;
        for (CertificateRevocationList list : lists) {
            if (!list.issuerName().equals(certificate.tbs().issuer()) || !isAuthentic(list, issuer)) {
                continue;
            }
            Optional<RevokedCertificate> entry = list.find(certificate.serialNumber());
            if (entry.isPresent() && proves(list, entry.get())) {
                return Code.CERTIFICATE_REVOKED;
            }
            good |= entry.isEmpty() && isCurrent(list) && list.covers(certificate);
        }
        return good ? Code.NO_ERROR : Code.CERTIFICATE_STATUS_UNKNOWN;
    }

    /** RFC 5280 §4.2.1.3, §6.3.3 (f): with a key usage, cRLSign is needed. */
    private static boolean maySignLists(SslCertificate issuer) {
        Optional<Set<KeyUsage>> usage = issuer.tbs().extensions().keyUsage();
        return usage.isEmpty() || usage.get().contains(KeyUsage.CRL_SIGN);
    }

    private static boolean isAuthentic(CertificateRevocationList list, SslCertificate issuer) {
        return list.signatureAlgorithm().isStrong() && list.isSignedBy(issuer.publicKey());
    }

    private boolean isCurrent(CertificateRevocationList list) {
        return hasBegun(list) && !list.nextUpdate().isBefore(time.minus(tolerance));
    }

    private boolean hasBegun(CertificateRevocationList list) {
        return !list.thisUpdate().isAfter(time.plus(tolerance));
    }

    private boolean proves(CertificateRevocationList list, RevokedCertificate entry) {
        return entry.reason() == RevocationReason.CERTIFICATE_HOLD ? isCurrent(list) : hasBegun(list);
    }
}
