package dev.sluice.conformance.harness;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a client offers (RFC 8446 §4.1.2), read from the bytes that it has sent: what an engine was told and what it says
 * are two things.
 *
 * <p>Values reserved for GREASE (RFC 8701) are left out of all lists.
 *
 * <p>Immutable, share freely.
 *
 * @param legacyVersion the version outside the extensions
 * @param cipherSuites the suites, signalling values among them
 * @param extensions the bodies of the extensions by their number; not copied
 */
public record ClientHello(int legacyVersion, List<Integer> cipherSuites, Map<Integer, byte[]> extensions) {
    /** Extension {@code server_name} (RFC 6066 §3). */
    public static final int SERVER_NAME = 0;

    /** Extension {@code max_fragment_length} (RFC 6066 §4). */
    public static final int MAX_FRAGMENT_LENGTH = 1;

    /** Extension {@code status_request} (RFC 6066 §8). */
    public static final int STATUS_REQUEST = 5;

    /** Extension {@code supported_groups} (RFC 8446 §4.2.7). */
    public static final int SUPPORTED_GROUPS = 10;

    /** Extension {@code signature_algorithms} (RFC 8446 §4.2.3). */
    public static final int SIGNATURE_ALGORITHMS = 13;

    /** Extension {@code application_layer_protocol_negotiation} (RFC 7301). */
    public static final int ALPN = 16;

    /** Extension {@code session_ticket} (RFC 5077 §3.2). */
    public static final int SESSION_TICKET = 35;

    /** Extension {@code pre_shared_key} (RFC 8446 §4.2.11). */
    public static final int PRE_SHARED_KEY = 41;

    /** Extension {@code supported_versions} (RFC 8446 §4.2.1). */
    public static final int SUPPORTED_VERSIONS = 43;

    private static final int HANDSHAKE_RECORD = 22;
    private static final int CLIENT_HELLO_MESSAGE = 1;
    private static final int RECORD_HEADER_BYTES = 5;
    private static final int RANDOM_BYTES = 32;
    private static final int GREASE_MASK = 0x0f0f;
    private static final int GREASE_BITS = 0x0a0a;

    /**
     * Reads the hello at the beginning of what a client has sent.
     *
     * @param sent bytes from the wire, whole records
     * @return the hello
     * @throws AssertionError if they do not begin with one
     */
    public static ClientHello read(byte[] sent) {
        ByteBuffer message = ByteBuffer.wrap(messages(sent));
        Verdict.check(
                message.remaining() > 4 && message.get() == CLIENT_HELLO_MESSAGE,
                "the client's first bytes are no ClientHello");
        message.position(4);
        int version = number(message);
        message.position(message.position() + RANDOM_BYTES);
        skip(message, Byte.toUnsignedInt(message.get())); // session id
        List<Integer> suites = numbers(slice(message, number(message)));
        skip(message, Byte.toUnsignedInt(message.get())); // compression methods
        Map<Integer, byte[]> extensions = new LinkedHashMap<>();
        if (message.hasRemaining()) {
            ByteBuffer all = slice(message, number(message));
            while (all.hasRemaining()) {
                int type = number(all);
                byte[] body = new byte[number(all)];
                all.get(body);
                extensions.put(type, body);
            }
        }
        return new ClientHello(version, suites, extensions);
    }

    /** The handshake messages in the records at the beginning. */
    private static byte[] messages(byte[] sent) {
        ByteBuffer records = ByteBuffer.wrap(sent);
        ByteBuffer messages = ByteBuffer.allocate(sent.length);
        while (records.remaining() > RECORD_HEADER_BYTES && records.get(records.position()) == HANDSHAKE_RECORD) {
            records.position(records.position() + 3);
            messages.put(slice(records, Math.min(number(records), records.remaining())));
        }
        byte[] found = new byte[messages.position()];
        messages.flip().get(found);
        return found;
    }

    /**
     * Says whether an extension is there.
     *
     * @param extension its number
     * @return true if so
     */
    public boolean has(int extension) {
        return extensions.containsKey(extension);
    }

    /**
     * The versions offered.
     *
     * @return the numbers on the wire; of a client that knows no list, the one version
     */
    public List<Integer> versions() {
        byte[] body = extensions.get(SUPPORTED_VERSIONS);
        return body == null
                ? List.of(legacyVersion)
                : numbers(ByteBuffer.wrap(body, 1, body.length - 1).slice());
    }

    /**
     * A list of numbers in an extension, such as groups and signature schemes.
     *
     * @param extension its number
     * @return the numbers; empty if it is not there
     */
    public List<Integer> list(int extension) {
        byte[] body = extensions.get(extension);
        return body == null
                ? List.of()
                : numbers(ByteBuffer.wrap(body, 2, body.length - 2).slice());
    }

    /**
     * The application protocols offered.
     *
     * @return the names; empty if none are
     */
    public List<String> applicationProtocols() {
        List<String> names = new ArrayList<>();
        Optional.ofNullable(extensions.get(ALPN)).ifPresent(body -> {
            ByteBuffer list = ByteBuffer.wrap(body, 2, body.length - 2);
            while (list.hasRemaining()) {
                byte[] name = new byte[Byte.toUnsignedInt(list.get())];
                list.get(name);
                names.add(new String(name, StandardCharsets.UTF_8));
            }
        });
        return names;
    }

    /**
     * The ticket with which a session is to be resumed, the first if there are several. Of a client of TLS 1.3 that has been given
     * a key by its user this is the identity of that key.
     *
     * @return the ticket; empty if there is none
     */
    public Optional<byte[]> ticket() {
        byte[] keys = extensions.get(PRE_SHARED_KEY);
        if (keys != null) {
            ByteBuffer list = ByteBuffer.wrap(keys, 2, keys.length - 2); // behind the length of the list of identities
            byte[] identity = new byte[number(list)];
            list.get(identity);
            return Optional.of(identity);
        }
        return Optional.ofNullable(extensions.get(SESSION_TICKET)).filter(ticket -> ticket.length > 0);
    }

    private static List<Integer> numbers(ByteBuffer list) {
        List<Integer> numbers = new ArrayList<>();
        while (list.remaining() >= 2) {
            int number = number(list);
            if ((number & GREASE_MASK) != GREASE_BITS) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    private static int number(ByteBuffer bytes) {
        return Short.toUnsignedInt(bytes.getShort());
    }

    private static ByteBuffer slice(ByteBuffer bytes, int length) {
        ByteBuffer slice = bytes.slice(bytes.position(), length);
        skip(bytes, length);
        return slice;
    }

    private static void skip(ByteBuffer bytes, int length) {
        bytes.position(bytes.position() + length);
    }
}
