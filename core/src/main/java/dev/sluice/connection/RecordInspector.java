package dev.sluice.connection;

import io.netty.buffer.ByteBuf;

/**
 * Looks at the record headers that a peer sends, before an engine sees the record.
 *
 * <p>What a peer claims is checked here once for all engines: that these are TLS records at all, their lengths, the
 * length of unprotected handshake messages, the size of the whole handshake, and that no handshake record of TLS 1.2
 * follows after the handshake, because some engines would renegotiate (RFC 9325 §3.5).
 *
 * <p>Not final so that the conformance suite can put one with a fault into {@link Connection#inspector}.
 *
 * <p><b>Threads:</b> one at a time.
 */
public class RecordInspector {
    /** Length of a record header (RFC 8446 §5.1). */
    static final int HEADER_BYTES = 5;

    private static final int CHANGE_CIPHER_SPEC = 0x14;
    private static final int ALERT = 0x15;
    private static final int HANDSHAKE = 0x16;
    private static final int APPLICATION_DATA = 0x17;

    /** RFC 5246 §6.2.3: at most 2^14 + 2048 bytes. TLS 1.3 allows less (RFC 8446 §5.2: 2^14 + 256), engines see to it. */
    private static final int MAX_FRAGMENT_BYTES = 16 * 1024 + 2048;

    private static final int MESSAGE_HEADER_BYTES = 4;

    private final int handshakeLimitBytes;

    private boolean established;
    /** Once set, handshake records may be protected, so that their content says nothing. */
    private boolean protectionMayBeOn;

    private long handshakeBytes;
    private int messageHeaderBytes;
    private int messageHeader;
    private int messageBytesLeft;

    private String violation = "";

    /**
     * Makes an inspector for one connection.
     *
     * @param handshakeLimitBytes the largest handshake to accept
     */
    public RecordInspector(int handshakeLimitBytes) {
        this.handshakeLimitBytes = handshakeLimitBytes;
    }

    /** From now on only application data and alerts may come. */
    void handshakeEnded() {
        established = true;
    }

    /** What the last negative answer of {@link #inspect} was about. */
    String violation() {
        return violation;
    }

    /**
     * Looks at the record at the reader index and moves no index.
     *
     * @param in borrowed; what has arrived
     * @return the length of the whole record with its header; 0 if it has not arrived yet; -1 if it is refused, then
     *     {@link #violation()} says why
     */
    public int inspect(ByteBuf in) {
        int available = in.readableBytes();
        if (available == 0) {
            return 0;
        }
        int start = in.readerIndex();
        int type = in.getUnsignedByte(start);
        if (type < CHANGE_CIPHER_SPEC || type > APPLICATION_DATA) {
            return refuse("expected a TLS record (type 20 to 23), got first byte 0x" + Integer.toHexString(type));
        }
        if (available >= 2 && in.getUnsignedByte(start + 1) != 0x03) {
            return refuse("expected record version 3.x, got major version " + in.getUnsignedByte(start + 1));
        }
        if (available < HEADER_BYTES) {
            return 0;
        }
        int length = in.getUnsignedShort(start + 3);
        if (length > MAX_FRAGMENT_BYTES) {
            return refuse("record of " + length + " bytes, expected at most " + MAX_FRAGMENT_BYTES);
        }
        if (length == 0) {
            // Zero-length fragments of application data exist only under protection, where they are not empty.
            return refuse("record of type " + type + " is empty (RFC 8446 §5.1)");
        }
        if (established && type != APPLICATION_DATA && type != ALERT) {
            return refuse(
                    type == HANDSHAKE
                            ? "handshake record after the handshake: renegotiation is refused (RFC 9325 §3.5)"
                            : "record of type " + type + " after the handshake, expected application data or an alert");
        }
        if (available < HEADER_BYTES + length) {
            return 0;
        }
        return HEADER_BYTES + length;
    }

    /**
     * Takes account of a whole record that is about to be given to the engine.
     *
     * @return false if it is refused; {@link #violation()} says why
     */
    boolean admit(ByteBuf in, int recordBytes) {
        if (established) {
            return true;
        }
        handshakeBytes += recordBytes;
        if (handshakeBytes > handshakeLimitBytes) {
            refuse("handshake of more than " + handshakeLimitBytes + " bytes");
            return false;
        }
        int start = in.readerIndex();
        int type = in.getUnsignedByte(start);
        if (type != HANDSHAKE) {
            protectionMayBeOn = true;
            return true;
        }
        return protectionMayBeOn || admitMessages(in, start + HEADER_BYTES, start + recordBytes);
    }

    /** Follows the handshake messages (RFC 8446 §4) through unprotected records and checks the lengths they claim. */
    private boolean admitMessages(ByteBuf in, int from, int end) {
        int at = from;
        while (at < end) {
            if (messageBytesLeft > 0) {
                int bytes = Math.min(messageBytesLeft, end - at);
                messageBytesLeft -= bytes;
                at += bytes;
                continue;
            }
            messageHeader = (messageHeader << 8) | in.getUnsignedByte(at);
            messageHeaderBytes++;
            at++;
            if (messageHeaderBytes == MESSAGE_HEADER_BYTES) {
                int length = messageHeader & 0xff_ffff;
                if (length > handshakeLimitBytes) {
                    refuse("handshake message claims " + length + " bytes, expected at most " + handshakeLimitBytes);
                    return false;
                }
                messageBytesLeft = length;
                messageHeaderBytes = 0;
                messageHeader = 0;
            }
        }
        return true;
    }

    private int refuse(String why) {
        violation = why;
        return -1;
    }
}
