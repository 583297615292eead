package dev.sluice.connection;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads the server name that a client asks for (RFC 6066 §3) out of its first flight, before an engine exists, so that a
 * server can choose the configuration for that name whatever its engine can do.
 *
 * <p>Moves no index. A hello that cannot be read is {@link #UNREADABLE}, never one without a name: a server that chooses by
 * name must not be talked into its default configuration.
 */
final class ClientHelloServerName {
    private static final int HANDSHAKE_RECORD = 0x16;
    private static final int CLIENT_HELLO = 1;
    private static final int SERVER_NAME_EXTENSION = 0;
    private static final int HOST_NAME = 0;
    private static final int RANDOM_BYTES = 32;
    /** A host name has at most 253 characters (RFC 1035 §2.3.4). */
    private static final int MAX_NAME_BYTES = 255;

    /** The whole ClientHello has not arrived yet. */
    static final ClientHelloServerName INCOMPLETE = new ClientHelloServerName(false, Optional.empty());

    /** This is no ClientHello, or one that cannot be read: nobody can say which name it asks for. */
    static final ClientHelloServerName UNREADABLE = new ClientHelloServerName(true, Optional.empty());

    private static final ClientHelloServerName WITHOUT_NAME = new ClientHelloServerName(true, Optional.empty());

    private final boolean complete;
    private final Optional<String> name;

    private ClientHelloServerName(boolean complete, Optional<String> name) {
        this.complete = complete;
        this.name = name;
    }

    boolean isComplete() {
        return complete;
    }

    /** The name in lower case without a trailing dot; empty if there is none that can be read. */
    Optional<String> name() {
        return name;
    }

    /** The form in which names are compared: lower case, no trailing dot. */
    static String normalized(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /**
     * Reads the records at the reader index.
     *
     * @param in ciphertext from the start of the connection; not changed
     * @param limitBytes a hello that is larger is not waited for
     */
    static ClientHelloServerName read(ByteBuf in, int limitBytes) {
        byte[] message = new byte[Math.min(in.readableBytes(), limitBytes)];
        int length = 0;
        int at = in.readerIndex();
        while (in.writerIndex() - at >= RecordInspector.HEADER_BYTES) {
            if (in.getUnsignedByte(at) != HANDSHAKE_RECORD) {
                return UNREADABLE;
            }
            int fragment = in.getUnsignedShort(at + 3);
            int arrived = Math.min(fragment, in.writerIndex() - at - RecordInspector.HEADER_BYTES);
            int room = Math.min(arrived, message.length - length);
            in.getBytes(at + RecordInspector.HEADER_BYTES, message, length, room);
            length += room;
            at += RecordInspector.HEADER_BYTES + arrived;
            if (length >= 4) {
                if (message[0] != CLIENT_HELLO) {
                    return UNREADABLE;
                }
                int claimed = ((message[1] & 0xff) << 16) | ((message[2] & 0xff) << 8) | (message[3] & 0xff);
                if (claimed > limitBytes) {
                    return UNREADABLE;
                }
                if (length - 4 >= claimed) {
                    return new Fields(message, 4, 4 + claimed).serverName();
                }
            }
            if (arrived < fragment) {
                return INCOMPLETE;
            }
        }
        return INCOMPLETE;
    }

    /** A bounded view on length-prefixed fields. Whatever reaches past its end makes the whole hello unreadable. */
    private static final class Fields {
        private final byte[] bytes;
        private int at;
        private final int end;

        Fields(byte[] bytes, int at, int end) {
            this.bytes = bytes;
            this.at = at;
            this.end = end;
        }

        ClientHelloServerName serverName() {
            // legacy_version, random, legacy_session_id, cipher_suites, legacy_compression_methods (RFC 8446 §4.1.2)
            if (!skip(2 + RANDOM_BYTES) || !skipVector(1) || !skipVector(2) || !skipVector(1)) {
                return UNREADABLE;
            }
            if (at == end) {
                return WITHOUT_NAME; // TLS 1.2 allows a hello without extensions
            }
            int extensionsEnd = vectorEnd(2);
            if (extensionsEnd != end) {
                return UNREADABLE;
            }
            while (at < extensionsEnd) {
                if (extensionsEnd - at < 4) {
                    return UNREADABLE;
                }
                int type = number(2);
                int extensionEnd = vectorEnd(2);
                if (extensionEnd < 0) {
                    return UNREADABLE;
                }
                if (type == SERVER_NAME_EXTENSION) {
                    return new Fields(bytes, at, extensionEnd).hostName();
                }
                at = extensionEnd;
            }
            return WITHOUT_NAME;
        }

        private ClientHelloServerName hostName() {
            int listEnd = vectorEnd(2);
            if (listEnd != end) {
                return UNREADABLE;
            }
            while (listEnd - at >= 3) {
                int type = number(1);
                int nameEnd = vectorEnd(2);
                if (nameEnd < 0) {
                    return UNREADABLE;
                }
                if (type == HOST_NAME) {
                    return name(at, nameEnd);
                }
                at = nameEnd;
            }
            return at == listEnd ? WITHOUT_NAME : UNREADABLE;
        }

        private ClientHelloServerName name(int from, int to) {
            if (to == from || to - from > MAX_NAME_BYTES) {
                return UNREADABLE;
            }
            for (int i = from; i < to; i++) {
                if (bytes[i] <= 0x20 || bytes[i] == 0x7f) { // negative: not ASCII, and RFC 6066 §3 asks for A-labels
                    return UNREADABLE;
                }
            }
            String text = normalized(new String(bytes, from, to - from, StandardCharsets.US_ASCII));
            return text.isEmpty() ? UNREADABLE : new ClientHelloServerName(true, Optional.of(text));
        }

        private boolean skip(int count) {
            at += count;
            return at <= end && at >= 0;
        }

        private boolean skipVector(int lengthBytes) {
            int vectorEnd = vectorEnd(lengthBytes);
            at = Math.max(vectorEnd, at);
            return vectorEnd >= 0;
        }

        /** Reads a length and gives the index behind that many bytes, or -1 if that is past the end. */
        private int vectorEnd(int lengthBytes) {
            if (end - at < lengthBytes) {
                return -1;
            }
            int length = number(lengthBytes);
            return length > end - at ? -1 : at + length;
        }

        private int number(int count) {
            int number = 0;
            for (int i = 0; i < count; i++) {
                number = (number << 8) | (bytes[at++] & 0xff);
            }
            return number;
        }
    }
}
