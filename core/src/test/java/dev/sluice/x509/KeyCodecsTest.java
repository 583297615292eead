package dev.sluice.x509;

import static dev.sluice.x509.SslKeyTest.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.spi.KeyCodec;
import dev.sluice.spi.KeyCodec.Encryption;
import dev.sluice.x509.KeyFormatException.Reason;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptor;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfoBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEOutputEncryptorBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the library leaves to key codecs, and how it deals with them. */
class KeyCodecsTest {
    private static final char[] PASSWORD = "password".toCharArray();

    private static String traditional(KeySample sample, String cipher) {
        SslKey key = sample.privateKey();
        PEMEncryptor encryptor = new JcePEMEncryptorBuilder(cipher)
                .setProvider(new BouncyCastleProvider())
                .build(PASSWORD);
        Map<String, String> headers =
                KeyReader.headersFor(new Encryption.TraditionalPem(encryptor.getAlgorithm(), encryptor.getIV()));
        return Pem.encode(
                PrivateKeyEncoding.traditionalLabel(key.algorithm()).orElseThrow(),
                headers,
                assertDoesNotThrow(() -> encryptor.encrypt(key.toDer(KeyForm.TRADITIONAL))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"DES-EDE3-CBC", "AES-256-CBC"})
    void aCodecDecryptsTraditionalPem(String cipher) throws Exception {
        for (KeySample sample : List.of(KeySample.RSA, KeySample.P256, KeySample.DSA)) {
            String pem = traditional(sample, cipher);

            assertEquals(sample.privateKey(), SslKey.readPem(pem, PASSWORD, TestKeyCodec.INSTALLED));
            assertEquals(
                    sample.privateKey(), SslKey.readPem(pem.replace("\n", "  \r\n"), PASSWORD, TestKeyCodec.INSTALLED));
            KeyFormatException missing =
                    assertRefused(Reason.CODEC_MISSING, () -> SslKey.readPem(pem, PASSWORD, KeyCodecs.NONE));
            assertTrue(missing.getMessage().contains("add the module sluice-"), missing.getMessage());
            assertRefused(Reason.PASSWORD_REQUIRED, () -> SslKey.readPem(pem, null, TestKeyCodec.INSTALLED));
        }
    }

    @Test
    void aWrongPasswordShowsAlsoWherePaddingComesOutRight() throws Exception {
        String pem = traditional(KeySample.P256, "DES-EDE3-CBC");

        for (int i = 0; i < 600; i++) {
            char[] wrong = ("wrong" + i).toCharArray();
            assertRefused(Reason.WRONG_PASSWORD, () -> SslKey.readPem(pem, wrong, TestKeyCodec.INSTALLED));
        }
    }

    @Test
    void headersThatSayNothingOfEncryptionAreRefused() throws Exception {
        String pem = traditional(KeySample.RSA, "AES-256-CBC");

        for (String damaged : List.of(
                pem.replace("Proc-Type", "Proctype"),
                pem.replace("4,ENCRYPTED", "4,MIC-CLEAR"),
                pem.replace("DEK-Info", "DEK"),
                pem.replace("AES-256-CBC,", "AES-256-CBC"),
                pem.replace("AES-256-CBC", "aes/256"),
                pem.replaceAll("CBC,[0-9A-F]+", "CBC,00"),
                pem.replaceAll("CBC,[0-9A-F]+", "CBC," + "00".repeat(33)),
                pem.replace("DEK-Info", "Proc-Type: 4,ENCRYPTED\nDEK-Info"))) {
            assertRefused(Reason.MALFORMED, () -> SslKey.readPem(damaged, PASSWORD, TestKeyCodec.INSTALLED));
        }
        assertRefused(
                Reason.UNSUPPORTED,
                () -> SslKey.readPem(pem.replace("AES-256-CBC", "IDEA-CBC"), PASSWORD, TestKeyCodec.INSTALLED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2.840.113549.1.12.1.3", "1.2.840.113549.1.12.1.1", "1.2.840.113549.1.12.1.6"})
    void aCodecDecryptsOlderSchemes(String identifier) throws Exception {
        byte[] der = legacyPkcs8(identifier, 2048);

        SslKey key = new KeyReader(TestKeyCodec.INSTALLED, PASSWORD, new HashingBudget()).readDer(der);

        assertEquals(KeySample.P256.privateKey(), key);
        assertRefused(
                Reason.CODEC_MISSING, () -> new KeyReader(KeyCodecs.NONE, PASSWORD, new HashingBudget()).readDer(der));
    }

    private static byte[] legacyPkcs8(String identifier, int iterations) throws Exception {
        return new PKCS8EncryptedPrivateKeyInfoBuilder(
                        PrivateKeyInfo.getInstance(KeySample.P256.privateKey().toDer()))
                .build(new JcePKCSPBEOutputEncryptorBuilder(new org.bouncycastle.asn1.ASN1ObjectIdentifier(identifier))
                        .setProvider(new BouncyCastleProvider())
                        .setIterationCount(iterations)
                        .build(PASSWORD))
                .getEncoded();
    }

    /** A codec trusts the count: it is the library that bounds it. */
    @Test
    void aCodecIsNotAskedToIterateForEver() {
        AlgorithmId scheme = AlgorithmId.of(
                PKCSObjectIdentifiers.pbeWithSHAAnd3_KeyTripleDES_CBC.getId(),
                DerWriter.element(
                        DerReader.SEQUENCE,
                        DerWriter.element(DerReader.OCTET_STRING, new byte[8]),
                        DerWriter.integer(2_000_000_000)));
        byte[] der = DerWriter.element(
                DerReader.SEQUENCE, scheme.encoded(), DerWriter.element(DerReader.OCTET_STRING, new byte[64]));
        KeyCodecs forbidden = KeyCodecs.load(List.of(new FaultyCodec(new AssertionError("must not be asked"))));

        assertRefused(Reason.MALFORMED, () -> new KeyReader(forbidden, PASSWORD, new HashingBudget()).readDer(der));
    }

    @Test
    void theTraditionalFormIsEncryptedByACodecOnly() throws KeyFormatException {
        ParsedKey parsed = parsed(KeySample.RSA.privateKey().toDer());
        SslKey key = SslKey.of(parsed, TestKeyCodec.INSTALLED);

        String pem = key.dangerouslyToTraditionalEncryptedPem(PASSWORD);

        assertTrue(pem.startsWith("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,"));
        assertEquals(key, SslKey.readPem(pem, PASSWORD, TestKeyCodec.INSTALLED));
        assertRefused(
                Reason.CODEC_MISSING,
                () -> SslKey.of(parsed, KeyCodecs.NONE).dangerouslyToTraditionalEncryptedPem(PASSWORD));
        assertThrows(
                UnsupportedOperationException.class,
                () -> KeySample.ED25519.privateKey().dangerouslyToTraditionalEncryptedPem(PASSWORD));
    }

    private static ParsedKey parsed(byte[] pkcs8) throws KeyFormatException {
        try {
            return PrivateKeyEncoding.readPkcs8(pkcs8).confirmed(KeyCodecs.NONE);
        } catch (CertificateFormatException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aCodecThatCannotBeLoadedIsLeftOut() throws KeyFormatException {
        Iterator<KeyCodec> source = new Iterator<>() {
            private int asked;

            @Override
            public boolean hasNext() {
                return asked < 2;
            }

            @Override
            public KeyCodec next() {
                if (asked++ == 0) {
                    throw new ServiceConfigurationError("broken");
                }
                return new TestKeyCodec();
            }
        };
        Logger log = Logger.getLogger(KeyCodecs.class.getName());
        log.setLevel(Level.OFF);
        KeyCodecs codecs = KeyCodecs.load(() -> source);
        log.setLevel(null);

        assertArrayEquals(
                new byte[3],
                codecs.decrypt(new Encryption.TraditionalPem("AES-256-CBC", new byte[16]), encryptedZeros(), PASSWORD));
    }

    private static byte[] encryptedZeros() throws KeyFormatException {
        return TestKeyCodec.INSTALLED.encrypt(
                new Encryption.TraditionalPem("AES-256-CBC", new byte[16]), new byte[3], PASSWORD);
    }

    /** W26: the exception of a stranger is neither let through nor quoted. */
    @Test
    void w26_whateverACodecThrowsBecomesTheOneException() throws Exception {
        String pem = traditional(KeySample.RSA, "AES-256-CBC");
        for (Throwable fault :
                List.of(new GeneralSecurityException("SecretMarker"), new IllegalStateException("SecretMarker"))) {
            KeyCodecs codecs = KeyCodecs.load(List.of(new FaultyCodec(fault)));
            List<KeyFormatException> thrown = new ArrayList<>();
            thrown.add(assertThrows(KeyFormatException.class, () -> SslKey.readPem(pem, PASSWORD, codecs)));
            thrown.add(assertThrows(
                    KeyFormatException.class,
                    () -> codecs.encrypt(new Encryption.TraditionalPem("x", new byte[8]), new byte[1], PASSWORD)));
            thrown.add(assertThrows(KeyFormatException.class, () -> codecs.privateKey("key", new byte[1])));
            thrown.add(assertThrows(KeyFormatException.class, () -> codecs.publicKey("key", new byte[1])));

            assertTrue(thrown.stream()
                    .flatMap(e -> Stream.of(e.toString(), String.valueOf(e.getCause())))
                    .noneMatch(text -> text.contains("SecretMarker")));
        }
    }

    /** Claims to know everything and fails each time. */
    private record FaultyCodec(Throwable fault) implements KeyCodec {
        @Override
        public String name() {
            return "faulty";
        }

        @Override
        public boolean supports(Encryption encryption) {
            return true;
        }

        @Override
        public byte[] decrypt(Encryption encryption, byte[] ciphertext, char[] password)
                throws GeneralSecurityException {
            throw failure();
        }

        @Override
        public byte[] encrypt(Encryption encryption, byte[] plaintext, char[] password)
                throws GeneralSecurityException {
            throw failure();
        }

        @Override
        public Optional<PrivateKey> privateKey(byte[] pkcs8) throws GeneralSecurityException {
            throw failure();
        }

        @Override
        public Optional<PublicKey> publicKey(byte[] subjectPublicKeyInfo) throws GeneralSecurityException {
            throw failure();
        }

        private GeneralSecurityException failure() {
            if (fault instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (fault instanceof Error error) {
                throw error;
            }
            return (GeneralSecurityException) fault;
        }
    }
}
