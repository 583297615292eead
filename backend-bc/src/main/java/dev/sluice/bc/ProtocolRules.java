package dev.sluice.bc;

import java.io.ByteArrayInputStream;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.AlertLevel;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.HandshakeType;
import org.bouncycastle.tls.TlsFatalAlert;

/** What both protocols hold against BouncyCastle's defaults: rules about records and alerts that it reads more freely. */
final class ProtocolRules {
    /** RFC 8446 §4: type 1, length 3. */
    private static final int MESSAGE_HEADER_BYTES = 4;

    /** RFC 8446 §4.6.3: request_update 1. */
    private static final int KEY_UPDATE_MESSAGE_BYTES = MESSAGE_HEADER_BYTES + 1;

    private ProtocolRules() {}

    /** Puts a message back to its body, as handlers get it. BouncyCastle's messages allow no mark; theirs is at the header. */
    static void rewind(ByteArrayInputStream message) {
        message.reset();
        message.skip(MESSAGE_HEADER_BYTES);
    }

    /** Whether a record after the handshake of TLS 1.3 is one KeyUpdate and nothing else. */
    static boolean isLoneKeyUpdate(short contentType, byte[] bytes, int offset, int length) {
        return contentType == ContentType.handshake
                && length == KEY_UPDATE_MESSAGE_BYTES
                && bytes[offset] == HandshakeType.key_update;
    }

    /**
     * Checks a KeyUpdate. RFC 8446 §5.1: "Handshake messages MUST NOT span key changes", so it stands alone in its record; else
     * one record could hold thousands of them.
     */
    static void checkAlone(boolean recordIsLoneKeyUpdate) throws TlsFatalAlert {
        if (!recordIsLoneKeyUpdate) {
            throw new TlsFatalAlert(
                    AlertDescription.unexpected_message, "KeyUpdate shares its record, expected it alone");
        }
    }

    /**
     * By which level an alert is handled. RFC 8446 §6: in TLS 1.3 the level "can safely be ignored": all alerts are fatal but
     * close_notify and user_canceled. A close_notify is one whatever its level.
     */
    static short effectiveLevel(short level, short description, boolean isTls13) {
        if (description == AlertDescription.close_notify) {
            return AlertLevel.warning;
        }
        return isTls13 && description != AlertDescription.user_canceled ? AlertLevel.fatal : level;
    }
}
