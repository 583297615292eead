package dev.sluice.connection;

import dev.sluice.TlsAlert;

/**
 * What a {@link Connection} reports to the socket that owns it, in the order in which it happens.
 *
 * <p>Called under the socket's lock, from within the connection's methods: an implementation takes note and returns; it
 * calls neither the connection nor user code.
 */
public interface ConnectionEvents {
    /** The first TLS record of the peer is there, whole and of a kind that may begin a handshake. At most once. */
    void peerHasBegun();

    /** The handshake has ended and the peer is verified or accepted: application data may flow. */
    void encrypted();

    /**
     * Application bytes were put into the queue for reading.
     *
     * @param bytes how many
     */
    void plaintextReceived(int bytes);

    /**
     * Application bytes were encrypted, or handed on as they are in the unprotected phase.
     *
     * @param bytes how many
     */
    void plaintextSent(int bytes);

    /**
     * An alert was put into the outgoing ciphertext.
     *
     * @param alert level and number
     */
    void alertSent(TlsAlert alert);

    /**
     * An alert was received.
     *
     * @param alert level and number
     */
    void alertReceived(TlsAlert alert);

    /** A new session ticket was received after the handshake (RFC 8446 §4.6.1). */
    void sessionTicketReceived();

    /** The inbound direction has ended in good order. At most once. */
    void inboundFinished();

    /**
     * The connection has failed. At most once; nothing but {@link #alertSent} follows.
     *
     * @param failure the first cause
     */
    void failed(ConnectionFailure failure);
}
