package dev.sluice;

import java.util.Optional;
import java.util.Set;

/** What may be asked of an exporter (RFC 5705 §4, RFC 8446 §7.5). Every refusal names what was expected and got. */
final class KeyExportChecks {
    /** The structure HkdfLabel of RFC 8446 §7.1 has 255 bytes for "tls13 " and the label. */
    private static final int MAXIMUM_LABEL_LENGTH = 249;

    /** The context is sent nowhere, but its length has two bytes in the seed of TLS 1.2 (RFC 5705 §4). */
    private static final int MAXIMUM_CONTEXT_BYTES = 0xffff;

    /** HKDF gives 255 times the hash (RFC 5869 §2.3), of which SHA-256 is the shortest. */
    private static final int MAXIMUM_LENGTH = 255 * 32;

    /** RFC 5705 §4, RFC 7627 §9: labels of TLS itself, which "MUST NOT be used". */
    private static final Set<String> RESERVED =
            Set.of("client finished", "server finished", "master secret", "extended master secret", "key expansion");

    private KeyExportChecks() {}

    static String label(String label) {
        if (label.isEmpty() || label.length() > MAXIMUM_LABEL_LENGTH) {
            throw new IllegalArgumentException("label of exported keying material has " + label.length()
                    + " characters, expected 1 to " + MAXIMUM_LABEL_LENGTH);
        }
        if (label.chars().anyMatch(character -> character < 0x20 || character > 0x7e)) {
            throw new IllegalArgumentException("label of exported keying material is not printable ASCII");
        }
        if (RESERVED.contains(label)) {
            throw new IllegalArgumentException(
                    "label \"" + label + "\" belongs to TLS itself, expected another (RFC 5705 §4)");
        }
        return label;
    }

    static Optional<byte[]> context(Optional<byte[]> context) {
        if (context.isPresent() && context.get().length > MAXIMUM_CONTEXT_BYTES) {
            throw new IllegalArgumentException("context of exported keying material has " + context.get().length
                    + " bytes, expected at most " + MAXIMUM_CONTEXT_BYTES);
        }
        return context;
    }

    static int length(int length) {
        if (length < 1 || length > MAXIMUM_LENGTH) {
            throw new IllegalArgumentException(
                    "length of exported keying material is " + length + ", expected 1 to " + MAXIMUM_LENGTH);
        }
        return length;
    }
}
