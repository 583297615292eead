package dev.sluice.x509;

import dev.sluice.spi.KeyCodec.Encryption;
import java.security.Key;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A private or public key, read from any of its usual encodings or taken over from the JDK. An object of this class is
 * complete: its structure was checked throughout, and a provider has agreed that it is a key.
 *
 * <p>The forms that are read, in PEM and in DER: PKCS #8 (RFC 5208, RFC 5958), plain or encrypted; {@code
 * SubjectPublicKeyInfo}; and the {@linkplain KeyForm#TRADITIONAL traditional} ones. Encrypted PKCS #8 is read if it uses PBES2
 * (RFC 8018) with PBKDF2 and AES or triple DES. Older encryptions, and curves and groups that the JDK does not know, need a
 * {@linkplain dev.sluice.spi.KeyCodec key codec}; without one the exception names the module to add.
 *
 * <p>An <em>opaque</em> key stands for one that does not leave its place, of a hardware module for example. It can be used,
 * but not written.
 *
 * <p>A key holds one array with the encoding, which {@link #close} overwrites. What the caller gives or gets belongs to the
 * caller: arrays are copied, passwords are read and not kept. Objects of the JDK from {@link #toPrivateKey()} hold copies of
 * their own, which Java has no way to wipe.
 *
 * <p>Thread-safe; no method waits, but those that take a password are slow on purpose.
 */
public final class SslKey implements AutoCloseable {
    /** How often a new encrypted key iterates PBKDF2 unless the caller says otherwise. */
    public static final int DEFAULT_ITERATIONS = 600_000;

    /** RFC 8018 §4.2. */
    private static final int MINIMUM_ITERATIONS = 1000;

    private static final String TRADITIONAL_CIPHER = "AES-256-CBC";
    private static final int TRADITIONAL_VECTOR_BYTES = 16;

    private final KeyType type;
    private final KeyAlgorithm algorithm;
    private final int lengthBits;
    private final KeyCodecs codecs;
    private final AlgorithmId algorithmId;

    private final Object lock = new Object();
    /** The encoding; guarded by {@code lock}, null for opaque keys. */
    private final byte @Nullable [] der;
    /** What an opaque key stands for; guarded by {@code lock}, null for all others. */
    private @Nullable PrivateKey opaque;
    /** Guarded by {@code lock}. */
    private boolean closed;

    private SslKey(ParsedKey parsed, KeyCodecs codecs) {
        this.type = parsed.type();
        this.algorithm = parsed.algorithm();
        this.lengthBits = parsed.lengthBits();
        this.codecs = codecs;
        this.algorithmId = parsed.algorithmId();
        this.der = parsed.der();
    }

    private SslKey(PrivateKey opaque) {
        this.type = KeyType.PRIVATE;
        this.algorithm = OpaqueKeyFacts.algorithmOf(opaque);
        this.lengthBits = OpaqueKeyFacts.lengthOf(opaque);
        this.codecs = KeyCodecs.NONE;
        this.algorithmId = AlgorithmId.of("0.0", new byte[0]);
        this.der = null;
        this.opaque = opaque;
    }

    /** Makes a key of a checked one, whose array is taken. */
    static SslKey of(ParsedKey parsed, KeyCodecs codecs) {
        return new SslKey(parsed, codecs);
    }

    /**
     * Reads the one key of a PEM text (RFC 7468). Text around it and blocks of other kinds, certificates for example, are
     * skipped; a block {@code EC PARAMETERS} gives the curve to an EC key that does not name it.
     *
     * @param text one key, at most 16 Mi characters; not encrypted
     * @return the key; the caller closes it
     * @throws KeyFormatException if there is no key, or more than one, or it is encrypted or cannot be read
     */
    public static SslKey fromPem(String text) throws KeyFormatException {
        return readPem(text, null, KeyCodecs.installed());
    }

    /**
     * Reads the one key of a PEM text, decrypting it if it is encrypted.
     *
     * @param text as for {@link #fromPem(String)}, encrypted or not
     * @param password the password, borrowed; not looked at if the key is not encrypted
     * @return the key; the caller closes it
     * @throws KeyFormatException if there is no key, or more than one, or the password is wrong, or it cannot be read
     */
    public static SslKey fromPem(String text, char[] password) throws KeyFormatException {
        return readPem(text, Objects.requireNonNull(password, "password"), KeyCodecs.installed());
    }

    /**
     * Reads the one key of a PEM text from bytes, as a file holds them.
     *
     * @param text as for {@link #fromPem(String)}, in ASCII or any encoding that extends it; borrowed
     * @return the key; the caller closes it
     * @throws KeyFormatException as for {@link #fromPem(String)}
     */
    public static SslKey fromPem(byte[] text) throws KeyFormatException {
        return new KeyReader(KeyCodecs.installed(), null, new HashingBudget()).readPem(text);
    }

    /**
     * Reads the one key of a PEM text from bytes, as a file holds them, decrypting it if it is encrypted.
     *
     * @param text as for {@link #fromPem(byte[])}, encrypted or not; borrowed
     * @param password the password, borrowed; not looked at if the key is not encrypted
     * @return the key; the caller closes it
     * @throws KeyFormatException as for {@link #fromPem(String, char[])}
     */
    public static SslKey fromPem(byte[] text, char[] password) throws KeyFormatException {
        Objects.requireNonNull(password, "password");
        return new KeyReader(KeyCodecs.installed(), password, new HashingBudget()).readPem(text);
    }

    static SslKey readPem(String text, char @Nullable [] password, KeyCodecs codecs) throws KeyFormatException {
        byte[] bytes = Pem.bytesOf(text);
        try {
            return new KeyReader(codecs, password, new HashingBudget()).readPem(bytes);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /**
     * Reads a key in binary form; which of the forms it is shows in its structure.
     *
     * @param der the DER encoding of one key and nothing else, at most 64 KiB, not encrypted; copied
     * @return the key; the caller closes it
     * @throws KeyFormatException if it is anything else
     */
    public static SslKey fromDer(byte[] der) throws KeyFormatException {
        return new KeyReader(KeyCodecs.installed(), null, new HashingBudget()).readDer(der);
    }

    /**
     * Reads a key in binary form, decrypting it if it is encrypted.
     *
     * @param der as for {@link #fromDer(byte[])}, encrypted or not; borrowed
     * @param password the password, borrowed; not looked at if the key is not encrypted
     * @return the key; the caller closes it
     * @throws KeyFormatException if it is anything else or the password is wrong
     */
    public static SslKey fromDer(byte[] der, char[] password) throws KeyFormatException {
        Objects.requireNonNull(password, "password");
        return new KeyReader(KeyCodecs.installed(), password, new HashingBudget()).readDer(der);
    }

    /**
     * Takes over a private key of the JDK. It is read anew from its encoding, so that nothing of the object is kept.
     *
     * @param key the key, of any provider
     * @return the key; the caller closes it
     * @throws IllegalArgumentException if it has no encoding (see {@link #opaque}), or none that {@link #fromDer(byte[])}
     *     reads; the cause is then the {@link KeyFormatException}
     */
    public static SslKey of(PrivateKey key) {
        return takeOver(key, KeyType.PRIVATE);
    }

    /**
     * Takes over a public key of the JDK, that of a certificate for example.
     *
     * @param key the key, of any provider
     * @return the key; to close it is possible but not needed
     * @throws IllegalArgumentException if it has no encoding, or none that {@link #fromDer(byte[])} reads; the cause is then
     *     the {@link KeyFormatException}
     */
    public static SslKey of(PublicKey key) {
        return takeOver(key, KeyType.PUBLIC);
    }

    private static SslKey takeOver(Key key, KeyType type) {
        byte[] encoded = key.getEncoded();
        if (encoded == null) {
            throw new IllegalArgumentException(key.getAlgorithm() + " key has no encoding, so it is opaque");
        }
        try {
            SslKey result = fromDer(encoded);
            if (result.type == type) {
                return result;
            }
            result.close();
        } catch (KeyFormatException e) {
            throw new IllegalArgumentException(
                    key.getAlgorithm() + " key has an encoding that cannot be read: " + e.getMessage(), e);
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
        throw new IllegalArgumentException(key.getAlgorithm() + " key has the encoding of the other half of a pair");
    }

    /**
     * Makes a key of one that is used where it is and never shown: of a hardware module, a smart card, or a key store that
     * gives nothing away. Its encoding is not asked for, even if it has one.
     *
     * @param key the private key; owned by the caller, who keeps it usable
     * @return the key
     */
    public static SslKey opaque(PrivateKey key) {
        return new SslKey(Objects.requireNonNull(key, "key"));
    }

    /**
     * Tells which half of a pair this is.
     *
     * @return the type
     * @throws IllegalStateException if this key is closed
     */
    public KeyType type() {
        requireOpen();
        return type;
    }

    /**
     * Tells what the key is for.
     *
     * @return the algorithm; {@link KeyAlgorithm#OTHER} only if the key is opaque
     * @throws IllegalStateException if this key is closed
     */
    public KeyAlgorithm algorithm() {
        requireOpen();
        return algorithm;
    }

    /**
     * The length of the key: that of the modulus for RSA, DSA and Diffie-Hellman, of the field for elliptic curves, which is
     * 255 for Ed25519 and X25519, and 448 for Ed448 and X448.
     *
     * @return the length in bits; 0 if this key is opaque and does not show it
     * @throws IllegalStateException if this key is closed
     */
    public int lengthBits() {
        requireOpen();
        return lengthBits;
    }

    /**
     * Says whether this key can only be used, not written.
     *
     * @return true if it was made with {@link #opaque}
     * @throws IllegalStateException if this key is closed
     */
    public boolean isOpaque() {
        requireOpen();
        return der == null;
    }

    /**
     * The private key as an object of the JDK.
     *
     * @return for an opaque key the object that it was made of; else a new one with a copy of the key that stays when this key
     *     is closed
     * @throws IllegalStateException if this key is closed or public
     */
    public PrivateKey toPrivateKey() {
        requireType(KeyType.PRIVATE);
        synchronized (lock) {
            requireOpen();
            if (opaque != null) {
                return opaque;
            }
        }
        byte[] copy = copyOfDer();
        try {
            return parsed(copy).privateKey(codecs);
        } catch (KeyFormatException e) {
            throw new IllegalStateException("key was readable, and now is not: " + e.getMessage(), e);
        } finally {
            Arrays.fill(copy, (byte) 0);
        }
    }

    /**
     * The public key as an object of the JDK.
     *
     * @return a new object
     * @throws IllegalStateException if this key is closed or private
     */
    public PublicKey toPublicKey() {
        requireType(KeyType.PUBLIC);
        try {
            return parsed(copyOfDer()).publicKey(codecs);
        } catch (KeyFormatException e) {
            throw new IllegalStateException("key was readable, and now is not: " + e.getMessage(), e);
        }
    }

    private ParsedKey parsed(byte[] encoded) {
        return new ParsedKey(type, algorithm, algorithmId, lengthBits, encoded);
    }

    private void requireType(KeyType expected) {
        requireOpen();
        if (type != expected) {
            throw new IllegalStateException("key is " + type + ", expected " + expected);
        }
    }

    /**
     * The binary form: PKCS #8 for a private key, {@code SubjectPublicKeyInfo} for a public one. Not encrypted.
     *
     * @return the DER encoding; a copy, which the caller wipes if it is secret
     * @throws IllegalStateException if this key is closed
     * @throws UnsupportedOperationException if this key is opaque
     */
    public byte[] toDer() {
        return copyOfDer();
    }

    /**
     * The binary form of choice. Not encrypted.
     *
     * @param form the form
     * @return the DER encoding; a copy, which the caller wipes if it is secret
     * @throws IllegalStateException if this key is closed
     * @throws UnsupportedOperationException if this key is opaque, or the form does not exist for it
     */
    public byte[] toDer(KeyForm form) {
        byte[] standard = copyOfDer();
        if (form == KeyForm.STANDARD) {
            return standard;
        }
        try {
            traditionalLabel();
            return type == KeyType.PRIVATE
                    ? PrivateKeyEncoding.toTraditional(algorithm, standard)
                    : PublicKeyEncoding.toPkcs1(standard);
        } catch (KeyFormatException | CertificateFormatException e) {
            throw new IllegalStateException("key was readable, and now is not: " + e.getMessage(), e);
        } finally {
            Arrays.fill(standard, (byte) 0);
        }
    }

    /**
     * The textual form (RFC 7468): PKCS #8 for a private key, {@code SubjectPublicKeyInfo} for a public one. Not encrypted.
     *
     * @return one block with lines of 64 characters, with a final newline
     * @throws IllegalStateException if this key is closed
     * @throws UnsupportedOperationException if this key is opaque
     */
    public String toPem() {
        return toPem(KeyForm.STANDARD);
    }

    /**
     * The textual form of choice. Not encrypted.
     *
     * @param form the form
     * @return one block with lines of 64 characters, with a final newline
     * @throws IllegalStateException if this key is closed
     * @throws UnsupportedOperationException if this key is opaque, or the form does not exist for it
     */
    public String toPem(KeyForm form) {
        byte[] content = toDer(form);
        try {
            return Pem.encode(label(form), Map.of(), content);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    private String label(KeyForm form) {
        return form == KeyForm.TRADITIONAL ? traditionalLabel() : type + " KEY";
    }

    private String traditionalLabel() {
        if (type == KeyType.PRIVATE) {
            return PrivateKeyEncoding.traditionalLabel(algorithm)
                    .orElseThrow(() -> new UnsupportedOperationException(this + " has no traditional form"));
        }
        if (algorithm != KeyAlgorithm.RSA) {
            throw new UnsupportedOperationException(this + " has no traditional form");
        }
        return PublicKeyEncoding.PKCS1_LABEL;
    }

    /**
     * The binary form, encrypted: {@code EncryptedPrivateKeyInfo} (RFC 5958 §3) with PBES2, AES-256-CBC and PBKDF2 with
     * HMAC-SHA-256, {@value #DEFAULT_ITERATIONS} iterations and a new salt.
     *
     * @param password the password, borrowed; its characters count as UTF-8
     * @return the DER encoding
     * @throws IllegalStateException if this key is closed or public
     * @throws UnsupportedOperationException if this key is opaque
     */
    public byte[] toEncryptedDer(char[] password) {
        return toEncryptedDer(password, DEFAULT_ITERATIONS);
    }

    /**
     * The binary form, encrypted as by {@link #toEncryptedDer(char[])} with another iteration count.
     *
     * @param password the password, borrowed
     * @param iterations the iteration count of PBKDF2, from 1000 to 10 million
     * @return the DER encoding
     * @throws IllegalArgumentException if the iteration count is out of range
     * @throws IllegalStateException if this key is closed or public
     * @throws UnsupportedOperationException if this key is opaque
     */
    public byte[] toEncryptedDer(char[] password, int iterations) {
        Objects.requireNonNull(password, "password");
        requireType(KeyType.PRIVATE);
        if (iterations < MINIMUM_ITERATIONS || iterations > HashingBudget.MAXIMUM_ITERATIONS) {
            throw new IllegalArgumentException("iteration count is " + iterations + ", expected " + MINIMUM_ITERATIONS
                    + " to " + HashingBudget.MAXIMUM_ITERATIONS);
        }
        byte[] plaintext = copyOfDer();
        try {
            return PasswordEncryption.encryptPrivateKey(plaintext, password, iterations);
        } catch (KeyFormatException e) {
            throw new IllegalStateException("key cannot be encrypted: " + e.getMessage(), e);
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }

    /**
     * The textual form, encrypted as by {@link #toEncryptedDer(char[])}.
     *
     * @param password the password, borrowed
     * @return one block {@code ENCRYPTED PRIVATE KEY}
     * @throws IllegalStateException if this key is closed or public
     * @throws UnsupportedOperationException if this key is opaque
     */
    public String toEncryptedPem(char[] password) {
        return toEncryptedPem(password, DEFAULT_ITERATIONS);
    }

    /**
     * The textual form, encrypted as by {@link #toEncryptedDer(char[], int)}.
     *
     * @param password the password, borrowed
     * @param iterations the iteration count of PBKDF2, from 1000 to 10 million
     * @return one block {@code ENCRYPTED PRIVATE KEY}
     * @throws IllegalArgumentException if the iteration count is out of range
     * @throws IllegalStateException if this key is closed or public
     * @throws UnsupportedOperationException if this key is opaque
     */
    public String toEncryptedPem(char[] password, int iterations) {
        return Pem.encode("ENCRYPTED PRIVATE KEY", Map.of(), toEncryptedDer(password, iterations));
    }

    /**
     * The traditional form, encrypted in the way of the files of that time (RFC 1421 headers, AES-256-CBC). Dangerous: the
     * password is hashed once, with MD5, so that guessing it is cheap, and nothing protects the file from changes. Needs a
     * {@linkplain dev.sluice.spi.KeyCodec key codec}.
     *
     * @param password the password, borrowed
     * @return one block with headers
     * @throws KeyFormatException if there is no key codec that can do it
     * @throws IllegalStateException if this key is closed or public
     * @throws UnsupportedOperationException if this key is opaque, or the form does not exist for it
     */
    public String dangerouslyToTraditionalEncryptedPem(char[] password) throws KeyFormatException {
        Objects.requireNonNull(password, "password");
        requireType(KeyType.PRIVATE);
        byte[] plaintext = toDer(KeyForm.TRADITIONAL);
        try {
            Encryption.TraditionalPem encryption = new Encryption.TraditionalPem(
                    TRADITIONAL_CIPHER, PasswordEncryption.randomBytes(TRADITIONAL_VECTOR_BYTES));
            return Pem.encode(
                    traditionalLabel(),
                    KeyReader.headersFor(encryption),
                    codecs.encrypt(encryption, plaintext, password));
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }

    private byte[] copyOfDer() {
        synchronized (lock) {
            requireOpen();
            if (der == null) {
                throw new UnsupportedOperationException(
                        algorithm + " key is opaque: it can be used, but it has no encoding");
            }
            return der.clone();
        }
    }

    /**
     * Overwrites the key. Everything but this method, {@link #isClosed}, {@code equals}, {@code hashCode} and {@code toString}
     * then throws {@link IllegalStateException}. What {@link #toPrivateKey()} gave, and configurations that were built with
     * this key, go on working. Closing twice does nothing.
     */
    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            opaque = null;
            if (der != null) {
                Arrays.fill(der, (byte) 0);
            }
        }
    }

    /**
     * Says whether this key was closed.
     *
     * @return true if so
     */
    public boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    private void requireOpen() {
        if (isClosed()) {
            throw new IllegalStateException("key is closed");
        }
    }

    /**
     * Two keys are equal if they are the same key, in whatever form they were read. Private keys are compared in a time that
     * does not depend on where they differ. Opaque keys are equal if they were made of equal objects; a closed key is equal
     * to itself only.
     */
    @Override
    public boolean equals(Object other) {
        if (this == other) {
            return true;
        }
        return other instanceof SslKey key
                && type == key.type
                && algorithm == key.algorithm
                && lengthBits == key.lengthBits
                && hasSameContent(key);
    }

    private boolean hasSameContent(SslKey other) {
        byte[] mine = essence();
        byte[] others = other.essence();
        try {
            if (mine.length > 0 && others.length > 0) {
                return MessageDigest.isEqual(mine, others);
            }
        } finally {
            Arrays.fill(mine, (byte) 0);
            Arrays.fill(others, (byte) 0);
        }
        PrivateKey mineOpaque = opaqueOrNull();
        return mineOpaque != null && mineOpaque.equals(other.opaqueOrNull());
    }

    private @Nullable PrivateKey opaqueOrNull() {
        synchronized (lock) {
            return opaque;
        }
    }

    /** What is compared; empty if this key is opaque or closed. */
    private byte[] essence() {
        byte[] copy;
        synchronized (lock) {
            if (der == null || closed) {
                return new byte[0];
            }
            copy = der.clone();
        }
        if (type == KeyType.PUBLIC) {
            return copy;
        }
        try {
            return PrivateKeyEncoding.essence(algorithm, copy);
        } catch (CertificateFormatException e) {
            throw new IllegalStateException("key was readable, and now is not: " + e.getMessage(), e);
        } finally {
            Arrays.fill(copy, (byte) 0);
        }
    }

    /** Depends on the kind of the key alone: a hash of a secret is a part of the secret. */
    @Override
    public int hashCode() {
        return Objects.hash(type, algorithm, lengthBits);
    }

    /**
     * The kind of the key, and nothing of the key itself.
     *
     * @return {@code SslKey[EC PRIVATE, 256 bits]} for example
     */
    @Override
    public String toString() {
        if (isClosed()) {
            return "SslKey[closed]";
        }
        return "SslKey[" + algorithm + " " + type
                + (lengthBits == 0 ? "" : ", " + lengthBits + " bits")
                + (der == null ? ", opaque" : "") + "]";
    }
}
