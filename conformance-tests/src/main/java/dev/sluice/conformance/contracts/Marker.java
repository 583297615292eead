package dev.sluice.conformance.contracts;

import dev.sluice.conformance.harness.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/**
 * A secret that is recognised wherever it turns up, in the forms in which bytes are commonly shown.
 *
 * <p>It can be made again from its seed, so that whoever searches for it need not keep it.
 */
final class Marker {
    private static final int BYTES = 32;

    private final String what;
    private final byte[] bytes;

    private Marker(String what, byte[] bytes) {
        this.what = what;
        this.bytes = bytes;
    }

    /** Bytes of any value, as keys are. */
    static Marker ofBytes(String what, long seed) {
        byte[] bytes = new byte[BYTES];
        new Random(seed ^ what.hashCode()).nextBytes(bytes);
        return new Marker(what, bytes);
    }

    /** Letters, as passwords and messages are. */
    static Marker ofText(String what, long seed) {
        Marker random = ofBytes(what, seed);
        String text = HexFormat.of().formatHex(random.bytes).replace('a', 'Q').replace('0', 'Z');
        return new Marker(what, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** What an engine has made: not known before, but as secret. */
    static Marker found(String what, byte[] bytes) {
        if (bytes.length < BYTES / 2) {
            throw new IllegalArgumentException("too short to be recognised: " + bytes.length + " bytes of " + what);
        }
        return new Marker(what, bytes.clone());
    }

    byte[] bytes() {
        return bytes.clone();
    }

    String text() {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    char[] chars() {
        return text().toCharArray();
    }

    /** Fails if it is in a text. */
    void checkAbsent(String text, String where) {
        for (String form : forms()) {
            Verdict.check(
                    !text.contains(form),
                    () -> "the " + what + " is in " + where + ", expected no secret there: " + shortened(text, form));
        }
    }

    private List<String> forms() {
        byte[] part = Arrays.copyOf(bytes, BYTES / 2); // who shows a part shows too much
        String hex = HexFormat.of().formatHex(part);
        String base64 = Base64.getEncoder().withoutPadding().encodeToString(Arrays.copyOf(bytes, BYTES / 2 - 1));
        String list = Arrays.toString(part);
        return List.of(
                new String(part, StandardCharsets.ISO_8859_1),
                hex,
                hex.toUpperCase(java.util.Locale.ROOT),
                HexFormat.ofDelimiter(":").formatHex(part),
                HexFormat.ofDelimiter(":").withUpperCase().formatHex(part),
                HexFormat.ofDelimiter(" ").formatHex(part),
                HexFormat.ofDelimiter(" ").withUpperCase().formatHex(part),
                base64,
                list.substring(1, list.length() - 1));
    }

    /** What stands before it: enough to find the place, and not the secret. */
    private static String shortened(String text, String form) {
        int at = text.indexOf(form);
        return text.substring(Math.max(0, at - 60), at) + "...";
    }

    @Override
    public String toString() {
        return what;
    }
}
