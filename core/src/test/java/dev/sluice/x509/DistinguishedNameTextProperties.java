package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERT61String;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.DERUniversalString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;

/** Names: all string types come back as they were written, and names are equal exactly if RFC 5280 §7.1 says so. */
class DistinguishedNameTextProperties {
    /** The string types of RFC 5280 §4.1.2.4 and what each can hold. */
    enum StringType {
        UTF8(Character.MAX_CODE_POINT) {
            @Override
            ASN1Encodable of(String text) {
                return new DERUTF8String(text);
            }
        },
        BMP(0xffff) {
            @Override
            ASN1Encodable of(String text) {
                return new DERBMPString(text);
            }
        },
        UNIVERSAL(Character.MAX_CODE_POINT) {
            @Override
            ASN1Encodable of(String text) {
                return new DERUniversalString(text.getBytes(Charset.forName("UTF-32BE")));
            }
        },
        TELETEX(0xff) {
            @Override
            ASN1Encodable of(String text) {
                return new DERT61String(text.getBytes(StandardCharsets.ISO_8859_1));
            }
        },
        PRINTABLE(0x7f) {
            @Override
            ASN1Encodable of(String text) {
                return new DERPrintableString(text);
            }
        },
        IA5(0x7f) {
            @Override
            ASN1Encodable of(String text) {
                return new DERIA5String(text);
            }
        };

        private final int lastCharacter;

        StringType(int lastCharacter) {
            this.lastCharacter = lastCharacter;
        }

        abstract ASN1Encodable of(String text);

        boolean canHold(String text) {
            return text.codePoints().allMatch(c -> c <= lastCharacter);
        }
    }

    @Property(tries = 1000)
    void everyStringTypeGivesItsTextBack(@ForAll StringType type, @ForAll("texts") String text) {
        Assume.that(type.canHold(text));

        DistinguishedName name = name(type, text);

        assertEquals(text, name.attributes().get(0).value());
        assertEquals(text, name.displayName());
    }

    @Property(tries = 1000)
    void theStringTypeDoesNotMatter(@ForAll StringType one, @ForAll StringType other, @ForAll("texts") String text) {
        Assume.that(one.canHold(text) && other.canHold(text));

        assertMatch(name(one, text), name(other, text));
    }

    @Property
    void neitherCaseNorBlanksMatter(@ForAll StringType type, @ForAll("asciiWords") String text) {
        DistinguishedName name = name(type, text);

        assertMatch(name, name(type, text.toUpperCase(Locale.ROOT)));
        assertMatch(name, name(type, text.toLowerCase(Locale.ROOT)));
        assertMatch(name, name(type, "  " + text.replace(" ", "   ") + " "));
    }

    /** An oracle of its own for ASCII, where the rule is: lower case, blanks trimmed and joined. */
    @Property(tries = 1000)
    void aDifferentNameIsNeverEqual(@ForAll("asciiTexts") String one, @ForAll("asciiTexts") String other) {
        boolean same = folded(one).equals(folded(other));

        assertEquals(same, name(StringType.UTF8, one).equals(name(StringType.UTF8, other)));
    }

    private static String folded(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll(" +", " ").replaceAll("^ | $", "");
    }

    /** Every letter beside its neighbours of the same look: only compatibility forms and case make them equal. */
    @Example
    void lettersThatLookAlikeAreDifferent() {
        assertDiffer("microsoft", "m\u0131crosoft"); // dotless i, whose capital letter is I
        assertDiffer("paypal", "p\u0430ypal"); // Cyrillic a
        assertDiffer("example", "exam\u200bple"); // zero width space
        assertDiffer("example", "example\0");
        assertDiffer("muller", "m\u00fcller");
        assertMatch(name(StringType.UTF8, "MÜLLER"), name(StringType.UTF8, "mu\u0308ller"));
        assertMatch(name(StringType.UTF8, "STRASSE"), name(StringType.UTF8, "straße"));
        assertMatch(name(StringType.UTF8, "ＡＢＣ"), name(StringType.UTF8, "abc"));
    }

    /** RFC 3454, table B.2: no letter folds to an ASCII one but those that are compatible with it or its capital. */
    @Example
    void noOtherLetterIsEqualToAnAsciiLetter() {
        Map<DistinguishedName, String> ascii = new HashMap<>();
        for (char c = 'a'; c <= 'z'; c++) {
            ascii.put(name(StringType.UTF8, Character.toString(c)), Character.toString(c));
        }
        int equal = 0;
        for (int c = 0x80; c <= 0x1ffff; c++) {
            String other = Character.isLetter(c) ? Character.toString(c) : "\u00fc";
            String letter = ascii.get(name(StringType.UTF8, other));
            if (letter != null) {
                String compatible = Normalizer.normalize(other, Normalizer.Form.NFKC);
                assertEquals(letter, compatible.toLowerCase(Locale.ROOT), Integer.toHexString(c));
                equal++;
            }
        }
        assertTrue(equal > 100, "full width and mathematical letters");
    }

    @Property
    void typeOrderAndNumberOfAttributesMatter(@ForAll("asciiWords") String one, @ForAll("asciiWords") String other) {
        Assume.that(!folded(one).equals(folded(other)));
        DistinguishedName both = parse(new X500NameBuilder()
                .addRDN(BCStyle.O, one)
                .addRDN(BCStyle.CN, other)
                .build());

        assertNotEquals(
                both,
                parse(new X500NameBuilder()
                        .addRDN(BCStyle.CN, other)
                        .addRDN(BCStyle.O, one)
                        .build()));
        assertNotEquals(
                both,
                parse(new X500NameBuilder()
                        .addRDN(BCStyle.O, other)
                        .addRDN(BCStyle.CN, one)
                        .build()));
        assertNotEquals(both, parse(new X500NameBuilder().addRDN(BCStyle.O, one).build()));
        assertTrue(
                both.isWithin(parse(new X500NameBuilder().addRDN(BCStyle.O, one).build())));
        assertFalse(parse(new X500NameBuilder().addRDN(BCStyle.O, one).build()).isWithin(both));
    }

    /** A value that is no text may hold the very characters by which a text is compared. */
    @Property
    void whatIsNoTextIsEqualOnlyToItself(@ForAll @Size(max = 8) byte[] one, @ForAll @Size(max = 8) byte[] other) {
        DistinguishedName first = parse(single(new DEROctetString(one)));
        DistinguishedName second = parse(single(new DEROctetString(other)));

        assertEquals(Arrays.equals(one, other), first.equals(second));
        assertNotEquals(first, name(StringType.TELETEX, new String(one, StandardCharsets.ISO_8859_1)));
    }

    /** The readers of the JDK trim what is escaped, so this has its own. */
    @Property(tries = 1000)
    void theTextOfANameMeansThatName(@ForAll("texts") String text) {
        String written = NameText.of(parse(single(new DERUTF8String(text))));

        assertTrue(written.codePoints().allMatch(PeerText::isPlain), written);
        assertEquals("CN=" + text, unescaped(written));
    }

    /** RFC 4514 §3: reads a single relative name. */
    private static String unescaped(String written) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < written.length(); ) {
            int c = written.codePointAt(i);
            int width = Character.charCount(c);
            boolean hex = c == '\\' && written.substring(i + 1).matches("(?s)[0-9A-F]{2}.*");
            if (hex) {
                bytes.write(Integer.parseInt(written.substring(i + 1, i + 3), 16));
                i += 3;
            } else {
                int start = c == '\\' ? i + 1 : i;
                assertTrue(start > i || "\"+,;<>".indexOf(c) < 0, written);
                bytes.writeBytes(written.substring(start, start + width).getBytes(StandardCharsets.UTF_8));
                i = start + width;
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Property(tries = 2000)
    void anyBytesGiveANameOrTheOneException(@ForAll @Size(max = 60) byte[] bytes) {
        byte[] wrapped = new byte[bytes.length + 6];
        wrapped[0] = DerReader.SEQUENCE;
        wrapped[1] = (byte) (bytes.length + 4);
        wrapped[2] = DerReader.SET;
        wrapped[3] = (byte) (bytes.length + 2);
        wrapped[4] = DerReader.SEQUENCE;
        wrapped[5] = (byte) bytes.length;
        System.arraycopy(bytes, 0, wrapped, 6, bytes.length);
        for (byte[] input : new byte[][] {bytes, wrapped}) {
            try {
                DistinguishedName name = DistinguishedName.parse(input);
                assertNotNull(NameText.of(name));
                assertNotNull(name.displayName());
            } catch (CertificateFormatException expected) {
                assertNotNull(expected.getMessage());
            }
        }
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<Integer> characters = Arbitraries.frequencyOf(
                Tuple.of(4, Arbitraries.integers().between(0x20, 0x7e)),
                Tuple.of(1, Arbitraries.integers().between(0, 0xff)),
                Tuple.of(1, Arbitraries.integers().between(0, 0xffff)),
                Tuple.of(1, Arbitraries.integers().between(0, Character.MAX_CODE_POINT)));
        return characters
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .list()
                .ofMinSize(1)
                .ofMaxSize(20)
                .map(list -> {
                    StringBuilder text = new StringBuilder();
                    list.forEach(text::appendCodePoint);
                    return text.toString();
                });
    }

    @Provide
    Arbitrary<String> asciiTexts() {
        return Arbitraries.strings().withChars("aAbB c  ").ofMaxLength(5);
    }

    @Provide
    Arbitrary<String> asciiWords() {
        return Arbitraries.strings()
                .withChars("aAbBzZ09.-")
                .ofMinLength(1)
                .ofMaxLength(5)
                .list()
                .ofMinSize(1)
                .ofMaxSize(3)
                .map(words -> String.join(" ", words));
    }

    private static void assertDiffer(String one, String other) {
        assertNotEquals(name(StringType.UTF8, one), name(StringType.UTF8, other));
    }

    private static void assertMatch(DistinguishedName one, DistinguishedName other) {
        assertEquals(one, other);
        assertEquals(one.hashCode(), other.hashCode());
    }

    private static DistinguishedName name(StringType type, String text) {
        return parse(single(type.of(text)));
    }

    private static X500Name single(ASN1Encodable value) {
        return new X500NameBuilder().addRDN(BCStyle.CN, value).build();
    }

    private static DistinguishedName parse(X500Name name) {
        try {
            return parse(name.getEncoded());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DistinguishedName parse(byte[] der) {
        try {
            return DistinguishedName.parse(der);
        } catch (CertificateFormatException e) {
            throw new AssertionError(e);
        }
    }
}
