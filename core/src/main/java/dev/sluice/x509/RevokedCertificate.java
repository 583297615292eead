package dev.sluice.x509;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Objects;

/**
 * An entry of a certificate revocation list (RFC 5280 §5.1.2.6).
 *
 * <p>Immutable, share freely.
 *
 * @param serialNumber which certificate of the list's issuer was revoked
 * @param revocationDate when that was
 * @param reason why; {@link RevocationReason#UNSPECIFIED} if the list does not say
 */
public record RevokedCertificate(BigInteger serialNumber, Instant revocationDate, RevocationReason reason) {
    /**
     * Makes an entry.
     *
     * @param serialNumber which certificate of the list's issuer was revoked
     * @param revocationDate when that was
     * @param reason why; {@link RevocationReason#UNSPECIFIED} if the list does not say
     */
    public RevokedCertificate {
        Objects.requireNonNull(serialNumber, "serialNumber");
        Objects.requireNonNull(revocationDate, "revocationDate");
        Objects.requireNonNull(reason, "reason");
    }
}
