package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.TestCertificates;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERT61String;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.DERUniversalString;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of subjects and issuers by field. */
class SubjectInfoTest {
    @Test
    void valuesAreGivenByFieldInTheirOrder() {
        SslCertificate certificate = certificate(
                rdn(SubjectInfo.COUNTRY_NAME, new DERPrintableString("DE")),
                rdn(SubjectInfo.DOMAIN_COMPONENT, new DERIA5String("example")),
                rdn(SubjectInfo.DOMAIN_COMPONENT, new DERIA5String("shop")),
                rdn(SubjectInfo.ORGANIZATIONAL_UNIT_NAME, new DERUTF8String("General")),
                rdn(SubjectInfo.COMMON_NAME, new DERUTF8String("a.example")),
                rdn(SubjectInfo.ORGANIZATIONAL_UNIT_NAME, new DERUTF8String("Special")));

        assertEquals(List.of("General", "Special"), certificate.subjectInfo(SubjectInfo.ORGANIZATIONAL_UNIT_NAME));
        assertEquals(List.of("example", "shop"), certificate.subjectInfo(SubjectInfo.DOMAIN_COMPONENT));
        assertEquals(List.of(), certificate.subjectInfo(SubjectInfo.TITLE));
        assertEquals(List.of("C", "DC", "OU", "CN"), certificate.subjectInfoAttributes());
        assertEquals("OU=Special,CN=a.example,OU=General,DC=shop,DC=example,C=DE", certificate.subject());
    }

    @Test
    void theIssuerIsNotTheSubject() {
        SslCertificate certificate = TestCertificates.localhost().certificate();

        assertEquals(List.of("localhost"), certificate.subjectInfo(SubjectInfo.COMMON_NAME));
        assertEquals(List.of("Test Intermediate"), certificate.issuerInfo(SubjectInfo.COMMON_NAME));
        assertEquals(List.of("Test Intermediate"), certificate.issuerInfo("2.5.4.3"));
        assertEquals(List.of("CN"), certificate.issuerInfoAttributes());
    }

    @Test
    void attributesMayBeCalledByIdentifierOrShortName() {
        SslCertificate certificate = certificate(
                rdn(SubjectInfo.COMMON_NAME, new DERUTF8String("a")), rdn("1.2.3.4", new DERUTF8String("unknown")));

        assertEquals(List.of("a"), certificate.subjectInfo("CN"));
        assertEquals(List.of("a"), certificate.subjectInfo("cn"));
        assertEquals(List.of("a"), certificate.subjectInfo("2.5.4.3"));
        assertEquals(List.of("unknown"), certificate.subjectInfo("1.2.3.4"));
        assertEquals(List.of(), certificate.subjectInfo("1.2.3"));
        assertEquals(List.of("CN", "1.2.3.4"), certificate.subjectInfoAttributes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "common name", "2.5.4.x", ".1", "XX"})
    void whatIsNoAttributeIsNamed(String attribute) {
        SslCertificate certificate = TestCertificates.localhost().certificate();

        Exception thrown = assertThrows(IllegalArgumentException.class, () -> certificate.subjectInfo(attribute));

        assertTrue(thrown.getMessage().contains("attribute " + attribute), thrown.getMessage());
    }

    @Test
    void allStringTypesAreRead() {
        String text = "Žlutý 𝄞";
        SslCertificate certificate = certificate(
                rdn(SubjectInfo.COMMON_NAME, new DERUTF8String(text)),
                rdn(SubjectInfo.COMMON_NAME, new DERBMPString("Žlutý")),
                rdn(SubjectInfo.COMMON_NAME, new DERT61String("Müller".getBytes(StandardCharsets.ISO_8859_1))),
                rdn(SubjectInfo.COMMON_NAME, new DERUniversalString(text.getBytes(Charset.forName("UTF-32BE")))),
                rdn(SubjectInfo.COMMON_NAME, new DERPrintableString("plain")),
                rdn(SubjectInfo.EMAIL_ADDRESS, new DERIA5String("me@example.com")));

        assertEquals(List.of(text, "Žlutý", "Müller", text, "plain"), certificate.subjectInfo(SubjectInfo.COMMON_NAME));
        assertEquals(List.of("me@example.com"), certificate.subjectInfo(SubjectInfo.EMAIL_ADDRESS));
        assertEquals("plain", certificate.subjectDisplayName());
    }

    /** No guess: what is not in its own encoding is no text. Nor is half a surrogate pair, or a pair written as two. */
    @Test
    void whatIsNoTextIsEmptyAndShownAsItsBytes() {
        SslCertificate certificate = certificate(
                rdn(SubjectInfo.COMMON_NAME, new DEROctetString(new byte[] {1, 2})),
                rdn(SubjectInfo.COMMON_NAME, DERNull.INSTANCE),
                rdn(SubjectInfo.COMMON_NAME, new DERUniversalString(new byte[] {0, 0, (byte) 0xd8, 0})),
                rdn(
                        SubjectInfo.COMMON_NAME,
                        new DERUniversalString(new byte[] {0, 0, (byte) 0xd8, 0, 0, 0, (byte) 0xdc, 0})),
                rdn(SubjectInfo.COMMON_NAME, new DERBMPString("\ud800")));

        assertEquals(List.of("", "", "", "", ""), certificate.subjectInfo(SubjectInfo.COMMON_NAME));
        assertEquals(
                "CN=#1e02d800,CN=#1c080000d8000000dc00,CN=#1c040000d800,CN=#0500,CN=#04020102", certificate.subject());
        assertEquals("", certificate.subjectDisplayName());
    }

    @Test
    void aRelativeNameMayHaveSeveralAttributes() {
        RDN several = new RDN(new AttributeTypeAndValue[] {
            attribute(SubjectInfo.COMMON_NAME.oid(), new DERUTF8String("a")),
            attribute(SubjectInfo.USER_ID.oid(), new DERUTF8String("7"))
        });
        SslCertificate certificate = certificate(several, rdn(SubjectInfo.COMMON_NAME, new DERUTF8String("b")));

        assertEquals(List.of("a", "b"), certificate.subjectInfo(SubjectInfo.COMMON_NAME));
        assertEquals(List.of("7"), certificate.subjectInfo(SubjectInfo.USER_ID));
        assertEquals(
                new X500Principal(certificate.subject()), certificate.toX509().getSubjectX500Principal());
    }

    /** RFC 4514 §2.4. */
    @Test
    void theNameAsTextCannotBeReadInAnotherWay() {
        SslCertificate certificate = certificate(
                rdn(SubjectInfo.ORGANIZATION, new DERUTF8String("#a,CN=b+c \"d\" <e>;f\\g=")),
                rdn(SubjectInfo.COMMON_NAME, new DERUTF8String(" blank ")),
                rdn(SubjectInfo.COMMON_NAME, new DERUTF8String("line\nbreak\0\u202egnp")));

        assertEquals(
                "CN=line\\0Abreak\\00\\E2\\80\\AEgnp,CN=\\ blank\\ ,O=\\#a\\,CN\\=b\\+c \\\"d\\\" \\<e\\>\\;f\\\\g\\=",
                certificate.subject());
        assertEquals(
                new X500Principal(certificate.subject()), certificate.toX509().getSubjectX500Principal());
    }

    @Test
    void noTwoKindsShareANameOrAnIdentifier() {
        Set<String> names = new HashSet<>();
        for (SubjectInfo info : SubjectInfo.values()) {
            assertTrue(names.add(info.shortName()), info.shortName());
            assertTrue(names.add(info.oid()), info.oid());
            assertEquals(info.oid(), SubjectInfo.oidOf(info.shortName()));
        }
        assertEquals(2 * SubjectInfo.values().length, names.size());
    }

    private static SslCertificate certificate(RDN... relativeNames) {
        return TestCertificates.leaf("")
                .subject(new X500Name(relativeNames))
                .selfSigned()
                .certificate();
    }

    private static RDN rdn(SubjectInfo info, ASN1Encodable value) {
        return rdn(info.oid(), value);
    }

    private static RDN rdn(String oid, ASN1Encodable value) {
        return new RDN(attribute(oid, value));
    }

    private static AttributeTypeAndValue attribute(String oid, ASN1Encodable value) {
        return new AttributeTypeAndValue(new ASN1ObjectIdentifier(oid), value);
    }
}
