package dev.sluice.examples.conscrypt;

import dev.sluice.TlsAlert;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** The record layer as far as everybody can read it (RFC 8446 §5.1): type, version, length, fragment. */
final class Records {
    static final int HEADER_BYTES = 5;

    /** The largest record, as TLS 1.2 has it (RFC 5246 §6.2.3). */
    static final int MAXIMUM_BYTES = HEADER_BYTES + 16 * 1024 + 2048;

    private static final int TYPE_ALERT = 21;
    private static final int TYPE_HANDSHAKE = 22;
    private static final int VERSION = 0x0303;
    private static final int ALERT_BYTES = 2;
    private static final int LEVEL_WARNING = 1;
    private static final int LEVEL_FATAL = 2;

    private Records() {}

    /** The length of the record at the head; 0 if it is not whole. */
    static int wholeRecord(ByteBuf bytes) {
        if (bytes.readableBytes() < HEADER_BYTES) {
            return 0;
        }
        int length = HEADER_BYTES + bytes.getUnsignedShort(bytes.readerIndex() + 3);
        return bytes.readableBytes() < length ? 0 : length;
    }

    /** Whether the record at the head is one of the handshake; the caller knows that there is one. */
    static boolean isHandshake(ByteBuf bytes) {
        return bytes.getUnsignedByte(bytes.readerIndex()) == TYPE_HANDSHAKE;
    }

    /** The alert from an index to the end, if that is all there is and it is unprotected: only those are two bytes long. */
    static Optional<TlsAlert> plaintextAlert(ByteBuf bytes, int start) {
        if (bytes.writerIndex() - start != HEADER_BYTES + ALERT_BYTES || bytes.getUnsignedByte(start) != TYPE_ALERT) {
            return Optional.empty();
        }
        TlsAlert.Level level = bytes.getUnsignedByte(start + HEADER_BYTES) == LEVEL_WARNING
                ? TlsAlert.Level.WARNING
                : TlsAlert.Level.FATAL;
        return Optional.of(new TlsAlert(level, bytes.getUnsignedByte(start + HEADER_BYTES + 1)));
    }

    /** Appends a fatal alert without protection: right only as long as nothing is protected. */
    static void writeFatalAlert(ByteBuf bytes, TlsAlert alert) {
        bytes.writeByte(TYPE_ALERT).writeShort(VERSION).writeShort(ALERT_BYTES);
        bytes.writeByte(LEVEL_FATAL).writeByte(alert.number());
    }
}
