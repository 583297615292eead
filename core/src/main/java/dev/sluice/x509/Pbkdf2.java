package dev.sluice.x509;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key derivation function PBKDF2 (RFC 8018 §5.2, parameters in §A.2).
 *
 * <p>Made of the JDK's HMACs, not of its {@code SecretKeyFactory}: that one refuses empty passwords, lacks HMACs on some
 * releases, and keeps copies of the password that cannot be wiped.
 */
final class Pbkdf2 {
    static final String IDENTIFIER = "1.2.840.113549.1.5.12";
    static final String HMAC_SHA256_IDENTIFIER = "1.2.840.113549.2.9";

    /** RFC 8018 §4.1: 8 bytes are enough; nobody has more than some tens. */
    private static final int MAXIMUM_SALT_BYTES = 1024;

    private static final String DEFAULT_HMAC = "HmacSHA1";
    /** RFC 8018 §B.1.2, and for SHA-3 those of NIST. */
    private static final Map<String, String> HMACS = Map.ofEntries(
            Map.entry("1.2.840.113549.2.7", "HmacSHA1"),
            Map.entry("1.2.840.113549.2.8", "HmacSHA224"),
            Map.entry(HMAC_SHA256_IDENTIFIER, "HmacSHA256"),
            Map.entry("1.2.840.113549.2.10", "HmacSHA384"),
            Map.entry("1.2.840.113549.2.11", "HmacSHA512"),
            Map.entry("1.2.840.113549.2.12", "HmacSHA512/224"),
            Map.entry("1.2.840.113549.2.13", "HmacSHA512/256"),
            Map.entry("2.16.840.1.101.3.4.2.13", "HmacSHA3-224"),
            Map.entry("2.16.840.1.101.3.4.2.14", "HmacSHA3-256"),
            Map.entry("2.16.840.1.101.3.4.2.15", "HmacSHA3-384"),
            Map.entry("2.16.840.1.101.3.4.2.16", "HmacSHA3-512"));

    /** The pseudo-random function, by its name in the JDK. */
    private final String hmac;

    private final byte[] salt;
    private final int iterations;
    /** The length of the key in bytes, if the parameters tell it, else 0. */
    private final int keyLength;

    Pbkdf2(String hmac, byte[] salt, int iterations, int keyLength) {
        this.hmac = hmac;
        this.salt = salt;
        this.iterations = iterations;
        this.keyLength = keyLength;
    }

    static Pbkdf2 read(AlgorithmId algorithm) throws CertificateFormatException, KeyFormatException {
        DerReader parameters = algorithm.enterParameters(DerReader.SEQUENCE);
        if (parameters.nextIs(DerReader.SEQUENCE)) {
            throw KeyFormatException.unsupported("salt of PBKDF2 is to come from another source, expected it here");
        }
        byte[] salt = readSalt(parameters);
        int iterations = parameters.readSaturatedUnsigned();
        int keyLength = parameters.nextIs(DerReader.INTEGER) ? parameters.readSaturatedUnsigned() : 0;
        String hmac = parameters.hasMore() ? hmacOf(AlgorithmId.read(parameters)) : DEFAULT_HMAC;
        parameters.expectEnd();
        return new Pbkdf2(hmac, salt, iterations, keyLength);
    }

    /** Reads a salt, of any scheme. */
    static byte[] readSalt(DerReader reader) throws CertificateFormatException, KeyFormatException {
        byte[] salt = reader.readBytes(DerReader.OCTET_STRING);
        if (salt.length > MAXIMUM_SALT_BYTES) {
            throw KeyFormatException.malformed(
                    "salt has " + salt.length + " bytes, expected " + MAXIMUM_SALT_BYTES + " at most");
        }
        return salt;
    }

    /** The name that the JDK has for an HMAC. */
    static String hmacOf(AlgorithmId algorithm) throws KeyFormatException {
        String name = HMACS.get(algorithm.identifier());
        if (name == null || !algorithm.hasNullOrNoParameters()) {
            throw KeyFormatException.unsupported("HMAC " + algorithm.identifier() + " is not known");
        }
        return name;
    }

    int keyLength() {
        return keyLength;
    }

    int iterations() {
        return iterations;
    }

    AlgorithmId toAlgorithmId() {
        String identifier = HMACS.entrySet().stream()
                .filter(entry -> entry.getValue().equals(hmac))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
        byte[] parameters = DerWriter.element(
                DerReader.SEQUENCE,
                DerWriter.element(DerReader.OCTET_STRING, salt),
                DerWriter.integer(iterations),
                AlgorithmId.of(identifier, DerWriter.nothing()).encoded());
        return AlgorithmId.of(IDENTIFIER, parameters);
    }

    /** The key of the password, whose characters count as UTF-8; the caller wipes it. */
    byte[] deriveKey(char[] password, int length, HashingBudget budget) throws KeyFormatException {
        if (keyLength != 0 && keyLength != length) {
            throw KeyFormatException.malformed("key length of PBKDF2 is " + keyLength + ", expected " + length);
        }
        byte[] secret = utf8(password);
        try {
            return deriveKey(macWithKey(hmac, secret), length, budget);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private byte[] deriveKey(Mac mac, int length, HashingBudget budget) throws KeyFormatException {
        int blocks = (length + mac.getMacLength() - 1) / mac.getMacLength();
        budget.spend(iterations, blocks);
        byte[] key = new byte[length];
        try {
            for (int block = 0; block < blocks; block++) {
                byte[] part = block(mac, block + 1);
                int start = block * part.length;
                System.arraycopy(part, 0, key, start, Math.min(part.length, length - start));
                Arrays.fill(part, (byte) 0);
            }
            return key;
        } catch (ShortBufferException e) {
            throw new IllegalStateException("HMAC gives more bytes than it says", e);
        }
    }

    /** An HMAC with a key of any length; the key is copied. */
    static Mac macWithKey(String hmac, byte[] key) throws KeyFormatException {
        try {
            Mac mac = Mac.getInstance(hmac);
            // The JDK has no empty keys. HMAC fills keys with zeros up to its block size (RFC 2104 §2): the same.
            mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, hmac));
            return mac;
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw KeyFormatException.unsupported(hmac + " is not offered by this Java platform");
        }
    }

    /** The function F of RFC 8018 §5.2. */
    private byte[] block(Mac mac, int number) throws ShortBufferException {
        mac.update(salt);
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
        byte[] round = mac.doFinal();
        byte[] result = round.clone();
        for (int i = 1; i < iterations; i++) {
            mac.update(round);
            mac.doFinal(round, 0);
            for (int j = 0; j < result.length; j++) {
                result[j] ^= round[j];
            }
        }
        Arrays.fill(round, (byte) 0);
        return result;
    }

    /** What cannot be encoded, half a surrogate pair, becomes a question mark, as everywhere in Java. */
    private static byte[] utf8(char[] password) {
        CharsetEncoder encoder = StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        byte[] room = new byte[Math.multiplyExact(password.length, 3)];
        ByteBuffer encoded = ByteBuffer.wrap(room);
        encoder.encode(CharBuffer.wrap(password), encoded, true);
        encoder.flush(encoded);
        byte[] bytes = Arrays.copyOf(room, encoded.position());
        Arrays.fill(room, (byte) 0);
        return bytes;
    }

    @Override
    public String toString() {
        return "Pbkdf2[" + hmac + ", " + iterations + " iterations]";
    }
}
