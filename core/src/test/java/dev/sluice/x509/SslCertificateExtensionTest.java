package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Maker;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.bouncycastle.asn1.x509.PolicyQualifierInfo;
import org.bouncycastle.asn1.x509.ReasonFlags;
import org.bouncycastle.asn1.x509.UserNotice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What extensions say: the table in the documentation of {@link SslCertificateExtension}, row by row. */
class SslCertificateExtensionTest {
    private static final GeneralName URI =
            new GeneralName(GeneralName.uniformResourceIdentifier, "http://example.com/a");

    @Test
    void theyComeInTheOrderOfTheCertificate() {
        List<SslCertificateExtension> extensions = TestCertificates.server("a.example")
                .extension("1.2.3.4", true, new byte[] {1, 2, 3})
                .selfSigned()
                .certificate()
                .extensions();

        assertEquals(
                List.of(
                        "basicConstraints (critical)",
                        "keyUsage (critical)",
                        "extendedKeyUsage",
                        "subjectAltName",
                        "1.2.3.4 (critical)",
                        "subjectKeyIdentifier"),
                extensions.stream().map(SslCertificateExtension::toString).toList());
        assertThrows(UnsupportedOperationException.class, () -> extensions.remove(0));
    }

    @Test
    void aCertificateWithoutExtensionsHasNone() {
        SslCertificate certificate = TestCertificates.leaf("")
                .withoutBasicConstraints()
                .withoutKeyIdentifiers()
                .keyUsage(0)
                .selfSigned()
                .certificate();

        assertEquals(List.of(), certificate.extensions());
    }

    @Test
    void basicConstraints() {
        SslCertificate limited =
                TestCertificates.ca("").basicConstraints(true, 3).selfSigned().certificate();

        assertEquals(
                Map.of("ca", true, "pathLenConstraint", 3),
                extension(limited, "2.5.29.19").value());
        assertEquals(
                Map.of("ca", true),
                extension(TestCertificates.localhost().root(), "2.5.29.19").value());
        assertEquals(
                Map.of("ca", false),
                extension(TestCertificates.localhost().certificate(), "2.5.29.19")
                        .value());
        assertTrue(extension(limited, "2.5.29.19").isCritical());
        assertTrue(extension(limited, "2.5.29.19").isSupported());
    }

    @Test
    void keyIdentifiers() {
        AuthorityKeyIdentifier named =
                new AuthorityKeyIdentifier(new byte[] {10, -1}, new GeneralNames(URI), BigInteger.valueOf(0x1234));
        SslCertificate certificate = maker().extension("2.5.29.14", false, new DEROctetString(new byte[] {0, 15, -1}))
                .extension("2.5.29.35", false, named)
                .selfSigned()
                .certificate();

        assertEquals("00:0F:FF", extension(certificate, "2.5.29.14").value());
        assertEquals(
                Map.of("keyid", "0A:FF", "issuer", List.of(uri()), "serial", "12:34"),
                extension(certificate, "2.5.29.35").value());
    }

    @Test
    void keyUsages() {
        SslCertificate certificate = maker().keyUsage(
                        KeyUsage.decipherOnly | KeyUsage.digitalSignature | KeyUsage.cRLSign)
                .extendedKeyUsage(
                        KeyPurposeId.id_kp_clientAuth,
                        KeyPurposeId.getInstance(oid("1.2.3")),
                        KeyPurposeId.id_kp_serverAuth)
                .selfSigned()
                .certificate();

        assertEquals(
                List.of("digitalSignature", "cRLSign", "decipherOnly"),
                extension(certificate, "2.5.29.15").value());
        assertEquals(
                List.of("clientAuth", "1.2.3", "serverAuth"),
                extension(certificate, "2.5.29.37").value());
    }

    @Test
    void alternativeNames() {
        SslCertificate certificate = maker().dns("a.example")
                .ip("192.0.2.1")
                .extension("2.5.29.18", false, new GeneralNames(URI))
                .selfSigned()
                .certificate();

        assertEquals(
                certificate.subjectAlternativeNames(),
                extension(certificate, "2.5.29.17").value());
        assertEquals(2, certificate.subjectAlternativeNames().size());
        assertEquals(List.of(uri()), extension(certificate, "2.5.29.18").value());
    }

    @Test
    void nameConstraints() {
        NameConstraints constraints = new NameConstraints(
                new GeneralSubtree[] {
                    new GeneralSubtree(new GeneralName(GeneralName.dNSName, "example.com")),
                    new GeneralSubtree(new GeneralName(GeneralName.iPAddress, "10.0.0.0/8"))
                },
                new GeneralSubtree[] {
                    new GeneralSubtree(new GeneralName(GeneralName.rfc822Name, ".example.com")),
                    new GeneralSubtree(new GeneralName(GeneralName.directoryName, "CN=a,O=b"))
                });

        assertEquals(
                Map.of(
                        "permitted", List.of("DNS:example.com", "IP:10.0.0.0/255.0.0.0"),
                        "excluded", List.of("email:.example.com", "dirName:O=b,CN=a")),
                value("2.5.29.30", constraints));
    }

    @Test
    void policies() {
        ASN1EncodableVector qualifiers = new ASN1EncodableVector();
        qualifiers.add(new PolicyQualifierInfo("http://example.com/cps"));
        qualifiers.add(new PolicyQualifierInfo(oid("1.3.6.1.5.5.7.2.2"), new UserNotice(null, "read this ☞")));
        qualifiers.add(new PolicyQualifierInfo(oid("1.2.3.4"), new ASN1Integer(1)));
        CertificatePolicies policies = new CertificatePolicies(new PolicyInformation[] {
            new PolicyInformation(oid("2.23.140.1.2.1")),
            new PolicyInformation(oid("1.2.3"), new DERSequence(qualifiers))
        });

        assertEquals(
                List.of(
                        Map.of("policyIdentifier", "2.23.140.1.2.1"),
                        Map.of(
                                "policyIdentifier", "1.2.3",
                                "cps", List.of("http://example.com/cps"),
                                "userNotice", List.of("read this ☞"))),
                value("2.5.29.32", policies));
        assertEquals(
                List.of(Map.of("issuerDomainPolicy", "1.2.3", "subjectDomainPolicy", "1.2.4")),
                value("2.5.29.33", new DERSequence(new DERSequence(new ASN1Encodable[] {oid("1.2.3"), oid("1.2.4")}))));
        assertEquals(
                Map.of("requireExplicitPolicy", 0, "inhibitPolicyMapping", 5),
                encodedValue("2.5.29.36", "3006800100810105"));
        assertEquals(7, encodedValue("2.5.29.54", "020107"));
    }

    @Test
    void accessToInformation() {
        AuthorityInformationAccess access = new AuthorityInformationAccess(new AccessDescription[] {
            new AccessDescription(AccessDescription.id_ad_ocsp, URI),
            new AccessDescription(oid("1.2.3"), URI),
            new AccessDescription(AccessDescription.id_ad_ocsp, new GeneralName(GeneralName.dNSName, "b"))
        });

        assertEquals(
                Map.of("OCSP", List.of(uri(), new SubjectAltName.Dns("b")), "1.2.3", List.of(uri())),
                value("1.3.6.1.5.5.7.1.1", access));
        assertEquals(List.of("OCSP", "1.2.3"), List.copyOf(((Map<?, ?>) value("1.3.6.1.5.5.7.1.11", access)).keySet()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.5.29.31", "2.5.29.46"})
    void distributionPoints(String oid) {
        CRLDistPoint points = new CRLDistPoint(new DistributionPoint[] {
            new DistributionPoint(new DistributionPointName(new GeneralNames(URI)), null, null),
            new DistributionPoint(
                    new DistributionPointName(
                            DistributionPointName.NAME_RELATIVE_TO_CRL_ISSUER,
                            new RDN(BCStyle.CN, new DERUTF8String("x,y"))),
                    new ReasonFlags(ReasonFlags.keyCompromise | ReasonFlags.aACompromise),
                    new GeneralNames(URI)),
            new DistributionPoint(null, null, null)
        });

        assertEquals(
                List.of(
                        Map.of("fullName", List.of(uri())),
                        Map.of(
                                "nameRelativeToCRLIssuer", "CN=x\\,y",
                                "reasons", List.of("keyCompromise", "aACompromise"),
                                "cRLIssuer", List.of(uri())),
                        Map.of()),
                value(oid, points));
    }

    @Test
    void tlsFeatures() {
        assertEquals(List.of(5, 17), encodedValue("1.3.6.1.5.5.7.1.24", "3006020105020111"));
    }

    @Test
    void anUnknownExtensionIsItsBytes() {
        SslCertificate certificate = maker().extension("1.2.3.4", false, new byte[] {9, 8})
                .selfSigned()
                .certificate();

        SslCertificateExtension extension = extension(certificate, "1.2.3.4");
        ((byte[]) extension.value())[0] = 0;
        extension.encodedValue()[0] = 0;

        assertEquals("1.2.3.4", extension.name());
        assertFalse(extension.isSupported());
        assertFalse(extension.isCritical());
        assertArrayEquals(new byte[] {9, 8}, (byte[]) extension.value());
        assertArrayEquals(new byte[] {9, 8}, extension.encodedValue());
    }

    /** Nothing is decided by these, so the certificate stands, and nothing is guessed. */
    @ParameterizedTest
    @ValueSource(strings = {"2.5.29.31", "2.5.29.46", "1.3.6.1.5.5.7.1.24"})
    void aMalformedExtensionThatDecidesNothingIsItsBytes(String oid) {
        SslCertificate certificate = maker().extension(oid, false, new byte[] {0x30, 1, 5})
                .selfSigned()
                .certificate();

        SslCertificateExtension extension = extension(certificate, oid);

        assertFalse(extension.isSupported());
        assertArrayEquals(new byte[] {0x30, 1, 5}, (byte[]) extension.value());
        assertNotEquals(oid, extension.name());
    }

    @Test
    void valuesCannotBeChanged() {
        SslCertificate certificate =
                TestCertificates.server("a.example").selfSigned().certificate();
        Map<?, ?> map = (Map<?, ?>) extension(certificate, "2.5.29.19").value();
        List<?> list = (List<?>) extension(certificate, "2.5.29.37").value();

        assertThrows(UnsupportedOperationException.class, map::clear);
        assertThrows(UnsupportedOperationException.class, list::clear);
    }

    @Test
    void equalityIsThatOfIdentifierCriticalityAndBytes() {
        SslCertificateExtension one = made("1.2.3", true, 1);

        assertEquals(one, made("1.2.3", true, 1));
        assertEquals(one.hashCode(), made("1.2.3", true, 1).hashCode());
        assertNotEquals(one, made("1.2.3", false, 1));
        assertNotEquals(one, made("1.2.3", true, 2));
        assertNotEquals(one, made("1.2.4", true, 1));
    }

    private static SslCertificateExtension made(String oid, boolean critical, int content) {
        return extension(
                maker().extension(oid, critical, new byte[] {(byte) content})
                        .selfSigned()
                        .certificate(),
                oid);
    }

    private static SubjectAltName uri() {
        return new SubjectAltName.Uri("http://example.com/a");
    }

    private static ASN1ObjectIdentifier oid(String dotted) {
        return new ASN1ObjectIdentifier(dotted);
    }

    private static Maker maker() {
        return TestCertificates.leaf("extensions").withoutKeyIdentifiers().keyUsage(0);
    }

    private static Object value(String oid, ASN1Encodable value) {
        return extension(maker().extension(oid, false, value).selfSigned().certificate(), oid)
                .value();
    }

    private static Object encodedValue(String oid, String hex) {
        byte[] value = HexFormat.of().parseHex(hex);
        return extension(maker().extension(oid, false, value).selfSigned().certificate(), oid)
                .value();
    }

    private static SslCertificateExtension extension(SslCertificate certificate, String oid) {
        return certificate.extensions().stream()
                .filter(extension -> extension.oid().equals(oid))
                .findFirst()
                .orElseThrow();
    }
}
