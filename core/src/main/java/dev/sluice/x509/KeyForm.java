package dev.sluice.x509;

/** In which of its encodings a key is written. Reading tells them apart by itself. */
public enum KeyForm {
    /**
     * The form that exists for all keys: PKCS #8 {@code PrivateKeyInfo} (RFC 5208 §5, RFC 5958) for private ones, {@code
     * SubjectPublicKeyInfo} (RFC 5280 §4.1.2.7) for public ones.
     */
    STANDARD,
    /**
     * The older form of some keys: PKCS #1 (RFC 8017 §A.1) for both halves of an RSA key, SEC 1 (RFC 5915) for private EC
     * keys, OpenSSL's list of numbers for private DSA keys. It does not exist for any other.
     */
    TRADITIONAL
}
