package dev.sluice.jsse;

import dev.sluice.NamedGroup;
import dev.sluice.SslProtocol;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Reads along in one direction of a handshake as long as it is in the clear, for the facts that JSSE does not tell.
 *
 * <p>JSSE does not say whether a session was resumed. Nothing in its interface can be used instead: with stateless
 * tickets values put into a session are lost; creation times tie or jump with the clock; and a server's key manager is
 * asked on resumption too (JDK 25, to find the certificate again) or not (JDK 17). The wire says it without doubt, for
 * every provider: TLS 1.3 resumes if and only if ServerHello selects a pre-shared key (RFC 8446 §4.2.11), TLS 1.2 if and
 * only if the server sends no Certificate (RFC 5246 §7.3), since no suite without certificates is ever enabled.
 *
 * <p>Both Finished messages cover what is read here: once the handshake has ended nobody has altered it.
 *
 * <p>One thread at a time. Memory is bounded: bodies are kept up to {@link #MAX_BODY_BYTES}, all else is skipped.
 */
final class HandshakeObserver {
    /** The largest body that is kept: far above any ServerHello, and enough for a ClientHello with large key shares. */
    private static final int MAX_BODY_BYTES = 16 * 1024;

    private static final int MESSAGE_HEADER_BYTES = 4;

    /** A NewSessionTicket of TLS 1.2 with nothing but a lifetime and the length of the ticket. */
    private static final int EMPTY_TICKET_BYTES = 4 + 2;

    private static final int CLIENT_HELLO = 1;
    private static final int SERVER_HELLO = 2;
    private static final int NEW_SESSION_TICKET = 4;
    private static final int CERTIFICATE = 11;
    private static final int SERVER_KEY_EXCHANGE = 12;

    /** ECCurveType named_curve (RFC 8422 §5.4). */
    private static final int NAMED_CURVE = 3;

    private final byte[] header = new byte[MESSAGE_HEADER_BYTES];
    private int headerBytes;
    private int bodyBytesLeft;
    private byte @Nullable [] body;
    private int bodyBytes;
    private boolean done;

    private @Nullable Hello clientHello;
    private @Nullable Hello serverHello;
    private boolean certificateSent;
    private boolean ticketSent;
    private int ellipticCurve = -1;

    /** Reads the records between two indices; whole records only, as an engine consumes or produces them. */
    void read(ByteBuf bytes, int start, int end) {
        int index = start;
        while (!done && end - index >= Records.HEADER_BYTES) {
            int fragment = index + Records.HEADER_BYTES;
            int next = fragment + Records.fragmentBytes(bytes, index);
            if (next > end) {
                done = true; // not whole records: nothing can be told from here on
                return;
            }
            readRecord(Records.type(bytes, index), bytes, fragment, next);
            index = next;
        }
    }

    /** The host name in ClientHello. */
    Optional<String> serverName() {
        return Optional.ofNullable(clientHello).flatMap(Hello::serverName);
    }

    /** Whether ClientHello offers application protocols (RFC 7301). */
    boolean offersApplicationProtocols() {
        return clientHello != null && clientHello.has(Hello.EXTENSION_ALPN);
    }

    /** Whether the server resumed an earlier session. */
    boolean resumed(SslProtocol negotiated) {
        return switch (negotiated) {
            case TLS_1_3 -> serverHello != null && serverHello.has(Hello.EXTENSION_PRE_SHARED_KEY);
            case TLS_1_0, TLS_1_1, TLS_1_2 -> serverHello != null && !certificateSent;
        };
    }

    /** Whether the server has sent a session ticket within the handshake, as TLS 1.2 does (RFC 5077 §3.3). */
    boolean ticketSent() {
        return ticketSent;
    }

    /** The group of the key exchange. */
    Optional<NamedGroup> group(SslProtocol negotiated) {
        OptionalInt id = switch (negotiated) {
            case TLS_1_3 -> serverHello == null ? OptionalInt.empty() : serverHello.selectedGroup();
            case TLS_1_0, TLS_1_1, TLS_1_2 -> ellipticCurve < 0 ? OptionalInt.empty() : OptionalInt.of(ellipticCurve);
        };
        return id.isEmpty() ? Optional.empty() : NamedGroup.fromId(id.getAsInt());
    }

    private void readRecord(int type, ByteBuf bytes, int start, int end) {
        if (type == Records.HANDSHAKE) {
            readMessages(bytes, start, end);
        } else if (type == Records.APPLICATION_DATA) {
            done = true; // TLS 1.3 protects all that follows ServerHello
        } else if (type == Records.CHANGE_CIPHER_SPEC && serverHello != null && !serverHello.isRetry()) {
            done = true; // TLS 1.2 protects all that follows; before a second ServerHello it means nothing
        }
    }

    private void readMessages(ByteBuf bytes, int start, int end) {
        int index = start;
        while (index < end && !done) {
            if (headerBytes < MESSAGE_HEADER_BYTES) {
                header[headerBytes++] = bytes.getByte(index++);
                if (headerBytes == MESSAGE_HEADER_BYTES) {
                    beginBody();
                }
            } else {
                int length = Math.min(bodyBytesLeft, end - index);
                keep(bytes, index, length);
                index += length;
                bodyBytesLeft -= length;
            }
            if (headerBytes == MESSAGE_HEADER_BYTES && bodyBytesLeft == 0) {
                endBody();
            }
        }
    }

    private void beginBody() {
        bodyBytesLeft = bodyLength();
        bodyBytes = 0;
        int type = header[0];
        boolean wanted = type == CLIENT_HELLO || type == SERVER_HELLO || type == SERVER_KEY_EXCHANGE;
        body = wanted ? new byte[Math.min(bodyBytesLeft, MAX_BODY_BYTES)] : null;
    }

    /** What the header says. */
    private int bodyLength() {
        return Byte.toUnsignedInt(header[1]) << 16 | Byte.toUnsignedInt(header[2]) << 8 | Byte.toUnsignedInt(header[3]);
    }

    private void keep(ByteBuf bytes, int index, int length) {
        if (body != null) {
            int kept = Math.min(length, body.length - bodyBytes);
            bytes.getBytes(index, body, bodyBytes, kept);
            bodyBytes += kept;
        }
    }

    private void endBody() {
        byte[] content = body == null ? new byte[0] : Arrays.copyOf(body, bodyBytes);
        switch (header[0]) {
            case CLIENT_HELLO -> {
                clientHello = Hello.client(content).orElse(null);
                done = true; // a second ClientHello differs in nothing that is read here (RFC 8446 §4.1.2)
            }
            case SERVER_HELLO -> serverHello = Hello.server(content).orElse(null);
            // A ticket of length zero says that there is none (RFC 5077 §3.3).
            case NEW_SESSION_TICKET -> ticketSent = bodyLength() > EMPTY_TICKET_BYTES;
            case CERTIFICATE -> certificateSent = true;
            case SERVER_KEY_EXCHANGE -> {
                if (content.length > 2 && content[0] == NAMED_CURVE) {
                    ellipticCurve = Byte.toUnsignedInt(content[1]) << 8 | Byte.toUnsignedInt(content[2]);
                }
            }
            default -> {
                // Numbers from the wire, not an enum: other messages hold nothing that is asked for here.
            }
        }
        headerBytes = 0;
        body = null;
    }
}
