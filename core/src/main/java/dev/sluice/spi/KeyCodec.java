package dev.sluice.spi;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads and writes what the library itself does not: keys under the legacy ciphers, and keys that the JDK cannot parse.
 * Found with {@link java.util.ServiceLoader}; optional, stateless and thread-safe.
 *
 * <p>A codec sees ciphertext and the outer algorithm identifiers only after the library has checked the structure of both and
 * the iteration count, and the library checks whatever it gives back. It has no part in reading a key that needs it not.
 *
 * <p>Passwords and arrays are borrowed: a codec keeps none, changes none, and overwrites the secret arrays that it makes on
 * the way. What it returns belongs to the caller, who wipes it. No message of its exceptions holds a secret.
 */
public interface KeyCodec {
    /** How a key, or a part of a PKCS #12 file, is encrypted. Immutable, share freely. */
    sealed interface Encryption {
        /**
         * The older encryption of PEM files (RFC 1421 headers): the key is derived from the password and the first eight bytes
         * of the initialisation vector with MD5 and one iteration.
         */
        final class TraditionalPem implements Encryption {
            private final String cipher;
            private final byte[] initializationVector;

            /**
             * Makes the description.
             *
             * @param cipher the cipher as the header DEK-Info names it, {@code DES-EDE3-CBC} or {@code AES-256-CBC} for example
             * @param initializationVector the initialisation vector, which is the salt as well; copied
             */
            public TraditionalPem(String cipher, byte[] initializationVector) {
                this.cipher = Objects.requireNonNull(cipher, "cipher");
                this.initializationVector = initializationVector.clone();
            }

            /**
             * The cipher as the header DEK-Info names it.
             *
             * @return the name; that of a file may be any
             */
            public String cipher() {
                return cipher;
            }

            /**
             * The initialisation vector, which is the salt as well.
             *
             * @return a copy; that of a file has 8 to 32 bytes, which need not fit the cipher
             */
            public byte[] initializationVector() {
                return initializationVector.clone();
            }

            @Override
            public String toString() {
                return cipher + " of a traditional PEM file";
            }
        }

        /**
         * A password-based scheme with an object identifier: PBES1 (RFC 8018 §A.3), those of PKCS #12 (RFC 7292 §C), and PBES2
         * with a cipher that the library itself lacks (RFC 8018 §A.4).
         */
        final class Scheme implements Encryption {
            private final String identifier;
            private final byte[] algorithmIdentifier;

            /**
             * Makes the description.
             *
             * @param identifier the object identifier of the scheme, in dotted form
             * @param algorithmIdentifier the whole {@code AlgorithmIdentifier}, DER; copied
             */
            public Scheme(String identifier, byte[] algorithmIdentifier) {
                this.identifier = Objects.requireNonNull(identifier, "identifier");
                this.algorithmIdentifier = algorithmIdentifier.clone();
            }

            /**
             * The object identifier of the scheme.
             *
             * @return the identifier in dotted form
             */
            public String identifier() {
                return identifier;
            }

            /**
             * The whole {@code AlgorithmIdentifier} with salt and iteration count.
             *
             * @return the DER encoding; a copy
             */
            public byte[] algorithmIdentifier() {
                return algorithmIdentifier.clone();
            }

            @Override
            public String toString() {
                return "scheme " + identifier;
            }
        }
    }

    /**
     * The short name of this codec, for messages.
     *
     * @return a name in lower case
     */
    String name();

    /**
     * Says whether this codec knows an encryption, in both directions.
     *
     * @param encryption the encryption; its parameters may be anything
     * @return true if {@link #decrypt} and {@link #encrypt} can be asked
     */
    boolean supports(Encryption encryption);

    /**
     * Decrypts.
     *
     * @param encryption an encryption that this codec supports
     * @param ciphertext what to decrypt
     * @param password the password; may be empty
     * @return the plaintext, a new array
     * @throws GeneralSecurityException if the password is wrong or the ciphertext or the parameters are damaged
     */
    byte[] decrypt(Encryption encryption, byte[] ciphertext, char[] password) throws GeneralSecurityException;

    /**
     * Encrypts.
     *
     * @param encryption an encryption that this codec supports, with fresh random values in it
     * @param plaintext what to encrypt
     * @param password the password; may be empty
     * @return the ciphertext, a new array
     * @throws GeneralSecurityException if the parameters do not fit the cipher
     */
    byte[] encrypt(Encryption encryption, byte[] plaintext, char[] password) throws GeneralSecurityException;

    /**
     * Parses a private key of an algorithm or curve that the JDK does not know.
     *
     * @param pkcs8 {@code PrivateKeyInfo} (RFC 5208 §5), DER
     * @return the key, in a form that its own provider or any other can use; empty if this codec does not know it either
     * @throws GeneralSecurityException if the codec knows the algorithm and the key is malformed
     */
    Optional<PrivateKey> privateKey(byte[] pkcs8) throws GeneralSecurityException;

    /**
     * Parses a public key of an algorithm or curve that the JDK does not know.
     *
     * @param subjectPublicKeyInfo {@code SubjectPublicKeyInfo} (RFC 5280 §4.1.2.7), DER
     * @return the key; empty if this codec does not know it either
     * @throws GeneralSecurityException if the codec knows the algorithm and the key is malformed
     */
    Optional<PublicKey> publicKey(byte[] subjectPublicKeyInfo) throws GeneralSecurityException;
}
