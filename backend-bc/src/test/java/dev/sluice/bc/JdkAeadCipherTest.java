package dev.sluice.bc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.bc.JdkAeadCipher.Direction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Security;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The ciphers of the JDK in the shape that BouncyCastle's TLS wants: published vectors, and each way to fail. */
class JdkAeadCipherTest {
    /** The plaintext and the additional data of McGrew and Viega's test cases 4 and 16. */
    private static final String GCM_PLAINTEXT = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
            + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";

    private static final String GCM_AAD = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
    private static final String GCM_KEY = "feffe9928665731c6d6a8f9467308308";
    private static final String GCM_NONCE = "cafebabefacedbaddecaf888";
    private static final String ZERO_NONCE = "00".repeat(12);

    record Vector(String source, JdkAead aead, String key, String nonce, String aad, String plaintext, String sealed) {}

    static List<Vector> vectors() {
        return List.of(
                new Vector(
                        "McGrew-Viega 1",
                        JdkAead.AES_128_GCM,
                        "00".repeat(16),
                        ZERO_NONCE,
                        "",
                        "",
                        "58e2fccefa7e3061367f1d57a4e7455a"),
                new Vector(
                        "McGrew-Viega 2",
                        JdkAead.AES_128_GCM,
                        "00".repeat(16),
                        ZERO_NONCE,
                        "",
                        "00".repeat(16),
                        "0388dace60b6a392f328c2b971b2fe78" + "ab6e47d42cec13bdf53a67b21257bddf"),
                new Vector(
                        "McGrew-Viega 4",
                        JdkAead.AES_128_GCM,
                        GCM_KEY,
                        GCM_NONCE,
                        GCM_AAD,
                        GCM_PLAINTEXT,
                        "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
                                + "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
                                + "5bc94fbc3221a5db94fae95ae7121a47"),
                new Vector(
                        "McGrew-Viega 13",
                        JdkAead.AES_256_GCM,
                        "00".repeat(32),
                        ZERO_NONCE,
                        "",
                        "",
                        "530f8afbc74536b9a963b4f1c4cb738b"),
                new Vector(
                        "McGrew-Viega 16",
                        JdkAead.AES_256_GCM,
                        GCM_KEY + GCM_KEY,
                        GCM_NONCE,
                        GCM_AAD,
                        GCM_PLAINTEXT,
                        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                                + "76fc6ece0f4e1768cddf8853bb2d551b"),
                new Vector(
                        "RFC 8439 §2.8.2",
                        JdkAead.CHACHA20_POLY1305,
                        "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
                        "070000004041424344454647",
                        "50515253c0c1c2c3c4c5c6c7",
                        HexFormat.of()
                                .formatHex(("Ladies and Gentlemen of the class of '99: If I could offer you "
                                                + "only one tip for the future, sunscreen would be it.")
                                        .getBytes(StandardCharsets.US_ASCII)),
                        "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
                                + "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
                                + "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
                                + "3ff4def08e4b7a9de576d26586cec64b6116"
                                + "1ae10b594f09e26a7e902ecbd0600691"));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void publishedVectorsAreSealedAndOpened(Vector vector) throws Exception {
        byte[] plaintext = hex(vector.plaintext());
        byte[] sealed = hex(vector.sealed());

        assertArrayEquals(sealed, run(cipher(vector, Direction.ENCRYPT), hex(vector.aad()), plaintext));
        assertArrayEquals(plaintext, run(cipher(vector, Direction.DECRYPT), hex(vector.aad()), sealed));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void anyFlippedBitIsABadRecordMac(Vector vector) throws Exception {
        byte[] sealed = hex(vector.sealed());
        byte[] aad = hex(vector.aad());
        byte[] nonce = hex(vector.nonce());
        for (int bit = 0; bit < 8 * sealed.length; bit++) {
            assertBadRecordMac(vector, nonce, aad, flipped(sealed, bit));
        }
        for (int bit = 0; bit < 8 * aad.length; bit++) {
            assertBadRecordMac(vector, nonce, flipped(aad, bit), sealed);
        }
        for (int bit = 0; bit < 8 * nonce.length; bit++) {
            assertBadRecordMac(vector, flipped(nonce, bit), aad, sealed);
        }
    }

    private static void assertBadRecordMac(Vector vector, byte[] nonce, byte[] aad, byte[] sealed) throws Exception {
        JdkAeadCipher cipher = make(vector.aead(), Direction.DECRYPT);
        byte[] key = hex(vector.key());
        cipher.setKey(key, 0, key.length);
        cipher.init(nonce, JdkAead.TAG_BYTES);
        byte[] inPlace = sealed.clone();

        assertAlert(AlertDescription.bad_record_mac, () -> cipher.doFinal(aad, inPlace, 0, inPlace.length, inPlace, 0));
        int content = sealed.length - JdkAead.TAG_BYTES;
        assertArrayEquals(new byte[content], Arrays.copyOf(inPlace, content), "what was not authentic is wiped");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsShorterThanATagIsABadRecordMac(JdkAead aead) throws Exception {
        JdkAeadCipher cipher = make(aead, Direction.DECRYPT);
        cipher.setKey(new byte[aead.keyBytes()], 0, aead.keyBytes());
        for (int length = 0; length < JdkAead.TAG_BYTES; length++) {
            byte[] input = new byte[length];
            cipher.init(nonce(length), JdkAead.TAG_BYTES);

            assertAlert(
                    AlertDescription.bad_record_mac,
                    () -> cipher.doFinal(new byte[5], input, 0, input.length, input, 0));
            assertEquals(0, cipher.getOutputSize(length));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNonceIsNotUsedTwiceWithOneKeyButIsWithTheNext(JdkAead aead) throws Exception {
        JdkAeadCipher cipher = make(aead, Direction.ENCRYPT);
        byte[] key = new byte[aead.keyBytes()];
        cipher.setKey(key, 0, key.length);
        cipher.init(nonce(1), JdkAead.TAG_BYTES);
        byte[] first = run(cipher, new byte[5], new byte[40]);

        assertAlert(AlertDescription.internal_error, () -> cipher.init(nonce(1), JdkAead.TAG_BYTES));

        key[0] = 1;
        cipher.setKey(key, 0, key.length); // as a key update does
        cipher.init(nonce(1), JdkAead.TAG_BYTES);
        assertEquals(first.length, run(cipher, new byte[5], new byte[40]).length);
    }

    @ParameterizedTest
    @EnumSource
    void misuseIsAnInternalError(JdkAead aead) throws Exception {
        JdkAeadCipher cipher = make(aead, Direction.ENCRYPT);
        byte[] key = new byte[aead.keyBytes()];

        assertAlert(AlertDescription.internal_error, () -> cipher.init(nonce(1), JdkAead.TAG_BYTES));
        assertAlert(AlertDescription.internal_error, () -> cipher.setKey(key, 0, key.length - 1));
        cipher.setKey(key, 0, key.length);
        assertAlert(AlertDescription.internal_error, () -> cipher.init(new byte[8], JdkAead.TAG_BYTES));
        assertAlert(AlertDescription.internal_error, () -> cipher.init(nonce(1), 8));
        cipher.init(nonce(1), JdkAead.TAG_BYTES);
        assertAlert(
                AlertDescription.internal_error,
                () -> cipher.doFinal(new byte[5], new byte[16], 0, 16, new byte[20], 0)); // no room for the tag
    }

    @Test
    void providersOfTheApplicationAreNotAskedForCiphers() {
        BouncyCastleProvider provider = new BouncyCastleProvider();

        assertEquals(false, PlatformProviders.isOfThePlatform(provider));
        assertEquals(true, PlatformProviders.isOfThePlatform(Security.getProvider("SunJCE")));
        for (JdkAead aead : JdkAead.values()) {
            assertEquals(
                    "SunJCE",
                    PlatformCiphers.ofThisRuntime().provider(aead).orElseThrow().getName());
        }
    }

    @Test
    void aProviderWithoutTheCipherIsPassedOver() {
        PlatformCiphers none = PlatformCiphers.among(List.of(Security.getProvider("SUN")));
        PlatformCiphers second =
                PlatformCiphers.among(List.of(Security.getProvider("SUN"), Security.getProvider("SunJCE")));
        for (JdkAead aead : JdkAead.values()) {
            assertEquals(true, none.provider(aead).isEmpty());
            assertEquals("SunJCE", second.provider(aead).orElseThrow().getName());
        }
    }

    private static JdkAeadCipher cipher(Vector vector, Direction direction) throws Exception {
        JdkAeadCipher cipher = make(vector.aead(), direction);
        byte[] key = hex("ff" + vector.key() + "ff");
        cipher.setKey(key, 1, key.length - 2);
        Arrays.fill(key, (byte) 0); // the cipher has a copy
        cipher.init(hex(vector.nonce()), JdkAead.TAG_BYTES);
        return cipher;
    }

    static JdkAeadCipher make(JdkAead aead, Direction direction) throws GeneralSecurityException {
        return new JdkAeadCipher(
                aead, direction, PlatformCiphers.ofThisRuntime().provider(aead).orElseThrow());
    }

    private static byte[] run(JdkAeadCipher cipher, byte[] aad, byte[] input) throws IOException {
        byte[] output = new byte[cipher.getOutputSize(input.length)];
        assertEquals(output.length, cipher.doFinal(aad, input, 0, input.length, output, 0));
        return output;
    }

    static void assertAlert(short description, org.junit.jupiter.api.function.Executable action) {
        assertEquals(description, assertThrows(TlsFatalAlert.class, action).getAlertDescription());
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] copy = bytes.clone();
        copy[bit / 8] ^= (byte) (1 << bit % 8);
        return copy;
    }

    private static byte[] nonce(int number) {
        byte[] nonce = new byte[JdkAead.NONCE_BYTES];
        nonce[11] = (byte) number;
        return nonce;
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
