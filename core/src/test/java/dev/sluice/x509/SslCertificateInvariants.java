package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;

/** What is true of every certificate that could be read, whoever has written it. */
final class SslCertificateInvariants {
    private static final int MAXIMUM_CHARACTERS_OF_TEXT = 80;

    private SslCertificateInvariants() {}

    /** Fails unless {@code certificate} is complete, consistent and just what was read. */
    static void check(SslCertificate certificate, byte[] der) {
        assertArrayEquals(der, certificate.toDer(), "encodes to what was read");
        checkCopies(certificate);
        checkForms(certificate);
        checkAccessors(certificate);
        checkText(certificate);
    }

    private static void checkCopies(SslCertificate certificate) {
        byte[] copy = certificate.toDer();
        Arrays.fill(copy, (byte) 0);
        assertNotEquals(copy[0], certificate.toDer()[0], "gives a copy");
    }

    /** Each form leads back to an equal certificate. */
    private static void checkForms(SslCertificate certificate) {
        try {
            assertSame(certificate, SslCertificate.fromDer(certificate.toDer()));
            List<SslCertificate> fromPem = SslCertificate.fromPem(certificate.toPem());
            assertEquals(1, fromPem.size());
            assertSame(certificate, fromPem.get(0));
            assertSame(certificate, SslCertificate.of(certificate.toX509()));
        } catch (CertificateFormatException e) {
            throw new AssertionError("cannot read its own form", e);
        }
    }

    private static void assertSame(SslCertificate expected, SslCertificate actual) {
        assertEquals(expected, actual);
        assertEquals(expected.hashCode(), actual.hashCode());
        assertEquals(expected.toString(), actual.toString());
        assertEquals(expected.subject(), actual.subject());
        assertEquals(expected.issuer(), actual.issuer());
        assertEquals(expected.serialNumber(), actual.serialNumber());
        assertEquals(expected.notBefore(), actual.notBefore());
        assertEquals(expected.notAfter(), actual.notAfter());
        assertEquals(expected.subjectAlternativeNames(), actual.subjectAlternativeNames());
        assertEquals(
                expected.tbs().extensions().all(), actual.tbs().extensions().all());
    }

    private static void checkAccessors(SslCertificate certificate) {
        assertNotNull(certificate.publicKey());
        assertEquals(32, certificate.digest("SHA-256").length);
        if (certificate.isSelfSigned()) {
            assertEquals(certificate.issuer(), certificate.subject());
        }
        assertTrue(certificate.version() >= 1 && certificate.version() <= 3);
        for (SslCertificateExtension extension : certificate.extensions()) {
            assertEquals(extension.isSupported(), !(extension.value() instanceof byte[]), extension.name());
        }
        for (String attribute : certificate.subjectInfoAttributes()) {
            assertTrue(!certificate.subjectInfo(attribute).isEmpty(), attribute);
        }
        for (SubjectAltName name : certificate.subjectAlternativeNames()) {
            assertNotNull(name.toString());
            if (name instanceof SubjectAltName.Dns dns) {
                // Whatever stands there, it can be compared with.
                HostNames.matches(certificate, dns.name());
            }
        }
    }

    /** It goes into logs. */
    private static void checkText(SslCertificate certificate) {
        String text = certificate.toString();
        assertTrue(text.length() <= MAXIMUM_CHARACTERS_OF_TEXT, text);
        assertTrue(text.chars().allMatch(c -> c >= ' ' && c < 0x7f), text);
        assertTrue(certificate.subject().codePoints().allMatch(PeerText::isPlain), certificate::subject);
        for (String line : certificate.toText().split("\n", -1)) {
            assertTrue(line.codePoints().allMatch(PeerText::isPlain), line);
            assertTrue(line.length() <= CertificateText.MAXIMUM_LINE + 100, line);
        }
        assertNotNull(certificate.subjectDisplayName());
        assertNotNull(certificate.issuerDisplayName());
    }
}
