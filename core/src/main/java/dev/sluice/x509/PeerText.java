package dev.sluice.x509;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.IntPredicate;

/**
 * Text that somebody else has chosen, written so that it is safe to show: it stays in its line, and what is shown is what is
 * there. Line breaks would forge lines, terminal controls would erase some, bidirectional controls would show text in
 * another order than it has, and what is invisible would make two names look alike.
 */
final class PeerText {
    private PeerText() {}

    /** Whether a character is shown as it is: letters, marks, digits, punctuation, symbols and the blank. */
    static boolean isPlain(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> codePoint == ' ';
            default -> !isInvisible(codePoint);
        };
    }

    /** The letters, marks and symbols that look like nothing (Unicode: Default_Ignorable_Code_Point), and the empty Braille cell. */
    private static boolean isInvisible(int c) {
        return c == 0x034f
                || c == 0x115f
                || c == 0x1160
                || c == 0x17b4
                || c == 0x17b5
                || (c >= 0x180b && c <= 0x180f)
                || c == 0x2800
                || c == 0x3164
                || (c >= 0xfe00 && c <= 0xfe0f)
                || c == 0xffa0
                || (c >= 0xe0100 && c <= 0xe01ef);
    }

    /** A text with what is not plain as <code>&#92;u{202E}</code>, and the backslash doubled so that nobody can write that. */
    static String escaped(String text) {
        return escaped(text, PeerText::isPlain);
    }

    /** As {@link #escaped}, and nothing but ASCII stands as it is: for names of hosts, mailboxes and resources. */
    static String escapedAscii(String text) {
        return escaped(text, c -> c < 0x80 && isPlain(c));
    }

    private static String escaped(String text, IntPredicate shown) {
        StringBuilder result = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == '\\') {
                result.append("\\\\");
            } else if (shown.test(c)) {
                result.appendCodePoint(c);
            } else {
                result.append("\\u{")
                        .append(Integer.toHexString(c).toUpperCase(Locale.ROOT))
                        .append('}');
            }
        });
        return result.toString();
    }

    /** RFC 4514 §2.4: a character as the hexadecimal digits of its bytes in UTF-8, each pair behind a backslash. */
    static void appendHexPairs(StringBuilder target, int codePoint) {
        for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
            target.append('\\').append(HexFormat.of().withUpperCase().toHexDigits(b));
        }
    }
}
