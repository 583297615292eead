package dev.sluice;

import java.io.IOException;
import java.util.List;

/**
 * Hears what happens at an {@link SslServer}, one method per signal of Qt's {@code QSslServer} and {@code QTcpServer}.
 *
 * <p><b>Threads:</b> called by one thread at a time: that of the event loop, or the one that drives a caller-driven
 * server. Never under a lock; every method of the server and of the sockets may be called, save those that wait.
 */
public interface SslServerListener {
    /**
     * A peer has connected; nothing is known of it.
     *
     * @param server the server
     */
    default void newConnection(SslServer server) {}

    /**
     * The handshake with a peer has begun: its first TLS record has come. Not told of peers that stay silent or speak
     * something else.
     *
     * @param server the server
     * @param socket the socket; still the server's
     */
    default void startedEncryptionHandshake(SslServer server, SslSocket socket) {}

    /**
     * A handshake has ended well: {@link SslServer#nextPendingConnection()} gives the socket.
     *
     * @param server the server
     */
    default void pendingConnectionAvailable(SslServer server) {}

    /**
     * A handshake has failed; the socket is being closed.
     *
     * @param server the server
     * @param socket the socket; still the server's
     * @param error the first cause
     */
    default void errorOccurred(SslServer server, SslSocket socket, SslSocketError error) {}

    /**
     * The certificate of a peer has an error.
     *
     * @param server the server
     * @param socket the socket; still the server's
     * @param error one error
     */
    default void peerVerifyError(SslServer server, SslSocket socket, SslError error) {}

    /**
     * The certificate of a peer has errors.
     *
     * @param server the server
     * @param socket the socket; still the server's
     * @param errors all errors
     */
    default void sslErrors(SslServer server, SslSocket socket, List<SslError> errors) {}

    /**
     * A handshake was interrupted by an error; {@link SslSocket#continueInterruptedHandshake()} lets it go on.
     *
     * @param server the server
     * @param socket the socket; still the server's
     * @param error one error
     */
    default void handshakeInterruptedOnError(SslServer server, SslSocket socket, SslError error) {}

    /**
     * An alert was sent during a handshake.
     *
     * @param server the server
     * @param socket the socket; still the server's
     * @param alert level and number
     */
    default void alertSent(SslServer server, SslSocket socket, TlsAlert alert) {}

    /**
     * An alert was received during a handshake.
     *
     * @param server the server
     * @param socket the socket; still the server's
     * @param alert level and number
     */
    default void alertReceived(SslServer server, SslSocket socket, TlsAlert alert) {}

    /**
     * A client is to be authenticated by a pre-shared key.
     *
     * @param server the server
     * @param socket the socket; still the server's
     * @param authenticator to be filled in
     */
    default void preSharedKeyAuthenticationRequired(
            SslServer server, SslSocket socket, SslPreSharedKeyAuthenticator authenticator) {}

    /**
     * Accepting a connection has failed, for want of file descriptors for example. The server goes on listening, and tries
     * again after a short time.
     *
     * @param server the server
     * @param failure what the platform said
     */
    default void acceptError(SslServer server, IOException failure) {}
}
