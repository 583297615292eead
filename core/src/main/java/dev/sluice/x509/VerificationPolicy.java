package dev.sluice.x509;

/**
 * How strong the keys of a chain have to be. It can be tightened, not loosened.
 *
 * <p>What no policy changes: RSA, ECDSA, Ed25519 and Ed448 keys only (no DSA); signatures with SHA-256, SHA-384 or
 * SHA-512 only (no MD5, no SHA-1), save for the signature of a self-signed trust anchor, which proves nothing.
 *
 * <p>Immutable, share freely.
 *
 * @param minimumRsaBits the shortest RSA modulus accepted, in bits; 2048 or more
 * @param minimumEllipticCurveBits the smallest field of an elliptic curve accepted for ECDSA, in bits; 256 or more
 */
public record VerificationPolicy(int minimumRsaBits, int minimumEllipticCurveBits) {
    private static final int RSA_FLOOR = 2048;
    private static final int ELLIPTIC_CURVE_FLOOR = 256;

    /** The default policy: RSA from 2048 bits, elliptic curves from 256 bits. */
    public static final VerificationPolicy DEFAULT = new VerificationPolicy(RSA_FLOOR, ELLIPTIC_CURVE_FLOOR);

    /**
     * Makes a policy.
     *
     * @param minimumRsaBits the shortest RSA modulus accepted, in bits; 2048 or more
     * @param minimumEllipticCurveBits the smallest field of an elliptic curve accepted for ECDSA, in bits; 256 or
     *     more
     * @throws IllegalArgumentException if a minimum lies below the floor
     */
    public VerificationPolicy {
        if (minimumRsaBits < RSA_FLOOR) {
            throw new IllegalArgumentException(
                    "minimum RSA key size is " + minimumRsaBits + " bits, expected " + RSA_FLOOR + " or more");
        }
        if (minimumEllipticCurveBits < ELLIPTIC_CURVE_FLOOR) {
            throw new IllegalArgumentException("minimum elliptic curve size is " + minimumEllipticCurveBits
                    + " bits, expected " + ELLIPTIC_CURVE_FLOOR + " or more");
        }
    }
}
