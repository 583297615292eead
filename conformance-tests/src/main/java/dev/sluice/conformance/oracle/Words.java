package dev.sluice.conformance.oracle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How the lines of a script fall into words. */
final class Words {
    private Words() {}

    /** Splits at blanks; what stands in double quotes is one word, with {@code \r} and {@code \n} in it. */
    static List<String> split(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        boolean any = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
                any = true;
            } else if (c == ' ' && !quoted) {
                if (any) {
                    words.add(unescape(word.toString()));
                }
                word.setLength(0);
                any = false;
            } else {
                word.append(c);
                any = true;
            }
        }
        if (quoted) {
            throw new IllegalArgumentException("a quotation mark is open: " + line);
        }
        if (any) {
            words.add(unescape(word.toString()));
        }
        return words;
    }

    private static String unescape(String text) {
        return text.replace("\\r", "\r").replace("\\n", "\n");
    }

    static <W extends Word> W find(W[] all, String word) {
        for (W one : all) {
            if (one.word().equals(word)) {
                return one;
            }
        }
        throw new IllegalArgumentException("no such word: " + word + "; known: "
                + Arrays.stream(all).map(Word::word).toList());
    }
}
