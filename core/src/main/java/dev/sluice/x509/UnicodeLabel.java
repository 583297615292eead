package dev.sluice.x509;

import java.net.IDN;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Optional;

/**
 * Converts a label of a user's host name to ASCII, for comparison with A-labels (RFC 9525 §6.3).
 *
 * <p>Browsers convert by UTS #46, non-transitional. The JDK has IDNA2003 (RFC 3490) only, which makes another name of
 * {@code ß} and {@code ς}, drops joiners, and folds some characters as Unicode 3.2 did. Two conversions of one name are two
 * hosts with two owners, so a label is taken only if both give the same: if what IDNA2003 made of it, read back, is
 * what the Unicode tables of this JDK make of it. That leaves out everything on which they differ without a list of it.
 * The user can always write the A-label.
 */
final class UnicodeLabel {
    private UnicodeLabel() {}

    /** The label if it is ASCII, whatever it holds, or else its A-label; empty if it has none, or not beyond doubt. */
    static Optional<String> toAscii(String label) {
        if (label.chars().allMatch(c -> c < 0x80)) {
            return Optional.of(label);
        }
        try {
            String ascii = IDN.toASCII(label, IDN.USE_STD3_ASCII_RULES);
            return IDN.toUnicode(ascii).equals(mapped(label)) ? Optional.of(ascii) : Optional.empty();
        } catch (RuntimeException e) {
            // Not a label, whatever the conversion stumbled over.
            return Optional.empty();
        }
    }

    /**
     * The mapping of UTS #46 §4, steps 1 and 2, for the characters that are left as they are, lower-cased or decomposed by
     * it. For others the result is wrong, and wrong in a way that IDNA2003 is not: they are refused.
     */
    private static String mapped(String label) {
        StringBuilder lowerCase = new StringBuilder(label.length());
        // Character by character: String.toLowerCase knows about a sigma at the end of a word, IDNA does not.
        Normalizer.normalize(label, Form.NFKC)
                .codePoints()
                .map(Character::toLowerCase)
                .forEach(lowerCase::appendCodePoint);
        return Normalizer.normalize(lowerCase, Form.NFKC);
    }
}
