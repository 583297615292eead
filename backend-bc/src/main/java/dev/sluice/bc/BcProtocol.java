package dev.sluice.bc;

import java.io.IOException;

/**
 * What the engine wants of either protocol of BouncyCastle. What they throw is BouncyCastle's; the engine maps it.
 *
 * <p>Both are used without streams or threads of their own: bytes are offered, records come out at the {@link RecordSink}.
 */
interface BcProtocol {
    /** What a protocol tells of that BouncyCastle's own listeners do not hear. */
    interface Listener {
        /** Application data was decrypted. Borrowed: the array is that of the record. */
        void applicationData(byte[] bytes, int offset, int length);

        /** The peer's close_notify was received. */
        void closeNotifyReceived();

        /** A session ticket of TLS 1.3 was received. */
        void ticketReceived();

        /** The peer has new sending keys. */
        void keyUpdateReceived();
    }

    /** Begins: a client makes its ClientHello. */
    void begin() throws IOException;

    /** Takes one whole record, decrypting it where it lies. */
    void offer(byte[] bytes, int offset, int length) throws IOException;

    /** Sends application data, at most as much as one record holds. */
    void send(byte[] bytes, int offset, int length) throws IOException;

    /** How much application data one record holds. */
    int recordLimitBytes();

    /** Sends close_notify; the other direction lives on. */
    void sendCloseNotify() throws IOException;

    /** Breaks off a handshake: user_canceled, then close_notify (RFC 8446 §6.1). */
    void cancel() throws IOException;

    /** Sends a fatal alert and ends the connection. */
    void sendFatal(short alert) throws IOException;

    /** Starts a key update (RFC 8446 §4.6.3). */
    void sendKeyUpdate() throws IOException;
}
