package dev.sluice.jsse;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A ClientHello or ServerHello, read for the few facts that JSSE does not tell: which extensions are there and what they
 * hold (RFC 8446 §4.1.2, §4.1.3; the same layout since RFC 5246 §7.4.1).
 *
 * <p>It is read beside the engine, never instead of it: the engine parses the same bytes, judges them, and binds them
 * into the handshake by its Finished messages. What is malformed here is simply not there. Immutable.
 */
final class Hello {
    static final int EXTENSION_SERVER_NAME = 0;
    static final int EXTENSION_STATUS_REQUEST = 5;
    static final int EXTENSION_SUPPORTED_GROUPS = 10;
    static final int EXTENSION_SIGNATURE_ALGORITHMS = 13;
    static final int EXTENSION_ALPN = 16;
    static final int EXTENSION_PRE_SHARED_KEY = 41;
    static final int EXTENSION_KEY_SHARE = 51;

    private static final int RANDOM_BYTES = 32;

    /** The random of a HelloRetryRequest: the SHA-256 of "HelloRetryRequest" (RFC 8446 §4.1.3). */
    private static final byte[] RETRY_RANDOM = {
        (byte) 0xcf,
        0x21,
        (byte) 0xad,
        0x74,
        (byte) 0xe5,
        (byte) 0x9a,
        0x61,
        0x11,
        (byte) 0xbe,
        0x1d,
        (byte) 0x8c,
        0x02,
        0x1e,
        0x65,
        (byte) 0xb8,
        (byte) 0x91,
        (byte) 0xc2,
        (byte) 0xa2,
        0x11,
        0x16,
        0x7a,
        (byte) 0xbb,
        (byte) 0x8c,
        0x5e,
        0x07,
        (byte) 0x9e,
        0x09,
        (byte) 0xe2,
        (byte) 0xc8,
        (byte) 0xa8,
        0x33,
        (byte) 0x9c
    };

    private final boolean retry;
    private final List<Integer> cipherSuites;
    private final Map<Integer, byte[]> extensions;

    private Hello(boolean retry, List<Integer> cipherSuites, Map<Integer, byte[]> extensions) {
        this.retry = retry;
        this.cipherSuites = List.copyOf(cipherSuites);
        this.extensions = extensions;
    }

    /** Reads the body of a ClientHello; empty if it is malformed. */
    static Optional<Hello> client(byte[] body) {
        try {
            ByteBuffer in = ByteBuffer.wrap(body);
            in.position(2 + RANDOM_BYTES); // legacy_version, random
            vector8(in); // legacy_session_id
            List<Integer> suites = numbers(vector16(in));
            vector8(in); // legacy_compression_methods
            return Optional.of(new Hello(false, suites, extensions(in)));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return Optional.empty(); // malformed: the engine says so with an alert
        }
    }

    /** Reads the body of a ServerHello; empty if it is malformed. */
    static Optional<Hello> server(byte[] body) {
        try {
            ByteBuffer in = ByteBuffer.wrap(body);
            in.position(2); // legacy_version
            byte[] random = new byte[RANDOM_BYTES];
            in.get(random);
            vector8(in); // legacy_session_id_echo
            int suite = Short.toUnsignedInt(in.getShort());
            in.get(); // legacy_compression_method
            return Optional.of(new Hello(Arrays.equals(random, RETRY_RANDOM), List.of(suite), extensions(in)));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return Optional.empty(); // malformed: the engine says so with an alert
        }
    }

    /** True if this ServerHello is a HelloRetryRequest, after which a second one follows. */
    boolean isRetry() {
        return retry;
    }

    /** The suites offered, or the one selected. */
    List<Integer> cipherSuites() {
        return cipherSuites;
    }

    boolean has(int extension) {
        return extensions.containsKey(extension);
    }

    /** The numbers in an extension that is a vector of 16-bit values; empty if it is absent or malformed. */
    List<Integer> list(int extension) {
        byte[] content = extensions.get(extension);
        if (content == null) {
            return List.of();
        }
        try {
            return numbers(vector16(ByteBuffer.wrap(content)));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return List.of();
        }
    }

    /** The group of the server's key share. */
    OptionalInt selectedGroup() {
        byte[] content = extensions.get(EXTENSION_KEY_SHARE);
        return content == null || content.length < 2
                ? OptionalInt.empty()
                : OptionalInt.of(Short.toUnsignedInt(ByteBuffer.wrap(content).getShort()));
    }

    /** The host name that the client asks for (RFC 6066 §3). */
    Optional<String> serverName() {
        byte[] content = extensions.get(EXTENSION_SERVER_NAME);
        if (content == null) {
            return Optional.empty();
        }
        try {
            ByteBuffer names = vector16(ByteBuffer.wrap(content));
            while (names.hasRemaining()) {
                byte type = names.get();
                ByteBuffer name = vector16(names);
                if (type == 0) { // host_name, the only type there is
                    return Optional.of(StandardCharsets.US_ASCII.decode(name).toString());
                }
            }
            return Optional.empty();
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return Optional.empty(); // malformed: the engine says so with an alert
        }
    }

    private static Map<Integer, byte[]> extensions(ByteBuffer in) {
        Map<Integer, byte[]> found = new HashMap<>();
        if (in.hasRemaining()) {
            ByteBuffer all = vector16(in);
            while (all.hasRemaining()) {
                int type = Short.toUnsignedInt(all.getShort());
                ByteBuffer content = vector16(all);
                byte[] bytes = new byte[content.remaining()];
                content.get(bytes);
                found.putIfAbsent(type, bytes);
            }
        }
        return found;
    }

    private static List<Integer> numbers(ByteBuffer vector) {
        List<Integer> numbers = new ArrayList<>(vector.remaining() / 2);
        while (vector.remaining() >= 2) {
            numbers.add(Short.toUnsignedInt(vector.getShort()));
        }
        return numbers;
    }

    private static ByteBuffer vector8(ByteBuffer in) {
        return take(in, Byte.toUnsignedInt(in.get()));
    }

    private static ByteBuffer vector16(ByteBuffer in) {
        return take(in, Short.toUnsignedInt(in.getShort()));
    }

    private static ByteBuffer take(ByteBuffer in, int length) {
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer vector = in.slice(in.position(), length);
        in.position(in.position() + length);
        return vector;
    }
}
