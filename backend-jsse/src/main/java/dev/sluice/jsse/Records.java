package dev.sluice.jsse;

import dev.sluice.TlsAlert;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/** The record layer as far as it can be read from outside (RFC 8446 §5.1). */
final class Records {
    static final int HEADER_BYTES = 5;
    static final int CHANGE_CIPHER_SPEC = 0x14;
    static final int ALERT = 0x15;
    static final int HANDSHAKE = 0x16;
    static final int APPLICATION_DATA = 0x17;

    private static final int LENGTH_OFFSET = 3;
    private static final int PLAINTEXT_ALERT_BYTES = 2;
    private static final int LEVEL_WARNING = 1;

    private Records() {}

    /** The type of the record at an index. The caller knows that at least one byte is there. */
    static int type(ByteBuf bytes, int index) {
        return bytes.getUnsignedByte(index);
    }

    /** The length of the fragment of the record at an index. The caller knows that its header is there. */
    static int fragmentBytes(ByteBuf bytes, int index) {
        return bytes.getUnsignedShort(index + LENGTH_OFFSET);
    }

    /**
     * The alert in the record at an index. Only an unprotected alert is two bytes long (RFC 5246 §7.2, RFC 8446 §6): a
     * protected one is longer by its tag, and in TLS 1.3 it looks like application data.
     *
     * @param end where the bytes that may be read end
     */
    static Optional<TlsAlert> plaintextAlert(ByteBuf bytes, int index, int end) {
        if (end - index < HEADER_BYTES + PLAINTEXT_ALERT_BYTES
                || type(bytes, index) != ALERT
                || fragmentBytes(bytes, index) != PLAINTEXT_ALERT_BYTES) {
            return Optional.empty();
        }
        int level = bytes.getUnsignedByte(index + HEADER_BYTES);
        int number = bytes.getUnsignedByte(index + HEADER_BYTES + 1);
        // TLS 1.3 judges by the number alone (RFC 8446 §6); any level that is not "warning" counts as fatal.
        return Optional.of(
                new TlsAlert(level == LEVEL_WARNING ? TlsAlert.Level.WARNING : TlsAlert.Level.FATAL, number));
    }
}
