package dev.sluice;

import org.jspecify.annotations.Nullable;

/** Something did not happen within its time: connecting, the handshake, or a write. */
public final class SslTimeoutException extends SslSocketException {
    private static final long serialVersionUID = 1L;

    SslTimeoutException(SslSocketError error, String message, @Nullable Throwable cause, @Nullable TlsAlert alert) {
        super(error, message, cause, alert);
    }
}
