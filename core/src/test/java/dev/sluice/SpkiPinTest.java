package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.testing.TestCertificates;
import dev.sluice.x509.SslCertificate;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpkiPinTest {
    private final SslCertificate certificate = TestCertificates.localhost().certificate();

    @Test
    void isTheDigestOfTheSubjectPublicKeyInfoInTheCertificate() throws IOException, NoSuchAlgorithmException {
        byte[] info = new X509CertificateHolder(certificate.toDer())
                .getSubjectPublicKeyInfo()
                .getEncoded();

        assertArrayEquals(
                MessageDigest.getInstance("SHA-256").digest(info),
                SpkiPin.of(certificate).sha256());
    }

    @Test
    void isTheSameFromKeyCertificateDigestAndText() {
        SpkiPin pin = SpkiPin.of(certificate);

        assertEquals(pin, SpkiPin.of(certificate.publicKey()));
        assertEquals(pin, SpkiPin.ofSha256(pin.sha256()));
        assertEquals(pin, SpkiPin.parse(pin.toString()));
        assertEquals(pin.hashCode(), SpkiPin.parse(pin.toString()).hashCode());
        assertNotEquals(pin, SpkiPin.of(TestCertificates.localhost().root()));
    }

    @Test
    void isNotChangedThroughItsDigest() {
        SpkiPin pin = SpkiPin.of(certificate);
        byte[] digest = pin.sha256();
        SpkiPin copy = SpkiPin.ofSha256(digest);

        digest[0]++;
        pin.sha256()[1]++;

        assertEquals(pin, copy);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256/",
                "sha256/AAAA",
                "sha256/!!!",
                "sha1/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
                "sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFUA",
            })
    void textOfAnotherFormIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> SpkiPin.parse(text));
    }
}
