package dev.sluice;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Checks text that the protocol carries as bytes of UTF-8 with a length in front. */
final class WireText {
    private WireText() {}

    /**
     * The length of a text on the wire.
     *
     * @param text the text
     * @param what names the text in the message
     * @return the number of bytes in UTF-8
     * @throws IllegalArgumentException if it has an unpaired surrogate, which has no bytes
     */
    static int utf8Length(String text, String what) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException(what + " has an unpaired surrogate, expected valid Unicode");
        }
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * Checks names for ALPN (RFC 7301 §3.1): each 1 to 255 bytes, the list with its lengths at most 65535.
     *
     * @param names the names
     * @throws IllegalArgumentException if they do not fit
     */
    static void requireProtocolNames(List<String> names) {
        int total = 0;
        for (String name : names) {
            int length = utf8Length(name, "application protocol");
            if (length < 1 || length > 255) {
                throw new IllegalArgumentException("application protocol \"" + name + "\" has " + length
                        + " bytes of UTF-8, expected 1 to 255 (RFC 7301 §3.1)");
            }
            total += 1 + length;
        }
        if (total > 0xffff) {
            throw new IllegalArgumentException("application protocols have " + total
                    + " bytes with their lengths, expected 65535 or fewer (RFC 7301 §3.1)");
        }
    }
}
