package dev.sluice.x509;

/** Which half of a pair a key is. */
public enum KeyType {
    /** The half that is kept secret. */
    PRIVATE,
    /** The half that everybody may see. */
    PUBLIC
}
