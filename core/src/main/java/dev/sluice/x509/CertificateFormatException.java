package dev.sluice.x509;

import java.io.Serial;
import java.security.cert.CertificateException;

/**
 * Thrown when bytes or text are not the certificate, or the certificate revocation list, that they should be. The only exception that parsing gives, whatever the
 * input; nothing half-read is left behind.
 */
public final class CertificateFormatException extends CertificateException {
    @Serial
    private static final long serialVersionUID = 1L;

    /**
     * Makes the exception.
     *
     * @param message what was wrong, and where; never holds the input itself
     */
    public CertificateFormatException(String message) {
        super(message);
    }

    /**
     * Makes the exception.
     *
     * @param message what was wrong, and where; never holds the input itself
     * @param cause what the parser underneath reported
     */
    public CertificateFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
