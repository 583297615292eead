package dev.sluice;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The failure of a connection, as it is thrown by the methods of a socket that throw.
 *
 * <p>The type says what kind of end it was; {@link #error()} says it in detail. A failed connection stays failed: every
 * later call reports the same first cause. Messages are for people and hold no secrets.
 */
public class SslSocketException extends IOException {
    private static final long serialVersionUID = 1L;

    private final SslSocketError error;
    private final transient @Nullable TlsAlert alert;

    SslSocketException(SslSocketError error, String message, @Nullable Throwable cause, @Nullable TlsAlert alert) {
        super(Objects.requireNonNull(message, "message"), cause);
        this.error = Objects.requireNonNull(error, "error");
        this.alert = alert;
    }

    /**
     * Makes the exception of an error, of the subtype that belongs to it.
     *
     * @param error what kind of failure
     * @param message what happened, for people; no secrets
     * @param cause what it was caused by, or null
     * @param alert the alert that was sent or received, or null
     * @param sslErrors the errors that the verification of the peer had found; kept by
     *     {@link SslHandshakeFailedException} only
     * @return a new exception
     */
    public static SslSocketException of(
            SslSocketError error,
            String message,
            @Nullable Throwable cause,
            @Nullable TlsAlert alert,
            List<SslError> sslErrors) {
        return switch (error) {
            case CONNECTION_REFUSED,
                    HOST_NOT_FOUND,
                    ADDRESS_IN_USE,
                    SOCKET_ADDRESS_NOT_AVAILABLE,
                    SOCKET_ACCESS,
                    SOCKET_RESOURCE -> new SslConnectException(error, message, cause, alert);
            case REMOTE_HOST_CLOSED, OPERATION -> new SslConnectionClosedException(error, message, cause, alert);
            case SOCKET_TIMEOUT -> new SslTimeoutException(error, message, cause, alert);
            case SSL_HANDSHAKE_FAILED -> new SslHandshakeFailedException(error, message, cause, alert, sslErrors);
            case TRUNCATED -> new SslTruncatedException(error, message, cause, alert);
            case NETWORK, UNSUPPORTED_SOCKET_OPERATION, SSL_INTERNAL, SSL_INVALID_USER_DATA, TEMPORARY, UNKNOWN ->
                new SslSocketException(error, message, cause, alert);
        };
    }

    /**
     * What kind of failure it was.
     *
     * @return the same error that {@link SslSocketListener#errorOccurred} has heard, if the connection has failed
     */
    public SslSocketError error() {
        return error;
    }

    /**
     * The alert that ended the connection, sent or received.
     *
     * @return the alert, or empty if there was none; empty after deserialization
     */
    public Optional<TlsAlert> alert() {
        return Optional.ofNullable(alert);
    }
}
