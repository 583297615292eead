package dev.sluice.bc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.spi.KeyCodec;
import dev.sluice.spi.KeyCodec.Encryption;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.ServiceLoader;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The codec by itself; with the keys of a real program in the peers' tests. */
class BcKeyCodecTest {
    private static final char[] PASSWORD = "geheim-\u00e4".toCharArray();
    private static final byte[] PLAINTEXT = new byte[123];

    private final KeyCodec codec = new BcKeyCodec();

    @Test
    void isFoundByWhoeverLooksForCodecs() {
        assertEquals(
                1,
                ServiceLoader.load(KeyCodec.class).stream()
                        .filter(found -> found.type() == BcKeyCodec.class)
                        .count());
        assertEquals("bc", codec.name());
    }

    @ParameterizedTest
    @CsvSource({
        "DES-CBC, 8",
        "DES-EDE3-CBC, 8",
        "RC2-CBC, 8",
        "RC2-64-CBC, 8",
        "RC2-40-CBC, 8",
        "BF-CBC, 8",
        "AES-128-CBC, 16",
        "AES-192-CBC, 16",
        "AES-256-CBC, 16",
        "CAMELLIA-128-CBC, 16",
        "CAMELLIA-192-CBC, 16",
        "CAMELLIA-256-CBC, 16",
    })
    void traditionalPemGoesBothWays(String cipher, int vectorBytes) throws Exception {
        byte[] vector = new byte[vectorBytes];
        new SecureRandom().nextBytes(vector);
        goesBothWays(new Encryption.TraditionalPem(cipher, vector));

        Encryption shortVector = new Encryption.TraditionalPem(cipher, new byte[vectorBytes - 1]);
        assertThrows(GeneralSecurityException.class, () -> codec.decrypt(shortVector, new byte[16], PASSWORD));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.2.840.113549.1.5.1", "1.2.840.113549.1.5.3", "1.2.840.113549.1.5.4", "1.2.840.113549.1.5.6",
                "1.2.840.113549.1.5.10", "1.2.840.113549.1.5.11", "1.2.840.113549.1.12.1.1", "1.2.840.113549.1.12.1.2",
                "1.2.840.113549.1.12.1.3", "1.2.840.113549.1.12.1.4", "1.2.840.113549.1.12.1.5",
                        "1.2.840.113549.1.12.1.6",
            })
    void schemesOfPbes1AndPkcs12GoBothWays(String identifier) throws Exception {
        goesBothWays(scheme(identifier, new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, 1000));
    }

    @ParameterizedTest
    @CsvSource({"1.3.14.3.2.7, 8", "1.2.840.113549.3.7, 8", "1.3.6.1.4.1.3029.1.2, 8", "1.2.392.200011.61.1.1.1.4, 16"})
    void pbes2WithCiphersOfOldGoesBothWays(String cipher, int vectorBytes) throws Exception {
        goesBothWays(pbes2(cipher, new byte[vectorBytes], 1000));
        assertFalse(codec.supports(pbes2(cipher, new byte[vectorBytes + 1], 1000)));
    }

    private void goesBothWays(Encryption encryption) throws GeneralSecurityException {
        assertTrue(codec.supports(encryption));
        char[] password = PASSWORD.clone();
        byte[] ciphertext = codec.encrypt(encryption, PLAINTEXT, password);
        assertFalse(Arrays.equals(PLAINTEXT, ciphertext));
        assertArrayEquals(PLAINTEXT, codec.decrypt(encryption, ciphertext, password));
        assertArrayEquals(PASSWORD, password, "a password is borrowed");
        try {
            byte[] other = codec.decrypt(encryption, ciphertext, "geheim".toCharArray());
            assertFalse(Arrays.equals(PLAINTEXT, other), "decrypted under another password");
        } catch (GeneralSecurityException e) {
            assertEquals("wrong password, or damaged", e.getMessage());
        }
    }

    @Test
    void w26_countsAndSaltsOutOfBoundsAreRefusedAtOnce() throws Exception {
        for (Encryption absurd : new Encryption[] {
            scheme("1.2.840.113549.1.12.1.3", new byte[8], 0),
            scheme("1.2.840.113549.1.12.1.3", new byte[8], -1),
            scheme("1.2.840.113549.1.12.1.3", new byte[8], Integer.MAX_VALUE),
            scheme("1.2.840.113549.1.12.1.3", new byte[0], 1),
            scheme("1.2.840.113549.1.12.1.3", new byte[100_000], 1),
            scheme("1.2.840.113549.1.5.999", new byte[8], 1),
            pbes2("1.2.392.200011.61.1.1.1.4", new byte[16], Integer.MAX_VALUE),
        }) {
            assertFalse(codec.supports(absurd));
            assertThrows(GeneralSecurityException.class, () -> codec.decrypt(absurd, new byte[16], PASSWORD));
        }
    }

    @Property(tries = 200)
    void w26_anyBytesGiveAResultOrTheOneException(
            @ForAll @Size(max = 64) byte[] parameters, @ForAll @Size(max = 64) byte[] ciphertext) {
        Encryption any = new Encryption.Scheme("1.2.840.113549.1.5.13", parameters);
        KeyCodec fresh = new BcKeyCodec();
        try {
            assertTrue(fresh.decrypt(any, ciphertext, PASSWORD).length <= ciphertext.length);
        } catch (GeneralSecurityException e) {
            assertFalse(fresh.supports(any) && ciphertext.length == 0);
        }
        try {
            assertInstanceOf(Optional.class, fresh.privateKey(parameters));
            assertInstanceOf(Optional.class, fresh.publicKey(parameters));
        } catch (GeneralSecurityException e) {
            assertTrue(String.valueOf(e.getMessage()).endsWith("malformed"), e::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"brainpoolP256r1", "secp256k1", "brainpoolP512t1"})
    void keysOnCurvesThatThePlatformDoesNotKnowAreRead(String curve) throws Exception {
        Provider bouncyCastle = new BouncyCastleProvider();
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", bouncyCastle);
        generator.initialize(new ECGenParameterSpec(curve));
        java.security.KeyPair pair = generator.generateKeyPair();

        assertArrayEquals(
                pair.getPrivate().getEncoded(),
                codec.privateKey(pair.getPrivate().getEncoded()).orElseThrow().getEncoded());
        byte[] publicKey = pair.getPublic().getEncoded();
        assertArrayEquals(publicKey, codec.publicKey(publicKey).orElseThrow().getEncoded());
        publicKey[publicKey.length - 1] ^= 1; // no point of the curve any more
        assertThrows(GeneralSecurityException.class, () -> codec.publicKey(publicKey));
        assertEquals(null, Security.getProvider("BC"), "a provider was installed");
    }

    @Test
    void anAlgorithmThatItDoesNotKnowIsNobodysFault() throws Exception {
        byte[] x25519 = KeyPairGenerator.getInstance("X25519")
                .generateKeyPair()
                .getPublic()
                .getEncoded();

        assertEquals(Optional.empty(), codec.publicKey(x25519));
        assertThrows(GeneralSecurityException.class, () -> codec.publicKey(new byte[20_000]));
    }

    private static Encryption scheme(String identifier, byte[] salt, int iterations) throws IOException {
        ASN1EncodableVector parameters = new ASN1EncodableVector();
        parameters.add(new DEROctetString(salt));
        parameters.add(new ASN1Integer(iterations));
        return new Encryption.Scheme(
                identifier,
                new AlgorithmIdentifier(new ASN1ObjectIdentifier(identifier), new DERSequence(parameters))
                        .getEncoded());
    }

    private static Encryption pbes2(String cipher, byte[] vector, int iterations) throws IOException {
        PBES2Parameters parameters = new PBES2Parameters(
                new KeyDerivationFunc(
                        PKCSObjectIdentifiers.id_PBKDF2,
                        new PBKDF2Params(
                                new byte[8],
                                iterations,
                                new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256))),
                new EncryptionScheme(new ASN1ObjectIdentifier(cipher), new DEROctetString(vector)));
        return new Encryption.Scheme(
                PKCSObjectIdentifiers.id_PBES2.getId(),
                new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBES2, parameters).getEncoded());
    }
}
