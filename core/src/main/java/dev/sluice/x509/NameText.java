package dev.sluice.x509;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes distinguished names as text (RFC 4514): the most specific relative name first, {@code CN=example,O=Example Ltd}.
 *
 * <p>The RFC allows to escape more than has to be. Here it is all that could forge a line or hide something, so that the
 * text can be shown and logged as it is.
 */
final class NameText {
    /** RFC 4514 §2.4, and the equals sign, which it allows to escape. */
    private static final String SPECIAL = "\"+,;<>\\=";

    private NameText() {}

    static String of(DistinguishedName name) {
        List<List<DistinguishedName.Attribute>> relativeNames = name.relativeNames();
        StringBuilder result = new StringBuilder();
        for (int i = relativeNames.size() - 1; i >= 0; i--) {
            if (!result.isEmpty()) {
                result.append(',');
            }
            result.append(of(relativeNames.get(i)));
        }
        return result.toString();
    }

    /** A relative name. */
    static String of(List<DistinguishedName.Attribute> relativeName) {
        return relativeName.stream().map(NameText::of).collect(Collectors.joining("+"));
    }

    private static String of(DistinguishedName.Attribute attribute) {
        String value = attribute
                .text()
                .map(NameText::escaped)
                // RFC 4514 §2.4: what has no text is shown as its encoding.
                .orElseGet(
                        () -> "#" + HexFormat.of().formatHex(attribute.encoded().shared()));
        return SubjectInfo.nameOf(attribute.type()) + "=" + value;
    }

    private static String escaped(String value) {
        StringBuilder result = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i += Character.charCount(value.codePointAt(i))) {
            int c = value.codePointAt(i);
            boolean atEdge = i == 0 || i == value.length() - 1;
            if (SPECIAL.indexOf(c) >= 0 || (c == '#' && i == 0) || (c == ' ' && atEdge)) {
                result.append('\\').appendCodePoint(c);
            } else if (PeerText.isPlain(c)) {
                result.appendCodePoint(c);
            } else {
                PeerText.appendHexPairs(result, c);
            }
        }
        return result.toString();
    }
}
