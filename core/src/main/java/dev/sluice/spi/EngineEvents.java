package dev.sluice.spi;

import dev.sluice.TlsAlert;

/**
 * What an engine tells its connection while one of its methods runs. Implemented by the connection.
 *
 * <p>Called on the thread that called {@code wrap} or {@code unwrap}, before that call returns; never from
 * {@link TlsEngine#runTask()}. No method of the engine may be called from within.
 */
public interface EngineEvents {
    /** The handshake has ended: application data can flow as far as the engine is concerned. At most once. */
    void handshakeCompleted();

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

    /** A new session ticket was received (RFC 8446 §4.6.1). */
    void sessionTicketReceived();

    /** The peer updated its sending keys (RFC 8446 §4.6.3). */
    void keyUpdateReceived();
}
