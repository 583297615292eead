package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.TestCertificates;
import dev.sluice.x509.Pkcs12Files.Integrity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.BEROctetString;
import org.bouncycastle.asn1.BERSequence;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;

/** W26: any bytes give a complete key or the one exception. */
class SslKeyProperties {
    private static final char[] PASSWORD = Pkcs12Files.PASSWORD;

    private static final List<byte[]> DER = goodDer();
    private static final List<byte[]> PEM = goodPem();
    private static final byte[] PKCS12 = goodPkcs12();

    private static List<byte[]> goodDer() {
        List<byte[]> all = new ArrayList<>();
        for (KeySample sample : KeySample.values()) {
            all.add(sample.privateKey().toDer());
            all.add(sample.publicKey().toDer());
            if (sample.hasTraditionalForm()) {
                all.add(sample.privateKey().toDer(KeyForm.TRADITIONAL));
            }
        }
        all.add(KeySample.RSA.publicKey().toDer(KeyForm.TRADITIONAL));
        all.add(KeySample.P256.privateKey().toEncryptedDer(PASSWORD, 1000));
        return all;
    }

    private static List<byte[]> goodPem() {
        List<String> all = new ArrayList<>();
        for (KeySample sample : KeySample.values()) {
            all.add(sample.privateKey().toPem());
        }
        all.add(KeySample.P256.privateKey().toPem(KeyForm.TRADITIONAL));
        all.add(KeySample.P256.privateKey().toEncryptedPem(PASSWORD, 1000));
        all.add(
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABB"
                        + "CCDDEEFF\n\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        return all.stream()
                .map(text -> text.getBytes(StandardCharsets.US_ASCII))
                .toList();
    }

    private static byte[] goodPkcs12() {
        try {
            return Pkcs12Files.ofBouncyCastle(TestCertificates.localhost(), Integrity.MAC_SHA256, "key")
                    .getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Property
    void w26_anyBytesGiveAKeyOrTheOneException(@ForAll @Size(max = 300) byte[] bytes) {
        checkDer(bytes);
        checkPem(bytes);
        checkPkcs12(bytes);
    }

    @Property(tries = 5000)
    void w26_anyBitFlipInAKeyGivesAKeyOrTheOneException(
            @ForAll @IntRange(max = 1_000_000) int which,
            @ForAll @Size(min = 1, max = 3) List<@IntRange(max = 1_000_000) Integer> bits) {
        checkDer(flipped(DER.get(which % DER.size()), bits));
        checkPem(flipped(PEM.get(which % PEM.size()), bits));
    }

    @Property(tries = 1000)
    void w26_anyBitFlipInAPkcs12FileGivesItsContentsOrTheOneException(
            @ForAll @Size(min = 1, max = 3) List<@IntRange(max = 1_000_000) Integer> bits) {
        checkPkcs12(flipped(PKCS12, bits));
    }

    @Property
    void w26_aCutKeyIsNone(@ForAll @IntRange(max = 1_000_000) int which, @ForAll @IntRange(max = 1_000_000) int cut) {
        byte[] der = DER.get(which % DER.size());
        byte[] pem = PEM.get(which % PEM.size());

        assertFalse(checkDer(Arrays.copyOf(der, cut % der.length)));
        // Without the final newline the text is complete.
        assertFalse(checkPem(Arrays.copyOf(pem, cut % (pem.length - 1))));
        assertFalse(checkPkcs12(Arrays.copyOf(PKCS12, cut % PKCS12.length)));
    }

    @Property
    void w26_theSamplesAreRead(@ForAll @IntRange(max = 1_000_000) int which) {
        assertTrue(checkDer(DER.get(which % DER.size())));
        // The last one is encrypted as a codec would have to read it.
        assertEquals(which % PEM.size() != PEM.size() - 1, checkPem(PEM.get(which % PEM.size())));
        assertTrue(checkPkcs12(PKCS12));
    }

    private static byte[] flipped(byte[] good, List<Integer> bits) {
        byte[] damaged = good.clone();
        for (int bit : bits) {
            damaged[bit / Byte.SIZE % damaged.length] ^= (byte) (1 << bit % Byte.SIZE);
        }
        return damaged;
    }

    /** Whether there is a key. */
    private static boolean checkDer(byte[] der) {
        try (SslKey key = SslKey.fromDer(der, PASSWORD)) {
            checkComplete(key);
            return true;
        } catch (KeyFormatException e) {
            assertNotNull(e.getMessage());
            return false;
        }
    }

    private static boolean checkPem(byte[] pem) {
        try (SslKey key = SslKey.fromPem(pem, PASSWORD)) {
            checkComplete(key);
            return true;
        } catch (KeyFormatException e) {
            assertNotNull(e.getMessage());
            return false;
        }
    }

    private static boolean checkPkcs12(byte[] file) {
        try (Pkcs12 pkcs12 = Pkcs12.read(file, PASSWORD)) {
            checkComplete(pkcs12.key());
            assertNotNull(pkcs12.name());
            assertNotNull(pkcs12.certificate());
            return true;
        } catch (KeyFormatException e) {
            assertNotNull(e.getMessage());
            return false;
        }
    }

    private static void checkComplete(SslKey key) throws KeyFormatException {
        assertTrue(key.lengthBits() > 0, key.toString());
        assertNotNull(key.type() == KeyType.PRIVATE ? key.toPrivateKey() : key.toPublicKey());
        assertEquals(key, SslKey.fromDer(key.toDer()));
        assertArrayEquals(key.toDer(), SslKey.fromPem(key.toPem()).toDer());
    }

    @Property
    void anyPasswordOpensWhatItClosed(
            @ForAll KeySample sample,
            @ForAll @StringLength(max = 80) String password,
            @ForAll @IntRange(min = 1000, max = 3000) int iterations)
            throws KeyFormatException {
        SslKey key = sample.privateKey();

        assertEquals(
                key, SslKey.fromDer(key.toEncryptedDer(password.toCharArray(), iterations), password.toCharArray()));
    }

    /** A key in the middle of other things, with the line ends and the white space of any system. */
    @Property
    void aKeyIsFoundInAnyText(
            @ForAll KeySample sample,
            @ForAll @StringLength(max = 100) String before,
            @ForAll @StringLength(max = 100) String after,
            @ForAll LineEnd lineEnd)
            throws KeyFormatException {
        String text = before.replace('-', '.') + "\n" + sample.privateKey().toPem() + after.replace('-', '.');

        assertEquals(sample.privateKey(), SslKey.fromPem(text.replace("\n", lineEnd.text)));
    }

    /** What ends a line. */
    enum LineEnd {
        LF("\n"),
        CRLF("\r\n"),
        CR("\r"),
        SPACES(" \t \n"),
        EMPTY_LINES("\n\n");

        final String text;

        LineEnd(String text) {
            this.text = text;
        }
    }

    @Property
    void w26_berOrAnythingElseGivesDerOrTheOneException(@ForAll @Size(max = 100) byte[] bytes) {
        try {
            byte[] der = BerToDer.convert(bytes);
            assertArrayEquals(der, BerToDer.convert(der), "DER stays as it is");
        } catch (CertificateFormatException e) {
            assertNotNull(e.getMessage());
        }
    }

    /** The pieces of a BER octet string come together, at any size and depth. */
    @Property
    void berIsRewrittenAsBouncyCastleRewritesIt(
            @ForAll @Size(max = 300) byte[] content,
            @ForAll @IntRange(min = 1, max = 50) int pieceBytes,
            @ForAll @IntRange(max = 20) int depth)
            throws Exception {
        ASN1Encodable element = new BEROctetString(content, pieceBytes);
        for (int i = 0; i < depth; i++) {
            ASN1Encodable[] both = {element, new DEROctetString(content)};
            element = i % 2 == 0 ? new BERSequence(both) : new DERSequence(both);
        }
        byte[] ber = element.toASN1Primitive().getEncoded(ASN1Encoding.BER);

        assertArrayEquals(ASN1Primitive.fromByteArray(ber).getEncoded(ASN1Encoding.DER), BerToDer.convert(ber));
    }

    @Property
    void objectIdentifiersAndNumbersAreWrittenAsBouncyCastleWritesThem(
            @ForAll @IntRange(max = 2) int root,
            @ForAll @IntRange(max = 39) int second,
            @ForAll @Size(max = 10) List<@IntRange(max = Integer.MAX_VALUE) Integer> arcs,
            @ForAll long number)
            throws Exception {
        StringBuilder dotted = new StringBuilder(root + "." + second);
        arcs.forEach(arc -> dotted.append('.').append(arc));

        assertArrayEquals(
                new ASN1ObjectIdentifier(dotted.toString()).getEncoded(),
                DerWriter.objectIdentifier(dotted.toString()));
        assertArrayEquals(new org.bouncycastle.asn1.ASN1Integer(number).getEncoded(), DerWriter.integer(number));
    }

    @Property
    void elementsOfAnyLengthAreWrittenAsBouncyCastleWritesThem(@ForAll @IntRange(max = 70_000) int length)
            throws Exception {
        byte[] content = new byte[length];

        assertArrayEquals(new DEROctetString(content).getEncoded(), DerWriter.element(DerReader.OCTET_STRING, content));
    }
}
