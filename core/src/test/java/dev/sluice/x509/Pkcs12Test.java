package dev.sluice.x509;

import static dev.sluice.x509.Pkcs12Files.ASCII_PASSWORD;
import static dev.sluice.x509.Pkcs12Files.PASSWORD;
import static dev.sluice.x509.SslKeyTest.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.x509.KeyFormatException.Reason;
import dev.sluice.x509.Pkcs12Files.Integrity;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.BEROctetString;
import org.bouncycastle.asn1.BERSequence;
import org.bouncycastle.asn1.pkcs.ContentInfo;
import org.bouncycastle.asn1.pkcs.MacData;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.Pfx;
import org.bouncycastle.asn1.x509.DigestInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Pkcs12Test {
    private static final Issued LOCALHOST = TestCertificates.localhost();

    private static byte[] twoKeys() {
        Map<String, Issued> identities = new TreeMap<>();
        identities.put("first", LOCALHOST);
        identities.put("second", TestCertificates.localhostRsa());
        return Pkcs12Files.ofJdk(identities);
    }

    @Test
    void readsAKeyStoreOfTheJdk() throws KeyFormatException {
        byte[] file = Pkcs12Files.ofJdk(Map.of("my-key", LOCALHOST));

        try (Pkcs12 pkcs12 = Pkcs12.read(file, ASCII_PASSWORD)) {
            assertEquals(SslKey.of(LOCALHOST.key()), pkcs12.key());
            assertEquals(LOCALHOST.path(), pkcs12.chain());
            assertEquals(List.of(), pkcs12.otherCertificates());
            assertEquals("my-key", pkcs12.name());
        }
    }

    @Test
    void ofSeveralKeysOneIsChosenByItsName() throws KeyFormatException {
        byte[] file = twoKeys();

        KeyFormatException thrown = assertRefused(Reason.SEVERAL_KEYS, () -> Pkcs12.read(file, ASCII_PASSWORD));
        assertTrue(thrown.getMessage().contains("\"first\", \"second\""), thrown.getMessage());
        assertEquals(List.of("first", "second"), Pkcs12.names(file, ASCII_PASSWORD));
        try (Pkcs12 first = Pkcs12.read(file, ASCII_PASSWORD, "first");
                Pkcs12 second = Pkcs12.read(file, ASCII_PASSWORD, "second")) {
            assertEquals(SslKey.of(LOCALHOST.key()), first.key());
            assertEquals(LOCALHOST.path(), first.chain());
            assertEquals(KeyAlgorithm.RSA, second.key().algorithm());
            assertEquals(TestCertificates.localhostRsa().path(), second.chain());
            assertEquals(LOCALHOST.path().size(), second.otherCertificates().size());
        }
        assertRefused(Reason.NO_KEY, () -> Pkcs12.read(file, ASCII_PASSWORD, "third"));
    }

    @Test
    void severalKeysOfOneNameCannotBeToldApart() throws IOException {
        byte[] file = Pkcs12Files.ofBouncyCastle(LOCALHOST, Integrity.MAC_SHA256, "x\u001b[31m", "x\u001b[31m")
                .getEncoded();

        KeyFormatException thrown =
                assertRefused(Reason.SEVERAL_KEYS, () -> Pkcs12.read(file, PASSWORD, "x\u001b[31m"));
        assertTrue(
                thrown.getMessage().chars().allMatch(c -> c >= 0x20 && c < 0x7f),
                "the file chooses the names, and they end up in logs: " + thrown.getMessage());
    }

    @ParameterizedTest
    @EnumSource(names = {"MAC_SHA1", "MAC_SHA256", "PBMAC1"})
    void readsFilesOfBouncyCastleWithAnyMac(Integrity integrity) throws Exception {
        byte[] file = Pkcs12Files.ofBouncyCastle(LOCALHOST, integrity, "ключ").getEncoded();

        try (Pkcs12 pkcs12 = Pkcs12.read(file, PASSWORD)) {
            assertEquals(SslKey.of(LOCALHOST.key()), pkcs12.key());
            assertEquals("ключ", pkcs12.name());
            assertEquals(LOCALHOST.path(), pkcs12.chain(), "found without localKeyId");
        }
        assertRefused(Reason.WRONG_PASSWORD, () -> Pkcs12.read(file, ASCII_PASSWORD));
        assertRefused(Reason.WRONG_PASSWORD, () -> Pkcs12.read(file, new char[0]));
    }

    /** Indefinite lengths and octet strings in pieces (X.690 §8). */
    @Test
    void readsFilesInBer() throws Exception {
        Pfx pfx = Pkcs12Files.ofBouncyCastle(LOCALHOST, Integrity.MAC_SHA256, "key")
                .toASN1Structure();
        byte[] content =
                ASN1OctetString.getInstance(pfx.getAuthSafe().getContent()).getOctets();
        ContentInfo inPieces = new ContentInfo(PKCSObjectIdentifiers.data, new BEROctetString(content, 100));
        byte[] file = new Pfx(inPieces, pfx.getMacData()).getEncoded(ASN1Encoding.BER);

        assertEquals((byte) 0x80, file[1], "is of indefinite length");
        try (Pkcs12 pkcs12 = Pkcs12.read(file, PASSWORD)) {
            assertEquals(SslKey.of(LOCALHOST.key()), pkcs12.key());
            assertEquals(LOCALHOST.path(), pkcs12.chain());
        }
    }

    @Test
    void aFileWithoutAMacOrWithAWeakOneIsRefused() throws IOException {
        byte[] without =
                Pkcs12Files.ofBouncyCastle(LOCALHOST, Integrity.NONE, "key").getEncoded();
        byte[] weak = Pkcs12Files.ofBouncyCastle(LOCALHOST, Integrity.PBMAC1_WITH_SHORT_KEY, "key")
                .getEncoded();

        assertRefused(Reason.MAC_MISSING, () -> Pkcs12.read(without, PASSWORD));
        assertRefused(Reason.MAC_MISSING, () -> Pkcs12.names(without, PASSWORD));
        assertRefused(Reason.MALFORMED, () -> Pkcs12.read(weak, PASSWORD));
    }

    /** The right password is not enough: the MAC says that nobody has changed the file. */
    @Test
    void aMacThatIsNotThatOfTheContentIsRefused() throws Exception {
        Pfx pfx = Pkcs12Files.ofBouncyCastle(LOCALHOST, Integrity.MAC_SHA256, "key")
                .toASN1Structure();
        MacData mac = pfx.getMacData();
        byte[] digest = mac.getMac().getDigest();
        digest[digest.length - 1] ^= 1;
        MacData other = new MacData(
                new DigestInfo(mac.getMac().getAlgorithmId(), digest),
                mac.getSalt(),
                mac.getIterationCount().intValue());
        byte[] file = new Pfx(pfx.getAuthSafe(), other).getEncoded();

        assertRefused(Reason.WRONG_PASSWORD, () -> Pkcs12.read(file, PASSWORD));
    }

    @Test
    void aFileWithoutAKeyIsRefused() throws Exception {
        byte[] file =
                Pkcs12Files.ofBouncyCastle(LOCALHOST, Integrity.MAC_SHA256).getEncoded();

        assertRefused(Reason.NO_KEY, () -> Pkcs12.read(file, PASSWORD));
        assertEquals(List.of(), Pkcs12.names(file, PASSWORD));
    }

    /** W26: who made the file decides how much is hashed, and that before the password proves anything. */
    @Test
    void w26_aFileThatAsksForEndlessWorkIsRefusedAtOnce() throws Exception {
        Pfx pfx = Pkcs12Files.ofBouncyCastle(LOCALHOST, Integrity.MAC_SHA256, "key")
                .toASN1Structure();
        MacData mac = pfx.getMacData();
        for (int iterations : new int[] {10_000_001, Integer.MAX_VALUE}) {
            byte[] file = new Pfx(pfx.getAuthSafe(), new MacData(mac.getMac(), mac.getSalt(), iterations)).getEncoded();

            assertTimeoutPreemptively(
                    Duration.ofSeconds(2), () -> assertRefused(Reason.MALFORMED, () -> Pkcs12.read(file, PASSWORD)));
        }
    }

    @Test
    void garbageIsRefused() throws IOException {
        byte[] file = Pkcs12Files.ofBouncyCastle(LOCALHOST, Integrity.MAC_SHA256, "key")
                .getEncoded(ASN1Encoding.DER);

        for (byte[] garbage : List.of(
                new byte[0],
                new byte[100],
                new byte[16 * 1024 * 1024 + 1],
                Arrays.copyOf(file, file.length - 1),
                Arrays.copyOf(file, file.length + 1),
                LOCALHOST.certificate().toDer(),
                SslKey.of(LOCALHOST.key()).toDer())) {
            assertRefused(Reason.MALFORMED, () -> Pkcs12.read(garbage, PASSWORD));
        }
    }

    /** Nested as deep as fits: neither a stack overflow nor quadratic time. */
    @Test
    void w26_deepNestingIsRefused() {
        byte[] indefinite = new byte[1024 * 1024];
        for (int i = 0; i < indefinite.length; i += 2) {
            indefinite[i] = 0x30;
            indefinite[i + 1] = (byte) 0x80;
        }

        assertTimeoutPreemptively(
                Duration.ofSeconds(2), () -> assertRefused(Reason.MALFORMED, () -> Pkcs12.read(indefinite, PASSWORD)));
    }

    @Test
    void closingClosesTheKeyAndNothingElse() throws Exception {
        byte[] file = Pkcs12Files.ofBouncyCastle(LOCALHOST, Integrity.MAC_SHA256, "key")
                .getEncoded();
        Pkcs12 pkcs12 = Pkcs12.read(file, PASSWORD);

        pkcs12.close();
        pkcs12.close();

        assertTrue(pkcs12.key().isClosed());
        assertThrows(IllegalStateException.class, () -> pkcs12.key().toDer());
        assertEquals(LOCALHOST.path(), pkcs12.chain());
        assertFalse(pkcs12.toString().isEmpty());
    }

    @Test
    void theArgumentsAreBorrowed() throws Exception {
        byte[] file = Pkcs12Files.ofBouncyCastle(LOCALHOST, Integrity.MAC_SHA256, "key")
                .getEncoded();
        byte[] copy = file.clone();
        char[] password = PASSWORD.clone();

        Pkcs12.read(file, password).close();

        assertTrue(Arrays.equals(copy, file));
        assertTrue(Arrays.equals(PASSWORD, password));
    }

    @Test
    void theChainIsFoundWhateverTheOrder() {
        for (int rotation = 0; rotation < LOCALHOST.path().size(); rotation++) {
            List<SslCertificate> certificates = new ArrayList<>(LOCALHOST.path());
            Collections.rotate(certificates, rotation);

            Pkcs12Chain chain = Pkcs12Chain.of(certificates, Pkcs12Chain.onlyLeaf(certificates));

            assertEquals(LOCALHOST.path(), chain.path());
            assertEquals(List.of(), chain.others());
        }
    }

    /** Of two issuers with one name the right one is the one that has signed. */
    @Test
    void theIssuerThatSignedGoesFirst() {
        Issued root = TestCertificates.ca("Same Name").freshKey().selfSigned();
        Issued other = TestCertificates.ca("Same Name").freshKey().selfSigned();
        Issued leaf = TestCertificates.server("a.example").issuedBy(root);
        List<SslCertificate> certificates = List.of(other.certificate(), leaf.certificate(), root.certificate());

        Pkcs12Chain chain = Pkcs12Chain.of(certificates, Pkcs12Chain.onlyLeaf(certificates));

        assertEquals(List.of(leaf.certificate(), root.certificate()), chain.path());
        assertEquals(List.of(other.certificate()), chain.others());
    }

    @Test
    void withoutALeafThereIsNoChain() {
        Issued one = TestCertificates.ca("One").selfSigned();
        Issued other = TestCertificates.ca("Other").selfSigned();
        List<SslCertificate> certificates = List.of(one.certificate(), other.certificate());

        Pkcs12Chain chain = Pkcs12Chain.of(certificates, Pkcs12Chain.onlyLeaf(certificates));

        assertEquals(List.of(), chain.path());
        assertEquals(certificates, chain.others());
    }

    @Test
    void berIsRewrittenAsBouncyCastleRewritesIt() throws Exception {
        byte[] ber = new BERSequence(new ASN1Encodable[] {
                    new BEROctetString(new byte[300], 7), new BERSequence(), new BEROctetString(new byte[0])
                })
                .getEncoded();

        assertArrayEquals(ASN1Primitive.fromByteArray(ber).getEncoded(ASN1Encoding.DER), BerToDer.convert(ber));
    }
}
