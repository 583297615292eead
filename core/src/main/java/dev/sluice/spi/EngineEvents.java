package dev.sluice.spi;

import dev.sluice.SslPreSharedKeyAuthenticator;
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

    /**
     * A pre-shared key is needed. The receiver fills in identity and key, or leaves them empty to refuse.
     *
     * @param authenticator borrowed for the call; the engine wipes the key after use
     */
    void preSharedKeyRequired(SslPreSharedKeyAuthenticator authenticator);
}
