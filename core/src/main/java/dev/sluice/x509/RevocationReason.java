package dev.sluice.x509;

import java.util.Optional;

/** Why a certificate was revoked (RFC 5280 §5.3.1). */
public enum RevocationReason {
    /** No reason was given. */
    UNSPECIFIED(0),
    /** The private key of the certificate is, or may be, known to somebody else. */
    KEY_COMPROMISE(1),
    /** The private key of the authority that issued it is, or may be, known to somebody else. */
    CA_COMPROMISE(2),
    /** The subject has another name or another relation to the authority. */
    AFFILIATION_CHANGED(3),
    /** Another certificate has taken its place. */
    SUPERSEDED(4),
    /** It is not needed any more. */
    CESSATION_OF_OPERATION(5),
    /** It is suspended, and may become valid again. Until then it counts as revoked. */
    CERTIFICATE_HOLD(6),
    /** A privilege that the certificate grants was withdrawn. */
    PRIVILEGE_WITHDRAWN(9),
    /** The private key of an attribute authority is, or may be, known to somebody else. */
    AA_COMPROMISE(10);

    /** {@code removeFromCRL}: the one number that takes a revocation back. */
    static final int REMOVE_FROM_CRL = 8;

    private final int number;

    RevocationReason(int number) {
        this.number = number;
    }

    /** The reason of this number; empty for {@link #REMOVE_FROM_CRL} and for numbers that mean nothing. */
    static Optional<RevocationReason> ofNumber(int number) {
        for (RevocationReason reason : values()) {
            if (reason.number == number) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
    }
}
