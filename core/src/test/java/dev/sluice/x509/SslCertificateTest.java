package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.KeyKind;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SslCertificateTest {
    private static final Issued LOCALHOST = TestCertificates.localhost();
    private static final SslCertificate LEAF = LOCALHOST.certificate();
    private static final SslCertificate ROOT = LOCALHOST.root();

    @Test
    void tellsWhatStandsInIt() throws NoSuchAlgorithmException {
        assertEquals("CN=localhost", LEAF.subject());
        assertEquals("CN=Test Intermediate", LEAF.issuer());
        assertEquals("localhost", LEAF.subjectDisplayName());
        assertEquals("Test Intermediate", LEAF.issuerDisplayName());
        assertEquals(TestCertificates.NOT_BEFORE, LEAF.notBefore());
        assertEquals(TestCertificates.NOT_AFTER, LEAF.notAfter());
        assertEquals(LOCALHOST.keys().getPublic(), LEAF.publicKey());
        assertEquals(LEAF.toX509().getSerialNumber(), LEAF.serialNumber());
        assertArrayEquals(MessageDigest.getInstance("SHA-256").digest(LEAF.toDer()), LEAF.digest("SHA-256"));
        assertEquals("CN=localhost", LEAF.toString());
    }

    @Test
    void anUnknownDigestIsNamed() {
        Exception thrown = assertThrows(IllegalArgumentException.class, () -> LEAF.digest("SHA-0815"));

        assertTrue(thrown.getMessage().contains("SHA-0815"));
    }

    @Test
    void alternativeNamesOfAllKindsAreRead() {
        SslCertificate certificate = TestCertificates.leaf("names")
                .dns("a.example")
                .ip("192.0.2.1")
                .ip("2001:db8::1")
                .name(new GeneralName(GeneralName.rfc822Name, "me@example.com"))
                .name(new GeneralName(GeneralName.uniformResourceIdentifier, "https://example.com/"))
                .name(new GeneralName(GeneralName.directoryName, "CN=other"))
                .name(new GeneralName(GeneralName.registeredID, "1.2.3"))
                .selfSigned()
                .certificate();

        List<SubjectAltName> names = certificate.subjectAlternativeNames();
        SubjectAltName.Directory directory = assertInstanceOf(SubjectAltName.Directory.class, names.get(5));
        assertEquals("CN=other", directory.name());
        assertEquals(
                List.of(
                        new SubjectAltName.Dns("a.example"),
                        new SubjectAltName.Ip(bytes("c0000201")),
                        new SubjectAltName.Ip(bytes("20010db8000000000000000000000001")),
                        new SubjectAltName.Email("me@example.com"),
                        new SubjectAltName.Uri("https://example.com/"),
                        directory,
                        new SubjectAltName.Other(8)),
                names);
    }

    @Test
    void aNulInANameStaysInIt() {
        SslCertificate certificate = TestCertificates.leaf("nul")
                .dns("good.example\0.evil")
                .selfSigned()
                .certificate();

        assertEquals(List.of(new SubjectAltName.Dns("good.example\0.evil")), certificate.subjectAlternativeNames());
    }

    /** Each would be "absent", that is "unrestricted", to the getters of the JDK. */
    @ParameterizedTest
    @ValueSource(strings = {"2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.30", "2.5.29.37"})
    void aMalformedExtensionMakesNoCertificate(String identifier) {
        for (String content : List.of("", "30", "3003020101ff", "0500", "30820000")) {
            byte[] der = TestCertificates.leaf("malformed")
                    .withoutBasicConstraints()
                    .keyUsage(0)
                    .extension(identifier, false, bytes(content))
                    .encodedIssuedBy(LOCALHOST);

            assertThrows(CertificateFormatException.class, () -> SslCertificate.fromDer(der), content);
        }
    }

    @Test
    void bytesAroundACertificateAreRefused() {
        byte[] der = LEAF.toDer();
        byte[] longer = Arrays.copyOf(der, der.length + 1);
        byte[] shorter = Arrays.copyOf(der, der.length - 1);

        assertThrows(CertificateFormatException.class, () -> SslCertificate.fromDer(longer));
        assertThrows(CertificateFormatException.class, () -> SslCertificate.fromDer(shorter));
        assertThrows(CertificateFormatException.class, () -> SslCertificate.fromDer(new byte[0]));
        assertThrows(
                CertificateFormatException.class,
                () -> SslCertificate.fromDer(LEAF.toPem().getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void aHugeCertificateIsRefusedUnread() {
        Exception thrown =
                assertThrows(CertificateFormatException.class, () -> SslCertificate.fromDer(new byte[1024 * 1024]));

        assertTrue(thrown.getMessage().contains("1048576"));
    }

    @Test
    void theCallersBytesAreCopied() throws CertificateFormatException {
        byte[] der = LEAF.toDer();
        SslCertificate certificate = SslCertificate.fromDer(der);

        Arrays.fill(der, (byte) 0);
        certificate.toDer()[0] = 0;

        assertEquals(LEAF, certificate);
    }

    @Test
    void equalityIsThatOfTheEncoding() throws CertificateFormatException {
        SslCertificate again = SslCertificate.fromDer(LEAF.toDer());

        assertEquals(LEAF, again);
        assertEquals(LEAF.hashCode(), again.hashCode());
        assertEquals(LEAF, SslCertificate.of(LEAF.toX509()));
        assertNotEquals(LEAF, ROOT);
    }

    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "EC_P256", "ED25519"})
    void selfSignedIsWhoSignsWithTheOwnKey(KeyKind kind) {
        Issued issued = TestCertificates.ca("self").keyKind(kind).selfSigned();
        Issued forged = TestCertificates.ca("self")
                .keyKind(kind)
                .forgedBy(kind.generate())
                .selfSigned();

        assertTrue(issued.certificate().isSelfSigned());
        assertFalse(forged.certificate().isSelfSigned(), "same names, another key");
        assertFalse(LEAF.isSelfSigned());
    }

    @Test
    void theDisplayNameFallsBackToTheOrganisation() {
        SslCertificate organisation = TestCertificates.leaf("")
                .subject("O=Example Ltd,OU=Unit")
                .selfSigned()
                .certificate();
        SslCertificate unit =
                TestCertificates.leaf("").subject("OU=Unit").selfSigned().certificate();
        SslCertificate nameless = TestCertificates.leaf("")
                .subject("")
                .dns("a.example")
                .criticalNames()
                .issuedBy(LOCALHOST)
                .certificate();

        assertEquals("Example Ltd", organisation.subjectDisplayName());
        assertEquals("Unit", unit.subjectDisplayName());
        assertEquals("", nameless.subjectDisplayName());
        assertTrue(nameless.toString().startsWith("serial="));
    }

    /** A peer chooses this text, and it ends up in logs. */
    @Test
    void theShortTextIsShortAndPrintable() {
        SslCertificate certificate = TestCertificates.leaf("evil\n\u001b[31m" + "x".repeat(500))
                .selfSigned()
                .certificate();

        String text = certificate.toString();

        assertTrue(text.length() < 80, text);
        assertTrue(text.chars().allMatch(c -> c >= 0x20 && c < 0x7f), text);
    }

    @Test
    void pemAndBack() throws CertificateFormatException {
        assertEquals(List.of(LEAF), SslCertificate.fromPem(LEAF.toPem()));
        assertTrue(LEAF.toPem().lines().allMatch(line -> line.length() <= 64));
        assertTrue(LEAF.toPem().endsWith("-----END CERTIFICATE-----\n"));
    }

    @Test
    void pemMayHaveTextAroundCrLfAndNoFinalNewline() throws CertificateFormatException {
        String text = "Subject: CN=localhost\n" + LEAF.toPem() + "\n# and the root: ü\n"
                + "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
                + ROOT.toPem()
                        .replace("\n", "\r\n")
                        .replace("\r\n-----END", "  \t\r\n\r\n-----END")
                        .strip();

        assertEquals(List.of(LEAF, ROOT), SslCertificate.fromPem(text));
        assertEquals(List.of(LEAF, ROOT), SslCertificate.fromPem(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void theOlderLabelIsRead() throws CertificateFormatException {
        assertEquals(List.of(LEAF), SslCertificate.fromPem(LEAF.toPem().replace(" CERT", " X509 CERT")));
    }

    @Test
    void trustedCertificatesAreRefusedByName() {
        String pem = LEAF.toPem().replace(" CERT", " TRUSTED CERT");

        Exception thrown = assertThrows(CertificateFormatException.class, () -> SslCertificate.fromPem(pem));

        assertTrue(thrown.getMessage().contains("TRUSTED"));
    }

    @Test
    void pemIsAllOrNothing() {
        String good = LEAF.toPem();
        String garbage = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getEncoder().encodeToString(new byte[] {1, 2, 3})
                + "\n-----END CERTIFICATE-----\n";

        for (String pem : List.of(
                "",
                "no block at all",
                good + garbage,
                good + "-----BEGIN CERTIFICATE-----\n",
                good + good.replace("-----END CERTIFICATE-----", "-----END PRIVATE KEY-----"),
                good.replace("-----END", good + "-----END"),
                good.replaceFirst("M", "%"),
                good.replace("-----END CERTIFICATE-----", "Proc-Type: 4,ENCRYPTED\n-----END CERTIFICATE-----"))) {
            assertThrows(CertificateFormatException.class, () -> SslCertificate.fromPem(pem), pem);
        }
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    /** The JDK skips unused bits that are 0 anyway, which would give one certificate many encodings. */
    @Test
    void w26_aSignatureWithUnusedBitsIsRefused() {
        byte[] der = TestCertificates.localhost().certificate().toDer();
        byte[] signature = TestCertificates.localhost().certificate().toX509().getSignature();
        byte[] damaged = der.clone();
        damaged[der.length - signature.length - 1] = 1;

        assertEquals(0, der[der.length - signature.length - 1], "the octet that counts the unused bits");
        assertThrows(CertificateFormatException.class, () -> SslCertificate.fromDer(damaged));
    }

    /** A signature that was found good is remembered for exactly these bytes and this key, and for no others. */
    @Test
    void w24_aGoodSignatureVouchesForNoOtherCertificateAndNoOtherKey() {
        Issued root = TestCertificates.ca("Root A").freshKey().selfSigned();
        Issued other = TestCertificates.ca("Root A").freshKey().selfSigned();
        Issued leaf = TestCertificates.server("a.example").issuedBy(root);
        Issued forged = TestCertificates.server("a.example").issuedBy(other);

        for (int i = 0; i < 2; i++) {
            assertTrue(leaf.certificate().isSignedBy(root.certificate()));
            assertFalse(leaf.certificate().isSignedBy(other.certificate()));
            assertFalse(forged.certificate().isSignedBy(root.certificate()));
        }
    }
}
