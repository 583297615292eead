package dev.sluice.connection;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads the server name that a client asks for (RFC 6066 §3) out of its first flight, before an engine exists, so that a
 * server can choose the configuration for that name whatever its engine can do.
 *
 * <p>Moves no index and judges nothing else: a hello that cannot be read has no name, and the engine will refuse it.
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

    private static final ClientHelloServerName NONE = new ClientHelloServerName(true, Optional.empty());

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
                return NONE;
            }
            int fragment = in.getUnsignedShort(at + 3);
            int arrived = Math.min(fragment, in.writerIndex() - at - RecordInspector.HEADER_BYTES);
            int room = Math.min(arrived, message.length - length);
            in.getBytes(at + RecordInspector.HEADER_BYTES, message, length, room);
            length += room;
            at += RecordInspector.HEADER_BYTES + arrived;
            if (length >= 4) {
                if (message[0] != CLIENT_HELLO) {
                    return NONE;
                }
                int claimed = ((message[1] & 0xff) << 16) | ((message[2] & 0xff) << 8) | (message[3] & 0xff);
                if (claimed > limitBytes) {
                    return NONE;
                }
                if (length - 4 >= claimed) {
                    return new ClientHelloServerName(true, new Fields(message, 4, 4 + claimed).serverName());
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

        Optional<String> serverName() {
            // legacy_version, random, legacy_session_id, cipher_suites, legacy_compression_methods (RFC 8446 §4.1.2)
            boolean readable = skip(2 + RANDOM_BYTES) && skipVector(1) && skipVector(2) && skipVector(1);
            int extensionsEnd = readable ? vectorEnd(2) : -1;
            if (extensionsEnd < 0) {
                return Optional.empty();
            }
            while (extensionsEnd - at >= 4) {
                int type = number(2);
                int extensionEnd = vectorEnd(2);
                if (extensionEnd < 0 || extensionEnd > extensionsEnd) {
                    return Optional.empty();
                }
                if (type == SERVER_NAME_EXTENSION) {
                    return new Fields(bytes, at, extensionEnd).hostName();
                }
                at = extensionEnd;
            }
            return Optional.empty();
        }

        private Optional<String> hostName() {
            int listEnd = vectorEnd(2);
            while (listEnd - at >= 3) {
                int type = number(1);
                int nameEnd = vectorEnd(2);
                if (nameEnd < 0 || nameEnd > listEnd) {
                    return Optional.empty();
                }
                if (type == HOST_NAME) {
                    return name(at, nameEnd);
                }
                at = nameEnd;
            }
            return Optional.empty();
        }

        private Optional<String> name(int from, int to) {
            boolean dotted = to > from && bytes[to - 1] == '.';
            int length = to - from - (dotted ? 1 : 0);
            if (length <= 0 || to - from > MAX_NAME_BYTES) {
                return Optional.empty();
            }
            for (int i = from; i < to; i++) {
                if (bytes[i] <= 0x20 || bytes[i] == 0x7f) { // negative: not ASCII, and RFC 6066 §3 asks for A-labels
                    return Optional.empty();
                }
            }
            return Optional.of(new String(bytes, from, length, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT));
        }

        private boolean skip(int count) {
            at += count;
            return at <= end;
        }

        private boolean skipVector(int lengthBytes) {
            int vectorEnd = vectorEnd(lengthBytes);
            at = vectorEnd;
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
