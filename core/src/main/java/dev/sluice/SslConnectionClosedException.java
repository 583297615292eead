package dev.sluice;

import org.jspecify.annotations.Nullable;

/** The connection is closed, by this side or in good order by the peer, and cannot do what was asked. */
public final class SslConnectionClosedException extends SslSocketException {
    private static final long serialVersionUID = 1L;

    SslConnectionClosedException(
            SslSocketError error, String message, @Nullable Throwable cause, @Nullable TlsAlert alert) {
        super(error, message, cause, alert);
    }
}
