package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SpkiPin;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.KeyKind;
import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockListTest {
    private static final KeyPair KEYS = KeyKind.EC_P256.generate();

    private static SslCertificate certificate(String serialNumber, String issuer, String subject)
            throws IOException, OperatorCreationException, CertificateFormatException {
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                new X500Name(issuer),
                new BigInteger(serialNumber, 16),
                Date.from(TestCertificates.NOT_BEFORE),
                Date.from(TestCertificates.NOT_AFTER),
                new X500Name(subject),
                SubjectPublicKeyInfo.getInstance(KEYS.getPublic().getEncoded()));
        return SslCertificate.fromDer(
                builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(KEYS.getPrivate()))
                        .getEncoded());
    }

    @ParameterizedTest(name = "{0} of {2} by {1}")
    @CsvSource({
        "00f5c86af36162f13a64f54f6dc9587c06, CN=Some CA, 'C=US,CN=www.google.com', true",
        "05e2e6a4cd09ea54d665b075fe22a256, CN=DigiNotar Public CA 2025, CN=*.google.com, true",
        "0c76da9c910c4e2c9efe15d058933c4c, CN=DigiNotar Root CA, CN=DigiNotar Root CA, true",
        "031da7, CN=Some CA, CN=AC DG Tr\u00e9sor SSL, true",
        "27b1, CN=CCA India 2014, CN=NIC CA 2014, true",
        // several common names, and several attributes in one relative name
        "27b1, CN=CCA India 2014, 'CN=NIC CA 2014,CN=other', true",
        "27b1, CN=CCA India 2014, 'O=NIC+CN=NIC CA 2014', true",
        // by the issuer
        "72032105c50c08573d8ea5304efee8b0, 'O=Some,CN=UTN-USERFirst-Hardware', CN=test, true",
        // another number, another name, the right name in another place
        "27b0, CN=CCA India 2014, CN=NIC CA 2014, false",
        "27b1, CN=Some CA, CN=NIC CA 2011, false",
        "27b1, CN=Some CA, CN=NIC CA 2014 x, false",
        "27b1, CN=Some CA, CN=nic ca 2014, false",
        "27b1, CN=Some CA, 'O=NIC CA 2014,CN=x', false",
        // no pattern
        "05e2e6a4cd09ea54d665b075fe22a256, CN=Some CA, CN=www.google.com, false",
        "41, CN=Some CA, CN=x, false"
    })
    void theKnownFraudsAreBlocked(String serialNumber, String issuer, String subject, boolean expected)
            throws Exception {
        SslCertificate certificate = certificate(serialNumber, issuer, subject);

        assertEquals(expected, BlockList.builtIn().blocks(certificate));
        assertFalse(BlockList.empty().blocks(certificate));
    }

    @Test
    void aCertificateIsAddedByNumberAndName() {
        SslCertificate certificate = TestCertificates.localhost().certificate();
        SslCertificate issuer = TestCertificates.localhost().path().get(1);
        BlockList bySubject =
                BlockList.empty().withCertificate(certificate.serialNumber(), certificate.subjectDisplayName());
        BlockList byIssuer =
                BlockList.empty().withCertificate(certificate.serialNumber(), certificate.issuerDisplayName());

        assertTrue(bySubject.blocks(certificate));
        assertTrue(byIssuer.blocks(certificate));
        assertFalse(byIssuer.blocks(issuer));
        assertTrue(
                bySubject.withCertificate(certificate.serialNumber(), "another").blocks(certificate));
        assertFalse(BlockList.empty()
                .withCertificate(certificate.serialNumber(), "another")
                .blocks(certificate));
        assertFalse(BlockList.empty().blocks(certificate));
    }

    @Test
    void aKeyIsBlockedInAllItsCertificates() {
        Issued first = TestCertificates.leaf("first").freshKey().selfSigned();
        SslCertificate renewed =
                TestCertificates.leaf("second").keys(first.keys()).selfSigned().certificate();
        BlockList list = BlockList.builtIn().withKey(SpkiPin.of(first.certificate()));

        assertTrue(list.blocks(first.certificate()));
        assertTrue(list.blocks(renewed));
        assertFalse(list.blocks(TestCertificates.localhost().certificate()));
        assertFalse(BlockList.builtIn().blocks(renewed));
        assertTrue(list.withKeys(List.of(SpkiPin.of(TestCertificates.localhost().certificate())))
                .blocks(renewed));
    }

    @Test
    void listsAreEqualIfTheyNameTheSame() {
        BlockList one = BlockList.empty().withCertificate(BigInteger.ONE, "a").withCertificate(BigInteger.ONE, "b");
        BlockList other = BlockList.empty().withCertificate(BigInteger.ONE, "b").withCertificate(BigInteger.ONE, "a");

        assertEquals(one, other);
        assertEquals(one.hashCode(), other.hashCode());
        assertNotEquals(one, BlockList.empty());
        assertEquals("BlockList[2 certificates, 0 keys]", one.toString());
        assertEquals("BlockList[36 certificates, 0 keys]", BlockList.builtIn().toString());
    }
}
