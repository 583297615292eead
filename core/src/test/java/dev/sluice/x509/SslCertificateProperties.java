package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.sluice.testing.TestCertificates;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Any bytes give a complete certificate or the one exception. */
class SslCertificateProperties {
    private static final byte[] DER = TestCertificates.localhost().certificate().toDer();
    private static final byte[] PEM =
            TestCertificates.localhost().certificate().toPem().getBytes(StandardCharsets.US_ASCII);

    @Property
    void anyBytesGiveACertificateOrTheOneException(@ForAll @Size(max = 300) byte[] bytes) {
        checkDer(bytes);
        checkPem(bytes);
    }

    @Property(tries = 3000)
    void anyDamageGivesACertificateOrTheOneException(
            @ForAll @Size(min = 1, max = 4) List<@IntRange(max = 1_000_000) Integer> positions, @ForAll byte value) {
        byte[] der = DER.clone();
        byte[] pem = PEM.clone();
        for (int position : positions) {
            der[position % der.length] = value;
            pem[position % pem.length] = value;
        }
        checkDer(der);
        checkPem(pem);
    }

    @Property
    void aCutCertificateIsNone(@ForAll @IntRange(max = 100_000) int length) {
        byte[] cut = Arrays.copyOf(DER, length % DER.length);
        boolean read = true;
        try {
            SslCertificate.fromDer(cut);
        } catch (CertificateFormatException e) {
            read = false;
        }
        assertFalse(read);
    }

    private static void checkDer(byte[] der) {
        try {
            SslCertificate certificate = SslCertificate.fromDer(der);
            checkComplete(certificate);
            assertArrayEquals(der, certificate.toDer());
        } catch (CertificateFormatException expected) {
            assertNotNull(expected.getMessage());
        }
    }

    private static void checkPem(byte[] pem) {
        try {
            List<SslCertificate> certificates = SslCertificate.fromPem(pem);
            assertFalse(certificates.isEmpty());
            certificates.forEach(SslCertificateProperties::checkComplete);
        } catch (CertificateFormatException expected) {
            assertNotNull(expected.getMessage());
        }
    }

    private static void checkComplete(SslCertificate certificate) {
        assertNotNull(certificate.subject());
        assertNotNull(certificate.issuer());
        assertNotNull(certificate.subjectDisplayName());
        assertNotNull(certificate.issuerDisplayName());
        assertNotNull(certificate.notBefore());
        assertNotNull(certificate.notAfter());
        assertNotNull(certificate.serialNumber());
        assertNotNull(certificate.publicKey());
        assertNotNull(certificate.subjectAlternativeNames());
        assertNotNull(certificate.toString());
        certificate.isSelfSigned();
    }
}
