package dev.sluice;

import org.jspecify.annotations.Nullable;

/**
 * The connection of the transport could not be made: the peer refuses, its name is not found, or the operating system does
 * not give an address or a descriptor.
 */
public final class SslConnectException extends SslSocketException {
    private static final long serialVersionUID = 1L;

    SslConnectException(SslSocketError error, String message, @Nullable Throwable cause, @Nullable TlsAlert alert) {
        super(error, message, cause, alert);
    }
}
