package dev.sluice.x509;

import dev.sluice.spi.KeyCodec.Encryption;
import dev.sluice.x509.KeyFormatException.Reason;
import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encryption under a password as keys and PKCS #12 files have it. PBES2 (RFC 8018 §6.2) with PBKDF2 and a cipher of today is
 * done here; older schemes go to the key codecs, after the iteration count was checked.
 */
final class PasswordEncryption {
    private static final String PBES2 = "1.2.840.113549.1.5.13";
    private static final String SCRYPT = "1.3.6.1.4.1.11591.4.11";
    /** RFC 8018 §A.3: the six of PBES1. */
    private static final Set<String> PBES1 = Set.of(
            "1.2.840.113549.1.5.1",
            "1.2.840.113549.1.5.3",
            "1.2.840.113549.1.5.4",
            "1.2.840.113549.1.5.6",
            "1.2.840.113549.1.5.10",
            "1.2.840.113549.1.5.11");
    /** RFC 7292 §C: the six of PKCS #12 end in 1 to 6. */
    private static final String PKCS12_PBE = "1.2.840.113549.1.12.1.";

    private static final int NEW_SALT_BYTES = 16;
    /** RFC 5084 §3.2: how long the tag is if the parameters do not say it. */
    private static final int DEFAULT_TAG_BYTES = 12;

    private static final SecureRandom RANDOM = new SecureRandom();

    /** The ciphers of PBES2 that are done here (RFC 8018 §B.2, RFC 5084 §3.2). */
    private enum Scheme {
        AES_128_CBC("2.16.840.1.101.3.4.1.2", "AES/CBC/PKCS5Padding", 16, 16),
        AES_192_CBC("2.16.840.1.101.3.4.1.22", "AES/CBC/PKCS5Padding", 24, 16),
        AES_256_CBC("2.16.840.1.101.3.4.1.42", "AES/CBC/PKCS5Padding", 32, 16),
        AES_128_GCM("2.16.840.1.101.3.4.1.6", "AES/GCM/NoPadding", 16, 0),
        AES_192_GCM("2.16.840.1.101.3.4.1.26", "AES/GCM/NoPadding", 24, 0),
        AES_256_GCM("2.16.840.1.101.3.4.1.46", "AES/GCM/NoPadding", 32, 0),
        DES_EDE3_CBC("1.2.840.113549.3.7", "DESede/CBC/PKCS5Padding", 24, 8);

        final String identifier;
        final String transformation;
        final int keyBytes;
        /** The length of the initialisation vector of CBC; 0 for GCM. */
        final int blockBytes;

        Scheme(String identifier, String transformation, int keyBytes, int blockBytes) {
            this.identifier = identifier;
            this.transformation = transformation;
            this.keyBytes = keyBytes;
            this.blockBytes = blockBytes;
        }

        static Optional<Scheme> find(String identifier) {
            return Stream.of(values())
                    .filter(scheme -> scheme.identifier.equals(identifier))
                    .findFirst();
        }

        String algorithm() {
            return transformation.substring(0, transformation.indexOf('/'));
        }
    }

    private final KeyCodecs codecs;
    private final HashingBudget budget;

    PasswordEncryption(KeyCodecs codecs, HashingBudget budget) {
        this.codecs = codecs;
        this.budget = budget;
    }

    /** The plaintext, which the caller wipes. */
    byte[] decrypt(AlgorithmId algorithm, byte[] ciphertext, char[] password)
            throws CertificateFormatException, KeyFormatException {
        if (!algorithm.identifier().equals(PBES2)) {
            chargeLegacy(algorithm);
            return codecs.decrypt(forCodec(algorithm), ciphertext, password);
        }
        DerReader parameters = algorithm.enterParameters(DerReader.SEQUENCE);
        AlgorithmId derivation = AlgorithmId.read(parameters);
        AlgorithmId encryption = AlgorithmId.read(parameters);
        parameters.expectEnd();
        Pbkdf2 function = derivationFunction(derivation);
        Optional<Scheme> scheme = Scheme.find(encryption.identifier());
        if (scheme.isEmpty()) {
            budget.spend(function.iterations(), 1);
            return codecs.decrypt(forCodec(algorithm), ciphertext, password);
        }
        AlgorithmParameterSpec cipherParameters = cipherParameters(scheme.get(), encryption);
        byte[] key = function.deriveKey(password, scheme.get().keyBytes, budget);
        return run(scheme.get(), Cipher.DECRYPT_MODE, cipherParameters, key, ciphertext);
    }

    private static Encryption forCodec(AlgorithmId algorithm) {
        return new Encryption.Scheme(algorithm.identifier(), algorithm.encoded());
    }

    /** The parameters of all legacy schemes are a salt and an iteration count (RFC 8018 §A.3, RFC 7292 §C). */
    private void chargeLegacy(AlgorithmId algorithm) throws CertificateFormatException, KeyFormatException {
        if (!PBES1.contains(algorithm.identifier()) && !algorithm.identifier().startsWith(PKCS12_PBE)) {
            throw KeyFormatException.unsupported("encryption scheme " + algorithm + " is not known");
        }
        DerReader parameters = algorithm.enterParameters(DerReader.SEQUENCE);
        Pbkdf2.readSalt(parameters);
        int iterations = parameters.readSaturatedUnsigned();
        parameters.expectEnd();
        budget.spend(iterations, 1);
    }

    private static Pbkdf2 derivationFunction(AlgorithmId algorithm)
            throws CertificateFormatException, KeyFormatException {
        return switch (algorithm.identifier()) {
            case Pbkdf2.IDENTIFIER -> Pbkdf2.read(algorithm);
            case SCRYPT ->
                throw KeyFormatException.unsupported(
                        "key derivation is scrypt, which takes any amount of memory; expected PBKDF2");
            default ->
                throw KeyFormatException.unsupported(
                        "key derivation function " + algorithm + " is not known, expected PBKDF2");
        };
    }

    private static AlgorithmParameterSpec cipherParameters(Scheme scheme, AlgorithmId encryption)
            throws CertificateFormatException, KeyFormatException {
        if (scheme.blockBytes > 0) {
            byte[] vector = encryption.enterParameters(DerReader.OCTET_STRING).rest();
            if (vector.length != scheme.blockBytes) {
                throw KeyFormatException.malformed(
                        "initialisation vector has " + vector.length + " bytes, expected " + scheme.blockBytes);
            }
            return new IvParameterSpec(vector);
        }
        DerReader parameters = encryption.enterParameters(DerReader.SEQUENCE);
        byte[] nonce = parameters.readBytes(DerReader.OCTET_STRING);
        int tagBytes = parameters.hasMore() ? parameters.readSaturatedUnsigned() : DEFAULT_TAG_BYTES;
        parameters.expectEnd();
        // RFC 5084 §3.2: aes-ICVlen is 12 to 16. An empty nonce is none.
        if (tagBytes < DEFAULT_TAG_BYTES || tagBytes > 16 || nonce.length == 0) {
            throw KeyFormatException.malformed("parameters of AES-GCM are out of range");
        }
        return new GCMParameterSpec(tagBytes * Byte.SIZE, nonce);
    }

    /** Runs the cipher; the key is taken and wiped. */
    private static byte[] run(Scheme scheme, int mode, AlgorithmParameterSpec parameters, byte[] key, byte[] input)
            throws KeyFormatException {
        try {
            Cipher cipher = Cipher.getInstance(scheme.transformation);
            cipher.init(mode, new SecretKeySpec(key, scheme.algorithm()), parameters);
            return cipher.doFinal(input);
        } catch (NoSuchAlgorithmException | NoSuchPaddingException | InvalidAlgorithmParameterException e) {
            throw KeyFormatException.unsupported(scheme.transformation + " is not offered by this Java platform");
        } catch (GeneralSecurityException e) {
            // Wrong padding, wrong tag, or no whole number of blocks: nobody can tell a wrong password from damage.
            throw new KeyFormatException(Reason.WRONG_PASSWORD, "password is wrong, or what it encrypts is damaged");
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /**
     * Encrypts in the way of today: PBES2, AES-256-CBC, PBKDF2 with HMAC-SHA-256, all random values new.
     *
     * @return {@code EncryptedPrivateKeyInfo} (RFC 5958 §3)
     */
    static byte[] encryptPrivateKey(byte[] privateKeyInfo, char[] password, int iterations) throws KeyFormatException {
        Pbkdf2 function = new Pbkdf2("HmacSHA256", randomBytes(NEW_SALT_BYTES), iterations, 0);
        byte[] vector = randomBytes(Scheme.AES_256_CBC.blockBytes);
        byte[] key = function.deriveKey(password, Scheme.AES_256_CBC.keyBytes, new HashingBudget());
        byte[] ciphertext =
                run(Scheme.AES_256_CBC, Cipher.ENCRYPT_MODE, new IvParameterSpec(vector), key, privateKeyInfo);
        AlgorithmId encryption =
                AlgorithmId.of(Scheme.AES_256_CBC.identifier, DerWriter.element(DerReader.OCTET_STRING, vector));
        byte[] parameters =
                DerWriter.element(DerReader.SEQUENCE, function.toAlgorithmId().encoded(), encryption.encoded());
        return DerWriter.element(
                DerReader.SEQUENCE,
                AlgorithmId.of(PBES2, parameters).encoded(),
                DerWriter.element(DerReader.OCTET_STRING, ciphertext));
    }

    static byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
