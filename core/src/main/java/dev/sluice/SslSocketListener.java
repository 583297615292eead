package dev.sluice;

import java.util.List;

/**
 * Hears what happens to a socket: one method per signal of QSslSocket and its base classes, each of which does nothing
 * unless it is overridden.
 *
 * <p>Events come one at a time, in order, with no lock held; what the socket's getters say belongs to the event being
 * delivered. Every method of the socket may be called from within, {@code close} and {@code abort} included; the events
 * that such a call causes follow after the listener has returned. Nothing comes after {@link #disconnected}. An exception
 * thrown by a listener does not reach the connection.
 */
public interface SslSocketListener {
    /**
     * The state has changed.
     *
     * @param socket where it happened
     * @param state the state from now on
     */
    default void stateChanged(SslSocket socket, SocketState state) {}

    /**
     * The address of the host was found.
     *
     * @param socket where it happened
     */
    default void hostFound(SslSocket socket) {}

    /**
     * The transport is connected. Nothing is encrypted yet.
     *
     * @param socket where it happened
     */
    default void connected(SslSocket socket) {}

    /**
     * The connection has ended. The last event of a connection.
     *
     * @param socket where it happened
     */
    default void disconnected(SslSocket socket) {}

    /**
     * The socket went from plaintext to the handshake, or back at the end.
     *
     * @param socket where it happened
     * @param mode the mode from now on
     */
    default void modeChanged(SslSocket socket, SslMode mode) {}

    /**
     * The handshake has succeeded and the peer was accepted: what is written from now on is encrypted.
     *
     * @param socket where it happened
     */
    default void encrypted(SslSocket socket) {}

    /**
     * There is new data to read.
     *
     * @param socket where it happened
     */
    default void readyRead(SslSocket socket) {}

    /**
     * Data that was written has been taken by the layer below: by the engine when encrypted, else by the transport.
     *
     * @param socket where it happened
     * @param bytes how many bytes of what was written, more than 0
     */
    default void bytesWritten(SslSocket socket, long bytes) {}

    /**
     * Encrypted data has been taken by the transport.
     *
     * @param socket where it happened
     * @param bytes how many bytes of ciphertext, more than 0
     */
    default void encryptedBytesWritten(SslSocket socket, long bytes) {}

    /**
     * The peer sends no more. What was received before can still be read. At most once per connection.
     *
     * @param socket where it happened
     */
    default void readChannelFinished(SslSocket socket) {}

    /**
     * The socket is about to be closed by this side. The first event of closing.
     *
     * @param socket where it happened
     */
    default void aboutToClose(SslSocket socket) {}

    /**
     * The connection has failed. At most once per connection.
     *
     * @param socket where it happened; says more about the error
     * @param error what kind of failure
     */
    default void errorOccurred(SslSocket socket, SslSocketError error) {}

    /**
     * The verification has found an error. Once per error, before {@link #sslErrors}.
     *
     * @param socket where it happened
     * @param error the error
     */
    default void peerVerifyError(SslSocket socket, SslError error) {}

    /**
     * The verification has found errors. Told, not asked: what decides is the configuration, the errors ignored by the
     * socket, and its {@link SslErrorHandler}.
     *
     * @param socket where it happened
     * @param errors all errors, that of the host name first; never empty, immutable
     */
    default void sslErrors(SslSocket socket, List<SslError> errors) {}

    /**
     * The handshake waits because of an error, as {@link SslConfiguration#handshakeMustInterruptOnError()} asks for.
     *
     * @param socket where it happened; to go on, call its {@code continueInterruptedHandshake()}
     * @param error the error
     */
    default void handshakeInterruptedOnError(SslSocket socket, SslError error) {}

    /**
     * An alert was sent.
     *
     * @param socket where it happened
     * @param alert level and number
     */
    default void alertSent(SslSocket socket, TlsAlert alert) {}

    /**
     * An alert was received.
     *
     * @param socket where it happened
     * @param alert level and number
     */
    default void alertReceived(SslSocket socket, TlsAlert alert) {}

    /**
     * A new session ticket was received (RFC 8446 §4.6.1).
     *
     * @param socket where it happened
     */
    default void newSessionTicketReceived(SslSocket socket) {}

    /**
     * A pre-shared key is needed. A listener that does not fill it in refuses.
     *
     * @param socket where it happened
     * @param authenticator takes the key, and on clients the identity; valid during this call only
     */
    default void preSharedKeyAuthenticationRequired(SslSocket socket, SslPreSharedKeyAuthenticator authenticator) {}
}
