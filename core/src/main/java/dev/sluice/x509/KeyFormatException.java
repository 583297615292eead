package dev.sluice.x509;

import java.io.Serial;
import java.security.KeyException;
import java.util.Objects;

/**
 * Thrown when bytes or text are not the key, or the PKCS #12 file, that they should be, or cannot be decrypted. The only
 * exception that reading and decrypting give, whatever the input; nothing half-read is left behind.
 *
 * <p>{@link #reason()} says what a program can do about it; the message says more to people. It holds no part of the input
 * but algorithm identifiers, PEM labels and, where one has to be chosen, the names of keys.
 */
public final class KeyFormatException extends KeyException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** What went wrong. */
    public enum Reason {
        /** The input is no key, or a damaged one, or exceeds a bound on size or work. */
        MALFORMED,
        /** The input is a key, but of an algorithm, curve or encryption that cannot be read at all. */
        UNSUPPORTED,
        /**
         * The input is encrypted with a legacy cipher, or is a rare key, and nothing that could read it is there; the message
         * names the module to add.
         */
        CODEC_MISSING,
        /** The input is encrypted and no password was given. */
        PASSWORD_REQUIRED,
        /** The password is wrong, or the input was damaged such that this cannot be told apart. */
        WRONG_PASSWORD,
        /** The input holds no key, or, in a PKCS #12 file, none of the name that was asked for. */
        NO_KEY,
        /** The input holds several keys where one is expected. */
        SEVERAL_KEYS,
        /** The PKCS #12 file has no MAC: nothing says that it is what its maker wrote. */
        MAC_MISSING
    }

    /**
     * Makes the exception.
     *
     * @param reason what went wrong
     * @param message what was wrong, and where; never holds the input itself
     */
    public KeyFormatException(Reason reason, String message) {
        super(message);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    /**
     * Makes the exception.
     *
     * @param reason what went wrong
     * @param message what was wrong, and where; never holds the input itself
     * @param cause what the parser underneath reported; must not hold the input either
     */
    public KeyFormatException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = Objects.requireNonNull(reason, "reason");
    }

    static KeyFormatException malformed(String message) {
        return new KeyFormatException(Reason.MALFORMED, message);
    }

    static KeyFormatException unsupported(String message) {
        return new KeyFormatException(Reason.UNSUPPORTED, message);
    }

    /** What {@link DerReader} and {@link Pem} report, which tells positions, tags and lengths only. */
    static KeyFormatException malformed(CertificateFormatException cause) {
        return new KeyFormatException(Reason.MALFORMED, String.valueOf(cause.getMessage()), cause);
    }

    /**
     * Tells what went wrong, for programs.
     *
     * @return the reason
     */
    public Reason reason() {
        return reason;
    }
}
