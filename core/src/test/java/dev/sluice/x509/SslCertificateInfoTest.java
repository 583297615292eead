package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERT61String;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.junit.jupiter.api.Test;

/** What a certificate tells of itself. */
class SslCertificateInfoTest {
    private static RDN attribute(ASN1ObjectIdentifier type, ASN1Encodable value) {
        return new RDN(new AttributeTypeAndValue(type, value));
    }

    private static SslCertificate withSubject(RDN... names) {
        return TestCertificates.leaf("unused")
                .subject(new X500Name(names))
                .selfSigned()
                .certificate();
    }

    // ---- names

    @Test
    void attributesHaveSeveralValuesInTheirOrder() {
        SslCertificate certificate = withSubject(
                attribute(BCStyle.O, new DERUTF8String("First")),
                attribute(BCStyle.O, new DERUTF8String("Second")),
                attribute(BCStyle.CN, new DERPrintableString("name")));

        assertEquals(List.of("First", "Second"), certificate.subjectInfo(SubjectInfo.ORGANIZATION));
        assertEquals(List.of("First", "Second"), certificate.issuerInfo("O"));
        assertEquals(List.of("name"), certificate.subjectInfo("2.5.4.3"));
        assertEquals(List.of(), certificate.subjectInfo(SubjectInfo.COUNTRY_NAME));
        assertEquals(List.of("O", "CN"), certificate.subjectInfoAttributes());
        assertEquals("CN=name,O=Second,O=First", certificate.subject());
        assertThrows(IllegalArgumentException.class, () -> certificate.subjectInfo("no such thing"));
    }

    @Test
    void allStringTypesAreRead() {
        SslCertificate certificate = withSubject(
                attribute(BCStyle.OU, new DERUTF8String("Zürich €")),
                attribute(BCStyle.OU, new DERBMPString("Αθήνα")),
                attribute(BCStyle.OU, new DERT61String("Köln")),
                attribute(BCStyle.OU, DERNull.INSTANCE));

        assertEquals(
                List.of("Zürich €", "Αθήνα", "Köln", ""),
                certificate.subjectInfo(SubjectInfo.ORGANIZATIONAL_UNIT_NAME));
    }

    /** A name is the same whatever string type it is written in; catches a comparison of bytes. */
    @Test
    void namesAreComparedAsRfc5280Says() {
        SslCertificate one = withSubject(attribute(BCStyle.CN, new DERUTF8String("Example  CA")));
        SslCertificate same = withSubject(attribute(BCStyle.CN, new DERPrintableString(" example ca ")));
        SslCertificate other = withSubject(attribute(BCStyle.CN, new DERUTF8String("Example CAs")));

        assertEquals(one.tbs().subject(), same.tbs().subject());
        assertEquals(one.tbs().subject().hashCode(), same.tbs().subject().hashCode());
        assertFalse(one.tbs().subject().equals(other.tbs().subject()));
        assertFalse(one.equals(same), "as certificates they differ");
    }

    // ---- fields

    @Test
    void versionAndSerialNumber() {
        SslCertificate certificate = TestCertificates.leaf("serial")
                .serialNumber(new BigInteger("0a1b", 16))
                .selfSigned()
                .certificate();

        assertEquals(3, certificate.version());
        assertEquals(new BigInteger("0a1b", 16), certificate.serialNumber());
    }

    @Test
    void aValidityMayLastForEver() {
        Instant end = Instant.parse("9999-12-31T23:59:59Z");
        SslCertificate certificate = TestCertificates.leaf("for ever")
                .valid(Instant.parse("1950-01-01T00:00:00Z"), end)
                .selfSigned()
                .certificate();

        assertEquals(Instant.parse("1950-01-01T00:00:00Z"), certificate.notBefore());
        assertEquals(end, certificate.notAfter());
        assertTrue(certificate.toText().contains("(no expiry)"));
    }

    // ---- extensions

    @Test
    void extensionsAreDecoded() {
        SslCertificate certificate = TestCertificates.ca("Extensions")
                .basicConstraints(true, 3)
                .keyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign)
                .extendedKeyUsage(KeyPurposeId.id_kp_serverAuth)
                .dns("a.example")
                .extension(
                        "2.5.29.30",
                        true,
                        new NameConstraints(
                                new GeneralSubtree[] {
                                    new GeneralSubtree(new GeneralName(GeneralName.dNSName, "example")),
                                    new GeneralSubtree(new GeneralName(GeneralName.iPAddress, "10.0.0.0/8"))
                                },
                                null))
                .extension(
                        "1.3.6.1.5.5.7.1.1",
                        false,
                        new AuthorityInformationAccess(
                                AccessDescription.id_ad_ocsp,
                                new GeneralName(GeneralName.uniformResourceIdentifier, "http://ocsp.example/")))
                .extension("1.2.3.4", false, new byte[] {1, 2})
                .selfSigned()
                .certificate();

        assertEquals(
                Map.of("ca", true, "pathLenConstraint", 3),
                extension(certificate, "basicConstraints").value());
        assertTrue(extension(certificate, "basicConstraints").isCritical());
        assertEquals(
                List.of("keyCertSign", "cRLSign"),
                extension(certificate, "keyUsage").value());
        assertEquals(
                List.of("serverAuth"),
                extension(certificate, "extendedKeyUsage").value());
        assertEquals(
                List.of(new SubjectAltName.Dns("a.example")),
                extension(certificate, "subjectAltName").value());
        assertEquals(
                Map.of("permitted", List.of("DNS:example", "IP:10.0.0.0/255.0.0.0")),
                extension(certificate, "nameConstraints").value());
        assertEquals(
                Map.of("OCSP", List.of(new SubjectAltName.Uri("http://ocsp.example/"))),
                extension(certificate, "authorityInfoAccess").value());
        SslCertificateExtension unknown = extension(certificate, "1.2.3.4");
        assertFalse(unknown.isSupported());
        assertArrayEquals(new byte[] {1, 2}, (byte[]) unknown.value());
    }

    @Test
    void whatExtensionsGiveCannotBeChanged() {
        SslCertificate certificate = TestCertificates.leaf("copies")
                .extension("1.2.3.4", false, new byte[] {1, 2})
                .selfSigned()
                .certificate();
        Arrays.fill((byte[]) extension(certificate, "1.2.3.4").value(), (byte) 9);

        assertArrayEquals(new byte[] {1, 2}, extension(certificate, "1.2.3.4").encodedValue());
        Map<?, ?> constraints =
                (Map<?, ?>) extension(certificate, "basicConstraints").value();
        assertThrows(UnsupportedOperationException.class, constraints::clear);
    }

    private static SslCertificateExtension extension(SslCertificate certificate, String name) {
        return certificate.extensions().stream()
                .filter(extension -> extension.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " not in " + certificate.extensions()));
    }

    // ---- text

    @Test
    void theTextTellsWhatPeopleLookFor() {
        Issued server = TestCertificates.localhost();
        String text = server.certificate().toText();

        for (String wanted : List.of(
                "Version: 3",
                "Issuer: CN=Test Intermediate",
                "Subject: CN=localhost",
                "Public Key: EC, curve P-256",
                "basicConstraints (critical):",
                "DNS:localhost",
                "IP:127.0.0.1",
                "serverAuth",
                "SHA-256: ")) {
            assertTrue(text.contains(wanted), () -> wanted + " is not in:\n" + text);
        }
    }

    /** Names with line breaks, terminal controls and text from right to left show no field that is not there. */
    @Test
    void nobodyForgesALine() {
        String hostile = "x\n    Issuer: CN=Trusted CA\r\u001b[2K\u202eevil\u0000";
        SslCertificate certificate = TestCertificates.leaf("unused")
                .subject(new X500Name(new RDN[] {attribute(BCStyle.CN, new DERUTF8String(hostile))}))
                .dns("a.example\n        DNS:b.example")
                .selfSigned()
                .certificate();

        String text = certificate.toText();
        assertEquals(
                1,
                text.lines().filter(line -> line.strip().startsWith("Issuer:")).count(),
                text);
        assertTrue(text.lines().noneMatch(line -> line.strip().equals("DNS:b.example")), text);
        assertTrue(text.chars().allMatch(c -> c == '\n' || PeerText.isPlain(c)), text);
        assertEquals(List.of(hostile), certificate.subjectInfo(SubjectInfo.COMMON_NAME), "as it stands there");
    }

    // ---- block list

    @Test
    void knownFraudsAreBlocked() {
        SslCertificate fraud = TestCertificates.leaf("mail.google.com")
                .serialNumber(new BigInteger("047ecbe9fca55f7bd09eae36e10cae1e", 16))
                .selfSigned()
                .certificate();

        assertTrue(fraud.isBlocked());
        assertFalse(TestCertificates.localhost().certificate().isBlocked());
    }
}
