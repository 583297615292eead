package dev.sluice;

import org.jspecify.annotations.Nullable;

/**
 * The transport ended without close_notify: an attacker may have cut off what should have followed (RFC 8446 §6.1).
 */
public final class SslTruncatedException extends SslSocketException {
    private static final long serialVersionUID = 1L;

    SslTruncatedException(SslSocketError error, String message, @Nullable Throwable cause, @Nullable TlsAlert alert) {
        super(error, message, cause, alert);
    }
}
