package dev.sluice;

import java.util.Arrays;
import java.util.Optional;

/**
 * Recognises pre-shared keys that are obviously not random.
 *
 * <p>A wrong refusal of a random key is rarer than 2^-40, for every length from 16 bytes on. The bounds, for a random key
 * of n >= 16 bytes:
 *
 * <ul>
 *   <li>It repeats itself after p < 16 bytes for at least 6 bytes: below 2^-48 + 2^-56 + ... = 2^-47.9.
 *   <li>At most 6 different bytes: below C(256, 6) (6/256)^16 = 2^-48.
 *   <li>More than half of the steps from byte to byte are the same: below 256 C(15, 8) 256^-8 = 2^-43.3.
 *   <li>Text, see {@link #textEvidence}: at most 2^-41.
 * </ul>
 *
 * Together below 2^-40.6. What is left undetected cannot be told apart within such a bound: one in 2^32 random keys of 16
 * bytes consists of Base64 characters alone.
 */
final class PskEntropy {
    private static final int SHORTEST_STRONG_KEY_BYTES = 16;
    private static final int REPEATED_BYTES = 6;
    private static final int FEW_DIFFERENT_BYTES = 6;
    private static final double TEXT_EVIDENCE_BITS = 41;

    /** How often each letter from a to z stands in English text, per thousand. */
    private static final int[] LETTER_COUNTS = {
        82, 15, 28, 43, 120, 22, 20, 61, 70, 5, 12, 40, 24, 67, 75, 19, 3, 60, 63, 90, 28, 10, 24, 3, 20, 3
    };

    private static final double LETTERS = Arrays.stream(LETTER_COUNTS).sum();

    private PskEntropy() {}

    /**
     * Looks for a sign that a key is not random.
     *
     * @param key the key, borrowed; 16 bytes or more
     * @return the sign, without telling any of the bytes; empty if there is none
     */
    static Optional<String> weakness(byte[] key) {
        if (repeatsItself(key)) {
            return Optional.of("pre-shared key repeats a few bytes, expected random bytes");
        }
        if (differentBytes(key) <= FEW_DIFFERENT_BYTES) {
            return Optional.of("pre-shared key has too few different bytes, expected random bytes");
        }
        if (mostFrequentStep(key) > (key.length - 1) / 2) {
            return Optional.of("pre-shared key is a sequence, expected random bytes");
        }
        if (textEvidence(key) >= TEXT_EVIDENCE_BITS) {
            return Optional.of("pre-shared key is printable text, expected random bytes"
                    + " (decode hexadecimal or Base64 first; derive a key from a pass-phrase with a password hash)");
        }
        return Optional.empty();
    }

    private static boolean repeatsItself(byte[] key) {
        int longestPeriod = Math.min(SHORTEST_STRONG_KEY_BYTES - 1, key.length - REPEATED_BYTES);
        for (int period = 1; period <= longestPeriod; period++) {
            if (hasPeriod(key, period)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasPeriod(byte[] key, int period) {
        for (int i = period; i < key.length; i++) {
            if (key[i] != key[i - period]) {
                return false;
            }
        }
        return true;
    }

    private static int differentBytes(byte[] key) {
        boolean[] seen = new boolean[256];
        int different = 0;
        for (byte b : key) {
            if (!seen[b & 0xff]) {
                seen[b & 0xff] = true;
                different++;
            }
        }
        return different;
    }

    private static int mostFrequentStep(byte[] key) {
        int[] counts = new int[256];
        int most = 0;
        for (int i = 1; i < key.length; i++) {
            int step = (key[i] - key[i - 1]) & 0xff;
            counts[step]++;
            most = Math.max(most, counts[step]);
        }
        return most;
    }

    /**
     * How much likelier it is that the key is text than that it is random, as a logarithm to the base 2.
     *
     * <p>Text is modelled by a probability distribution Q over all byte strings of the key's length: half of the probability
     * is that of {@linkplain #phraseEvidence words}, the other half is shared by evenly distributed characters of each
     * {@link Alphabet}. Under random bytes, U, the expectation of Q/U is 1, so that by Markov's inequality Q/U reaches 2^t
     * with a probability of at most 2^-t, whatever Q is. One part of the mixture alone bounds Q/U from below.
     */
    private static double textEvidence(byte[] key) {
        double best = phraseEvidence(key) - log2(2);
        for (Alphabet alphabet : Alphabet.values()) {
            best = Math.max(best, alphabet.evidence(key) - log2(2 * Alphabet.values().length));
        }
        return best;
    }

    /** Sets of characters from which text is made. */
    private enum Alphabet {
        DIGITS("0123456789"),
        HEXADECIMAL("0123456789abcdefABCDEF"),
        LOWER_CASE_AND_DIGITS("0123456789abcdefghijklmnopqrstuvwxyz"),
        UPPER_CASE_AND_DIGITS("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        BASE64("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/-_="),
        PRINTABLE(printableAscii());

        private final String characters;

        Alphabet(String characters) {
            this.characters = characters;
        }

        double evidence(byte[] key) {
            for (byte b : key) {
                if (characters.indexOf((char) (b & 0xff)) < 0) {
                    return Double.NEGATIVE_INFINITY;
                }
            }
            return key.length * (8 - log2(characters.length()));
        }

        private static String printableAscii() {
            StringBuilder all = new StringBuilder();
            for (char c = ' '; c <= '~'; c++) {
                all.append(c);
            }
            return all.toString();
        }
    }

    /** Kinds of characters in a pass-phrase. */
    private enum Kind {
        LOWER,
        UPPER,
        DIGIT,
        SPACE,
        PUNCTUATION,
        /** Zero bytes, with which pass-phrases are filled up. */
        PADDING,
        /** What is in no pass-phrase that is modelled here. */
        OTHER;

        static Kind of(int b) {
            if (b == 0) {
                return PADDING;
            }
            if (b < ' ' || b > '~') {
                return OTHER;
            }
            if (b == ' ') {
                return SPACE;
            }
            if (b >= 'a' && b <= 'z') {
                return LOWER;
            }
            if (b >= 'A' && b <= 'Z') {
                return UPPER;
            }
            return b >= '0' && b <= '9' ? DIGIT : PUNCTUATION;
        }

        /** How likely a character is among those of its kind. Sums to 1 over the kind, and never is 0 but for OTHER. */
        double share(int b) {
            return switch (this) {
                case LOWER -> LETTER_COUNTS[b - 'a'] / LETTERS;
                case UPPER -> LETTER_COUNTS[b - 'A'] / LETTERS;
                case DIGIT -> 1.0 / 10;
                case PUNCTUATION -> 1.0 / 32;
                case SPACE, PADDING -> 1;
                case OTHER -> 0;
            };
        }

        /** How likely each kind is to follow this one: words are runs of one kind. */
        Chances next() {
            return switch (this) {
                case LOWER -> new Chances(0.80, 0.04, 0.05, 0.05, 0.05, 0.01);
                case UPPER -> new Chances(0.60, 0.28, 0.04, 0.03, 0.04, 0.01);
                case DIGIT -> new Chances(0.12, 0.05, 0.72, 0.03, 0.05, 0.03);
                case SPACE -> new Chances(0.55, 0.25, 0.12, 0.02, 0.05, 0.01);
                case PUNCTUATION -> new Chances(0.35, 0.15, 0.20, 0.05, 0.20, 0.05);
                case PADDING -> new Chances(0.01, 0.01, 0.01, 0.01, 0.01, 0.95);
                case OTHER -> new Chances(0, 0, 0, 0, 0, 0);
            };
        }
    }

    /** How likely each kind is at one place. Sums to 1, or to less. */
    private record Chances(double lower, double upper, double digit, double space, double punctuation, double padding) {
        static final Chances AT_START = new Chances(0.50, 0.30, 0.12, 0.01, 0.06, 0.01);

        double of(Kind kind) {
            return switch (kind) {
                case LOWER -> lower;
                case UPPER -> upper;
                case DIGIT -> digit;
                case SPACE -> space;
                case PUNCTUATION -> punctuation;
                case PADDING -> padding;
                case OTHER -> 0;
            };
        }
    }

    /** Evidence that the key is made of words: runs of letters, of digits, and of zeros at the end. */
    private static double phraseEvidence(byte[] key) {
        double evidence = 0;
        Chances chances = Chances.AT_START;
        for (byte b : key) {
            Kind kind = Kind.of(b & 0xff);
            evidence += log2(256 * chances.of(kind) * kind.share(b & 0xff)); // minus infinity once it is no text
            chances = kind.next();
        }
        return evidence;
    }

    private static double log2(double x) {
        return Math.log(x) / Math.log(2);
    }
}
