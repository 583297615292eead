package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.DERUniversalString;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;

/** RFC 5280 §7.1 for all names. */
class DistinguishedNameProperties {
    private static DistinguishedName name(ASN1Encodable... values) {
        RDN[] relativeNames = new RDN[values.length];
        for (int i = 0; i < values.length; i++) {
            relativeNames[i] = new RDN(new AttributeTypeAndValue(BCStyle.CN, values[i]));
        }
        try {
            return DistinguishedName.parse(new X500Name(relativeNames).getEncoded("DER"));
        } catch (IOException | CertificateFormatException e) {
            throw new AssertionError(e);
        }
    }

    @Property
    void caseBlanksAndStringTypeDoNotMatter(
            @ForAll @AlphaChars @NumericChars @StringLength(min = 1, max = 20) String word) {
        DistinguishedName plain = name(new DERUTF8String(word + " x"));

        for (DistinguishedName same : List.of(
                name(new DERUTF8String("  " + word.toUpperCase(Locale.ROOT) + "   X ")),
                name(new DERBMPString(word.toLowerCase(Locale.ROOT) + " x")),
                name(new DERUniversalString((word + " x").getBytes(java.nio.charset.Charset.forName("UTF-32BE")))))) {
            assertEquals(plain, same);
            assertEquals(plain.hashCode(), same.hashCode());
        }
    }

    @Property
    void anotherTextIsAnotherName(
            @ForAll @AlphaChars @StringLength(min = 1, max = 8) String one,
            @ForAll @AlphaChars @StringLength(min = 1, max = 8) String other) {
        Assume.that(!one.equalsIgnoreCase(other));

        assertNotEquals(name(new DERUTF8String(one)), name(new DERUTF8String(other)));
    }

    @Property
    void anyTextIsReadAndShownWithoutControls(@ForAll @StringLength(max = 30) String text) {
        Assume.that(text.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff));
        DistinguishedName name = name(new DERUTF8String(text));

        assertEquals(List.of(text), name.values(DistinguishedName.COMMON_NAME));
        assertTrue(name.name().codePoints().allMatch(PeerText::isPlain), name.name());
    }

    /** X.501: a subtree is what begins like its base. */
    @Property
    void aNameIsWithinEachOfItsBeginningsAndNoLongerOne(
            @ForAll @Size(min = 1, max = 6) List<@AlphaChars @StringLength(min = 1, max = 4) String> values,
            @ForAll @IntRange(max = 6) int length) {
        ASN1Encodable[] all = values.stream().map(DERUTF8String::new).toArray(ASN1Encodable[]::new);
        ASN1Encodable[] beginning =
                values.stream().limit(length).map(DERUTF8String::new).toArray(ASN1Encodable[]::new);
        DistinguishedName whole = name(all);
        DistinguishedName base = name(beginning);

        assertTrue(whole.isWithin(base));
        assertEquals(base.equals(whole), base.isWithin(whole));
    }

    @Property
    void anyBytesGiveANameOrTheOneException(@ForAll byte[] bytes) {
        try {
            DistinguishedName name = DistinguishedName.parse(bytes);
            assertEquals(name, DistinguishedName.parse(name.toDer()));
        } catch (CertificateFormatException expected) {
            assertTrue(!expected.getMessage().isEmpty());
        }
    }
}
