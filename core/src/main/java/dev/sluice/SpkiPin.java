package dev.sluice;

import dev.sluice.x509.SslCertificate;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;

/**
 * A pinned public key: the SHA-256 digest of its SubjectPublicKeyInfo (RFC 7469 §2.4).
 *
 * <p>Immutable, share freely. A pin is no secret.
 */
public final class SpkiPin {
    private static final String PREFIX = "sha256/";
    private static final int DIGEST_BYTES = 32;

    private final byte[] sha256;

    private SpkiPin(byte[] sha256) {
        this.sha256 = sha256;
    }

    /**
     * Makes a pin of a digest.
     *
     * @param sha256 the digest, copied; 32 bytes
     * @return the pin
     * @throws IllegalArgumentException if the digest is not 32 bytes long
     */
    public static SpkiPin ofSha256(byte[] sha256) {
        if (sha256.length != DIGEST_BYTES) {
            throw new IllegalArgumentException(
                    "digest of the pin has " + sha256.length + " bytes, expected " + DIGEST_BYTES);
        }
        return new SpkiPin(sha256.clone());
    }

    /**
     * Reads a pin in the form {@code sha256/BASE64}, as {@link #toString} writes it.
     *
     * @param text the prefix {@code sha256/} and the digest in Base64
     * @return the pin
     * @throws IllegalArgumentException if the text has another form
     */
    public static SpkiPin parse(String text) {
        if (!text.startsWith(PREFIX)) {
            throw new IllegalArgumentException(
                    "pin is \"" + text + "\", expected " + PREFIX + " and a digest in Base64");
        }
        return ofSha256(decode(text));
    }

    private static byte[] decode(String text) {
        try {
            return Base64.getDecoder().decode(text.substring(PREFIX.length()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("pin is \"" + text + "\", expected Base64 after " + PREFIX, e);
        }
    }

    /**
     * Makes the pin of a public key.
     *
     * @param key the key; its encoding must be an X.509 SubjectPublicKeyInfo
     * @return the pin
     * @throws IllegalArgumentException if the key does not show its encoding
     */
    public static SpkiPin of(PublicKey key) {
        byte[] encoded = key.getEncoded();
        if (encoded == null || !"X.509".equals(key.getFormat())) {
            throw new IllegalArgumentException(
                    key.getAlgorithm() + " public key is encoded as " + key.getFormat() + ", expected X.509");
        }
        return new SpkiPin(newSha256().digest(encoded));
    }

    /**
     * Makes the pin of a certificate's public key.
     *
     * @param certificate the certificate
     * @return the pin
     */
    public static SpkiPin of(SslCertificate certificate) {
        return of(Objects.requireNonNull(certificate, "certificate").publicKey());
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java platform has no SHA-256, which each must have", e);
        }
    }

    /**
     * The digest.
     *
     * @return a new copy, 32 bytes
     */
    public byte[] sha256() {
        return sha256.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SpkiPin pin && Arrays.equals(sha256, pin.sha256);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sha256);
    }

    /** The form that {@link #parse} reads. */
    @Override
    public String toString() {
        return PREFIX + Base64.getEncoder().encodeToString(sha256);
    }
}
