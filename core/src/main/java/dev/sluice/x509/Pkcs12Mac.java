package dev.sluice.x509;

import dev.sluice.x509.KeyFormatException.Reason;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The MAC over a PKCS #12 file: {@code MacData} (RFC 7292 §4), with a key from the derivation function of PKCS #12 or, as
 * PBMAC1, from PBKDF2 (RFC 9579). Who knows the password made the file, and whoever checks the MAC first needs not show the
 * rest to any other code.
 */
final class Pkcs12Mac {
    private static final String PBMAC1 = "1.2.840.113549.1.5.14";
    /** RFC 9579 asks that the length is given, and that shorter keys are refused. */
    private static final int MINIMUM_PBMAC1_KEY_BYTES = 20;

    private static final int MAXIMUM_PBMAC1_KEY_BYTES = 1024;
    /** RFC 7292 §B.3: the purpose that stands for keys of MACs. */
    private static final byte MAC_KEY = 3;

    private Pkcs12Mac() {}

    /** The digests of RFC 7292 and what the derivation function has to know of them. */
    private enum Digest {
        SHA1("1.3.14.3.2.26", "SHA-1", 64),
        SHA224("2.16.840.1.101.3.4.2.4", "SHA-224", 64),
        SHA256("2.16.840.1.101.3.4.2.1", "SHA-256", 64),
        SHA384("2.16.840.1.101.3.4.2.2", "SHA-384", 128),
        SHA512("2.16.840.1.101.3.4.2.3", "SHA-512", 128),
        SHA512_224("2.16.840.1.101.3.4.2.5", "SHA-512/224", 128),
        SHA512_256("2.16.840.1.101.3.4.2.6", "SHA-512/256", 128);

        final String identifier;
        final String jdkName;
        final int blockBytes;

        Digest(String identifier, String jdkName, int blockBytes) {
            this.identifier = identifier;
            this.jdkName = jdkName;
            this.blockBytes = blockBytes;
        }

        static Digest of(AlgorithmId algorithm) throws KeyFormatException {
            for (Digest digest : values()) {
                if (digest.identifier.equals(algorithm.identifier()) && algorithm.hasNullOrNoParameters()) {
                    return digest;
                }
            }
            throw KeyFormatException.unsupported("MAC with digest " + algorithm + " is not known");
        }

        String hmac() {
            return "Hmac" + name().replace('_', '/');
        }
    }

    /**
     * Checks the MAC.
     *
     * @param macData a reader of what is in {@code MacData}
     * @param content what the MAC is over
     * @throws KeyFormatException if it is wrong: {@link Reason#WRONG_PASSWORD}
     */
    static void verify(DerReader macData, byte[] content, char[] password, HashingBudget budget)
            throws CertificateFormatException, KeyFormatException {
        DerReader digestInfo = macData.enter(DerReader.SEQUENCE);
        AlgorithmId algorithm = AlgorithmId.read(digestInfo);
        byte[] expected = digestInfo.readBytes(DerReader.OCTET_STRING);
        digestInfo.expectEnd();
        byte[] salt = Pbkdf2.readSalt(macData);
        int iterations = macData.hasMore() ? macData.readSaturatedUnsigned() : 1;
        macData.expectEnd();
        boolean matches = algorithm.identifier().equals(PBMAC1)
                ? MessageDigest.isEqual(expected, pbmac1(algorithm, content, password, budget))
                : matches(Digest.of(algorithm), salt, iterations, expected, content, password, budget);
        if (!matches) {
            throw new KeyFormatException(Reason.WRONG_PASSWORD, "password is wrong, or the PKCS #12 file is damaged");
        }
    }

    private static byte[] pbmac1(AlgorithmId algorithm, byte[] content, char[] password, HashingBudget budget)
            throws CertificateFormatException, KeyFormatException {
        DerReader parameters = algorithm.enterParameters(DerReader.SEQUENCE);
        AlgorithmId derivation = AlgorithmId.read(parameters);
        String hmac = Pbkdf2.hmacOf(AlgorithmId.read(parameters));
        parameters.expectEnd();
        if (!derivation.identifier().equals(Pbkdf2.IDENTIFIER)) {
            throw KeyFormatException.unsupported(
                    "key derivation function " + derivation + " is not known, expected PBKDF2");
        }
        Pbkdf2 function = Pbkdf2.read(derivation);
        int keyLength = function.keyLength();
        if (keyLength < MINIMUM_PBMAC1_KEY_BYTES || keyLength > MAXIMUM_PBMAC1_KEY_BYTES) {
            throw KeyFormatException.malformed("key of PBMAC1 has " + keyLength + " bytes, expected "
                    + MINIMUM_PBMAC1_KEY_BYTES + " to " + MAXIMUM_PBMAC1_KEY_BYTES);
        }
        return mac(hmac, function.deriveKey(password, keyLength, budget), content);
    }

    private static boolean matches(
            Digest digest,
            byte[] salt,
            int iterations,
            byte[] expected,
            byte[] content,
            char[] password,
            HashingBudget budget)
            throws KeyFormatException {
        byte[] secret = bmpString(password);
        try {
            if (hasMac(digest, salt, iterations, expected, content, secret, budget)) {
                return true;
            }
            // Programs disagree on whether the empty password ends in zeros as all others do (RFC 7292 §B.1).
            return password.length == 0 && hasMac(digest, salt, iterations, expected, content, new byte[0], budget);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static boolean hasMac(
            Digest digest,
            byte[] salt,
            int iterations,
            byte[] expected,
            byte[] content,
            byte[] secret,
            HashingBudget budget)
            throws KeyFormatException {
        budget.spend(iterations, 1);
        return MessageDigest.isEqual(
                expected, mac(digest.hmac(), deriveKey(digest, salt, iterations, secret), content));
    }

    private static byte[] mac(String hmac, byte[] key, byte[] content) throws KeyFormatException {
        try {
            return Pbkdf2.macWithKey(hmac, key).doFinal(content);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** RFC 7292 §B.2 for a key as long as the digest, which takes one block of it. */
    private static byte[] deriveKey(Digest digest, byte[] salt, int iterations, byte[] secret)
            throws KeyFormatException {
        MessageDigest hash = newDigest(digest.jdkName);
        byte[] diversifier = new byte[digest.blockBytes];
        Arrays.fill(diversifier, MAC_KEY);
        hash.update(diversifier);
        hash.update(repeated(salt, digest.blockBytes));
        byte[] secrets = repeated(secret, digest.blockBytes);
        hash.update(secrets);
        Arrays.fill(secrets, (byte) 0);
        byte[] key = hash.digest();
        try {
            for (int i = 1; i < iterations; i++) {
                hash.update(key);
                hash.digest(key, 0, key.length);
            }
            return key;
        } catch (DigestException e) {
            throw new IllegalStateException("digest gives more bytes than it says", e);
        }
    }

    private static MessageDigest newDigest(String name) throws KeyFormatException {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw KeyFormatException.unsupported(name + " is not offered by this Java platform");
        }
    }

    /** As many copies as fill whole blocks; none of nothing. */
    private static byte[] repeated(byte[] bytes, int blockBytes) {
        byte[] result = new byte[(bytes.length + blockBytes - 1) / blockBytes * blockBytes];
        for (int i = 0; i < result.length; i++) {
            result[i] = bytes[i % bytes.length];
        }
        return result;
    }

    /** RFC 7292 §B.1: two bytes for each character, and two zeros at the end. */
    private static byte[] bmpString(char[] password) {
        byte[] result = new byte[Math.multiplyExact(password.length + 1, 2)];
        ByteBuffer buffer = ByteBuffer.wrap(result);
        for (char character : password) {
            buffer.putChar(character);
        }
        return result;
    }
}
