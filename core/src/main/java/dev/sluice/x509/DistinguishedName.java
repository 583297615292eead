package dev.sluice.x509;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The name of a subject or an issuer (RFC 5280 §4.1.2.4): relative names from the most general one to the most specific
 * one, each a set of attributes.
 *
 * <p>Two names are equal if RFC 5280 §7.1 says so: relative name by relative name, without regard to the string type, to
 * case, and to how many blanks separate words. What is no text is compared byte by byte.
 *
 * <p>Immutable, share freely.
 */
final class DistinguishedName {
    static final String COMMON_NAME = "2.5.4.3";
    static final String EMAIL_ADDRESS = "1.2.840.113549.1.9.1";

    private static final List<String> DISPLAYED = List.of(COMMON_NAME, "2.5.4.10", "2.5.4.11");
    private static final String DOTLESS_I = "\u0131";
    private static final Charset UTF_32BE = Charset.forName("UTF-32BE");

    /** The tags of all string types of ASN.1, of which RFC 5280 §4.1.2.4 allows some. */
    private static final Set<Integer> STRINGS =
            Set.of(0x0c, 0x12, 0x13, 0x14, 0x15, 0x16, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e);

    private final byte[] der;
    private final List<List<Attribute>> relativeNames;
    private final List<Attribute> attributes;
    /** What is compared: of each relative name the attributes in a fixed order, in a form that is equal if they match. */
    private final List<List<String>> comparable;

    private final boolean plain;
    private final int hash;

    /**
     * An attribute of a name.
     *
     * @param type its dotted object identifier
     * @param text its text; empty if it cannot be read as text
     * @param encoded the value with its tag
     */
    record Attribute(String type, Optional<String> text, Octets encoded) {
        /** The text; what cannot be read as text is empty. */
        String value() {
            return text.orElse("");
        }

        /** Whether it is no text at all, or one that can be read and is what it looks like. */
        private boolean isPlain() {
            boolean string = STRINGS.contains(encoded.shared()[0] & 0xff);
            return text.map(value -> value.codePoints().allMatch(PeerText::isPlain))
                    .orElse(!string);
        }
    }

    private DistinguishedName(byte[] der, List<List<Attribute>> relativeNames, List<List<String>> comparable) {
        this.der = der;
        this.relativeNames = List.copyOf(relativeNames);
        this.attributes = relativeNames.stream().flatMap(List::stream).toList();
        this.comparable = List.copyOf(comparable);
        this.plain = attributes.stream().allMatch(Attribute::isPlain);
        this.hash = this.comparable.hashCode();
    }

    /** Reads the next element as a name. */
    static DistinguishedName read(DerReader reader) throws CertificateFormatException {
        return parse(reader.readElement());
    }

    /** Reads a name from its DER encoding, which is taken over. */
    static DistinguishedName parse(byte[] der) throws CertificateFormatException {
        DerReader outer = DerReader.of(der);
        DerReader relativeNames = outer.enter(DerReader.SEQUENCE);
        outer.expectEnd();
        List<List<Attribute>> all = new ArrayList<>();
        List<List<String>> comparable = new ArrayList<>();
        while (relativeNames.hasMore()) {
            List<Attribute> relativeName = readRelativeName(relativeNames.enter(DerReader.SET));
            all.add(relativeName);
            comparable.add(relativeName.stream()
                    .map(DistinguishedName::comparable)
                    .sorted()
                    .toList());
        }
        return new DistinguishedName(der, all, comparable);
    }

    /** Reads what is in the set of a relative name. */
    static List<Attribute> readRelativeName(DerReader relativeName) throws CertificateFormatException {
        List<Attribute> attributes = new ArrayList<>();
        do {
            DerReader attribute = relativeName.enter(DerReader.SEQUENCE);
            String type = attribute.readObjectIdentifier();
            int tag = attribute.peekTag();
            byte[] encoded = attribute.readElement();
            attribute.expectEnd();
            byte[] content = DerReader.of(encoded).readBytes(tag);
            attributes.add(new Attribute(type, decode(tag, content), Octets.of(encoded)));
        } while (relativeName.hasMore());
        return List.copyOf(attributes);
    }

    /** Equal for attributes that match: no text begins like what is no text. */
    private static String comparable(Attribute attribute) {
        return attribute.type()
                + attribute.text().map(text -> "=" + prepared(text)).orElseGet(() -> "#" + attribute.encoded());
    }

    /** The text of a string type of RFC 5280 §4.1.2.4; empty if it is of another type or not in its own encoding. */
    static Optional<String> decode(int tag, byte[] content) {
        return switch (tag) {
            case DerReader.UTF8_STRING -> decode(StandardCharsets.UTF_8, content);
            // T.61 is not what anybody writes into a TeletexString: Latin-1 is.
            case DerReader.PRINTABLE_STRING, DerReader.IA5_STRING, DerReader.TELETEX_STRING ->
                decode(StandardCharsets.ISO_8859_1, content);
            case DerReader.BMP_STRING -> decode(StandardCharsets.UTF_16BE, content);
            case DerReader.UNIVERSAL_STRING ->
                decode(UTF_32BE, content).filter(text -> isOfCharacters(text, content.length / 4));
            default -> Optional.empty();
        };
    }

    /** The JDK's decoder of UTF-32 lets halves of surrogate pairs pass, which are no characters, and may join them. */
    private static boolean isOfCharacters(String text, int count) {
        return text.codePointCount(0, text.length()) == count
                && text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    private static Optional<String> decode(Charset charset, byte[] content) {
        try {
            return Optional.of(charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(content))
                    .toString());
        } catch (CharacterCodingException e) {
            // Compared byte by byte then, and shown as nothing: no guess makes it equal to another name.
            return Optional.empty();
        }
    }

    /** RFC 5280 §7.1 with RFC 4518: compatibility forms, case, and runs of blanks do not matter. */
    private static String prepared(String text) {
        boolean ascii = text.chars().allMatch(c -> c < 0x80);
        String folded = ascii ? text.toLowerCase(Locale.ROOT) : nfkc(caseFolded(nfkc(text)));
        StringBuilder result = new StringBuilder(folded.length());
        boolean blank = false;
        for (int i = 0; i < folded.length(); i++) {
            char c = folded.charAt(i);
            if (c == ' ') {
                blank = !result.isEmpty();
            } else {
                if (blank) {
                    result.append(' ');
                }
                blank = false;
                result.append(c);
            }
        }
        return result.toString();
    }

    private static String nfkc(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC);
    }

    /**
     * Upwards first: some letters have several small forms and one capital one. The dotless i has the capital I, yet is
     * another letter than i (RFC 3454, table B.2): it stays as it is.
     */
    private static String caseFolded(String text) {
        return Stream.of(text.split(DOTLESS_I, -1))
                .map(part -> part.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(DOTLESS_I));
    }

    boolean isEmpty() {
        return comparable.isEmpty();
    }

    /** Whether this name lies in the subtree of {@code base} (RFC 5280 §4.2.1.10, X.501). */
    boolean isWithin(DistinguishedName base) {
        return comparable.size() >= base.comparable.size()
                && comparable.subList(0, base.comparable.size()).equals(base.comparable);
    }

    /**
     * Whether all texts can be read and are what they look like. RFC 4518 §2.2 and §2.3 drop what cannot be seen, or forbid
     * it, before names are compared; here such a name equals no other one, which is safe unless the other one is excluded.
     */
    boolean isPlain() {
        return plain;
    }

    /** The relative names with their attributes, from the most general one to the most specific one. */
    List<List<Attribute>> relativeNames() {
        return relativeNames;
    }

    /** All attributes, from the most general one to the most specific one. */
    List<Attribute> attributes() {
        return attributes;
    }

    /** The texts of all attributes of a type, in their order. */
    List<String> values(String type) {
        return attributes.stream()
                .filter(attribute -> attribute.type().equals(type))
                .map(Attribute::value)
                .toList();
    }

    /** What people call the bearer: common name, else organisation, else unit; empty if the name has none of them. */
    String displayName() {
        for (String type : DISPLAYED) {
            // The last one is the most specific one.
            List<String> values =
                    values(type).stream().filter(value -> !value.isEmpty()).toList();
            if (!values.isEmpty()) {
                return values.get(values.size() - 1);
            }
        }
        return "";
    }

    /** The name in the form of RFC 4514, the most specific relative name first; empty if it has none. */
    String name() {
        return NameText.of(this);
    }

    /** The DER encoding; a copy. */
    byte[] toDer() {
        return der.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DistinguishedName name && hash == name.hash && comparable.equals(name.comparable);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return name();
    }
}
