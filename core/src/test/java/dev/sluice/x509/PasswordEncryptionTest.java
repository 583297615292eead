package dev.sluice.x509;

import static dev.sluice.x509.SslKeyTest.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.x509.KeyFormatException.Reason;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PBES2 put together by hand, so that every parameter can be any. */
class PasswordEncryptionTest {
    private static final char[] PASSWORD = "password".toCharArray();
    private static final byte[] SALT = "12345678".getBytes(StandardCharsets.US_ASCII);
    private static final String PBES2 = "1.2.840.113549.1.5.13";
    private static final String PBKDF2 = "1.2.840.113549.1.5.12";
    private static final String HMAC_SHA1 = "1.2.840.113549.2.7";
    private static final String AES_128_CBC = "2.16.840.1.101.3.4.1.2";
    private static final String AES_256_GCM = "2.16.840.1.101.3.4.1.46";

    private static byte[] octets(byte[] content) {
        return DerWriter.element(DerReader.OCTET_STRING, content);
    }

    private static byte[] sequence(byte[]... elements) {
        return DerWriter.element(DerReader.SEQUENCE, elements);
    }

    private static byte[] algorithm(String identifier, byte[] parameters) {
        return AlgorithmId.of(identifier, parameters).encoded();
    }

    private static byte[] pbkdf2(byte[] salt, long iterations, byte[]... more) {
        byte[] rest = new byte[0];
        for (byte[] element : more) {
            rest = java.util.Arrays.copyOf(rest, rest.length + element.length);
            System.arraycopy(element, 0, rest, rest.length - element.length, element.length);
        }
        byte[] all = sequence(octets(salt), DerWriter.integer(iterations), rest);
        return algorithm(PBKDF2, all);
    }

    private static byte[] encrypted(byte[] derivation, byte[] encryption, byte[] ciphertext) {
        return sequence(algorithm(PBES2, sequence(derivation, encryption)), octets(ciphertext));
    }

    private static byte[] run(String transformation, int keyBytes, AlgorithmParameterSpec parameters) {
        try {
            byte[] key = new Pbkdf2("HmacSHA1", SALT, 100, 0).deriveKey(PASSWORD, keyBytes, new HashingBudget());
            Cipher cipher = Cipher.getInstance(transformation);
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(key, transformation.substring(0, transformation.indexOf('/'))),
                    parameters);
            return cipher.doFinal(KeySample.P256.privateKey().toDer());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] aesCbc() {
        return run("AES/CBC/PKCS5Padding", 16, new IvParameterSpec(new byte[16]));
    }

    /** RFC 5084 §3.2: the tag has 12 bytes unless the parameters say something else. */
    @ParameterizedTest
    @ValueSource(ints = {12, 13, 16})
    void readsAesGcm(int tagBytes) throws KeyFormatException {
        byte[] nonce = new byte[12];
        byte[] ciphertext = run("AES/GCM/NoPadding", 32, new GCMParameterSpec(tagBytes * Byte.SIZE, nonce));
        byte[] parameters =
                tagBytes == 12 ? sequence(octets(nonce)) : sequence(octets(nonce), DerWriter.integer(tagBytes));
        byte[] der = encrypted(pbkdf2(SALT, 100), algorithm(AES_256_GCM, parameters), ciphertext);

        assertEquals(KeySample.P256.privateKey(), SslKey.fromDer(der, PASSWORD));
        assertRefused(Reason.WRONG_PASSWORD, () -> SslKey.fromDer(der, "Password".toCharArray()));
        ciphertext[0] ^= 1;
        byte[] damaged = encrypted(pbkdf2(SALT, 100), algorithm(AES_256_GCM, parameters), ciphertext);
        assertRefused(Reason.WRONG_PASSWORD, () -> SslKey.fromDer(damaged, PASSWORD));
    }

    @Test
    void theHmacIsSha1UnlessSomethingElseIsSaid() throws KeyFormatException {
        byte[] encryption = algorithm(AES_128_CBC, octets(new byte[16]));
        byte[] keyLength = DerWriter.integer(16);
        byte[] prf = algorithm(HMAC_SHA1, DerWriter.nothing());
        byte[] prfWithoutNull = algorithm(HMAC_SHA1, new byte[0]);

        for (byte[] derivation : List.of(
                pbkdf2(SALT, 100),
                pbkdf2(SALT, 100, keyLength),
                pbkdf2(SALT, 100, prf),
                pbkdf2(SALT, 100, prfWithoutNull),
                pbkdf2(SALT, 100, keyLength, prf))) {
            byte[] der = encrypted(derivation, encryption, aesCbc());
            assertEquals(KeySample.P256.privateKey(), SslKey.fromDer(der, PASSWORD));
        }
    }

    @Test
    void parametersThatDoNotFitAreRefused() {
        byte[] encryption = algorithm(AES_128_CBC, octets(new byte[16]));
        byte[] good = pbkdf2(SALT, 100);
        byte[] gcmShortTag = algorithm(AES_256_GCM, sequence(octets(new byte[12]), DerWriter.integer(4)));
        byte[] gcmNoNonce = algorithm(AES_256_GCM, sequence(octets(new byte[0])));

        for (byte[] der : List.of(
                encrypted(pbkdf2(SALT, 100, DerWriter.integer(32)), encryption, aesCbc()),
                encrypted(pbkdf2(SALT, 0), encryption, aesCbc()),
                encrypted(pbkdf2(SALT, -1), encryption, aesCbc()),
                encrypted(pbkdf2(new byte[1025], 100), encryption, aesCbc()),
                encrypted(good, algorithm(AES_128_CBC, octets(new byte[15])), aesCbc()),
                encrypted(good, algorithm(AES_128_CBC, new byte[0]), aesCbc()),
                encrypted(good, gcmShortTag, aesCbc()),
                encrypted(good, gcmNoNonce, aesCbc()))) {
            assertRefused(Reason.MALFORMED, () -> SslKey.fromDer(der, PASSWORD));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1.3.6.1.4.1.11591.4.11, scrypt",
        "1.2.3.4, 1.2.3.4",
    })
    void otherDerivationFunctionsAreRefusedByName(String identifier, String named) {
        byte[] der =
                encrypted(algorithm(identifier, sequence()), algorithm(AES_128_CBC, octets(new byte[16])), aesCbc());

        KeyFormatException thrown = assertRefused(Reason.UNSUPPORTED, () -> SslKey.fromDer(der, PASSWORD));
        assertTrue(thrown.getMessage().contains(named), thrown.getMessage());
    }

    @Test
    void anUnknownHmacAndAnUnknownSchemeAreRefusedByTheirIdentifier() {
        byte[] hmac = encrypted(
                pbkdf2(SALT, 100, algorithm("1.2.3.4", DerWriter.nothing())),
                algorithm(AES_128_CBC, octets(new byte[16])),
                aesCbc());
        byte[] scheme = sequence(algorithm("1.2.3.4", sequence()), octets(new byte[16]));

        for (byte[] der : List.of(hmac, scheme)) {
            KeyFormatException thrown = assertRefused(Reason.UNSUPPORTED, () -> SslKey.fromDer(der, PASSWORD));
            assertTrue(thrown.getMessage().contains("1.2.3.4"), thrown.getMessage());
        }
    }

    /** Also where the cipher is one for a codec. */
    @ParameterizedTest
    @ValueSource(strings = {AES_128_CBC, "1.2.840.113549.3.2"})
    void w26_moreIterationsThanAnybodyNeedsAreRefusedAtOnce(String cipher) {
        for (long iterations : new long[] {10_000_001, Integer.MAX_VALUE, Long.MAX_VALUE}) {
            byte[] der = encrypted(pbkdf2(SALT, iterations), algorithm(cipher, octets(new byte[16])), aesCbc());

            assertTimeoutPreemptively(
                    Duration.ofSeconds(2), () -> assertRefused(Reason.MALFORMED, () -> SslKey.fromDer(der, PASSWORD)));
        }
    }

    /** RFC 8018 §B.2.3, with a cipher that only a codec has. */
    @Test
    void pbes2WithALegacyCipherGoesToACodec() {
        byte[] rc2 = algorithm(
                "1.2.840.113549.3.2",
                sequence(DerWriter.integer(58), octets(HexFormat.of().parseHex("00".repeat(8)))));
        byte[] der = encrypted(pbkdf2(SALT, 100), rc2, new byte[64]);

        assertRefused(
                Reason.CODEC_MISSING, () -> new KeyReader(KeyCodecs.NONE, PASSWORD, new HashingBudget()).readDer(der));
        assertRefused(
                Reason.WRONG_PASSWORD,
                () -> new KeyReader(TestKeyCodec.INSTALLED, PASSWORD, new HashingBudget()).readDer(der));
    }
}
