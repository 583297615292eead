package dev.sluice;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The handshake failed, because of the protocol, of the verification of the peer, or of an alert that the peer sent; or a
 * later record broke the protocol.
 */
public final class SslHandshakeFailedException extends SslSocketException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable List<SslError> sslErrors;

    SslHandshakeFailedException(
            SslSocketError error,
            String message,
            @Nullable Throwable cause,
            @Nullable TlsAlert alert,
            List<SslError> sslErrors) {
        super(error, message, cause, alert);
        this.sslErrors = List.copyOf(sslErrors);
    }

    /**
     * What the verification of the peer had found.
     *
     * @return the errors, that of the host name first; empty if the peer was not what the handshake failed for, and after
     *     deserialization
     */
    public List<SslError> sslErrors() {
        return sslErrors == null ? List.of() : sslErrors;
    }
}
