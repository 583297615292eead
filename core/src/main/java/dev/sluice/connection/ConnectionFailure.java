package dev.sluice.connection;

import dev.sluice.SslError;
import dev.sluice.SslSocketError;
import dev.sluice.TlsAlert;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why a connection ended: the first cause, which every later call reports.
 *
 * <p>Immutable, share freely.
 *
 * @param error the kind of failure
 * @param message what, where, expected and got; holds no secret
 * @param cause what the engine or the transport raised, or null
 * @param alert the alert received with it, or sent because of it, or null
 * @param sslErrors the errors of the peer's certificates, if they are the cause
 */
public record ConnectionFailure(
        SslSocketError error,
        String message,
        @Nullable Throwable cause,
        @Nullable TlsAlert alert,
        List<SslError> sslErrors) {
    /**
     * Makes a failure; the list is copied.
     *
     * @param error the kind of failure
     * @param message what, where, expected and got; holds no secret
     * @param cause what the engine or the transport raised, or null
     * @param alert the alert received with it, or sent because of it, or null
     * @param sslErrors the errors of the peer's certificates, if they are the cause
     */
    public ConnectionFailure {
        Objects.requireNonNull(error, "error");
        Objects.requireNonNull(message, "message");
        sslErrors = List.copyOf(sslErrors);
    }

    /**
     * A failure with a kind and a message only.
     *
     * @param error the kind of failure
     * @param message what, where, expected and got
     * @return the failure
     */
    public static ConnectionFailure of(SslSocketError error, String message) {
        return new ConnectionFailure(error, message, null, null, List.of());
    }

    /**
     * A failure with what was raised.
     *
     * @param error the kind of failure
     * @param message what, where, expected and got
     * @param cause what the engine or the transport raised
     * @return the failure
     */
    public static ConnectionFailure of(SslSocketError error, String message, Throwable cause) {
        return new ConnectionFailure(error, message, cause, null, List.of());
    }

    /**
     * The same failure with an alert.
     *
     * @param newAlert the alert that belongs to it
     * @return a new failure
     */
    public ConnectionFailure with(TlsAlert newAlert) {
        return new ConnectionFailure(error, message, cause, newAlert, sslErrors);
    }
}
