package dev.sluice.x509;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A string of octets as a value: what was read from a certificate and is compared byte by byte.
 *
 * <p>Immutable, share freely.
 */
final class Octets {
    private final byte[] bytes;

    private Octets(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Takes the bytes over: nobody else may change them from now on. */
    static Octets of(byte[] bytes) {
        return new Octets(bytes);
    }

    int length() {
        return bytes.length;
    }

    boolean isEmpty() {
        return bytes.length == 0;
    }

    /** The bytes themselves, not a copy: for reading only, and only within this package. */
    byte[] shared() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Octets octets && Arrays.equals(bytes, octets.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.ofDelimiter(":").withUpperCase().formatHex(bytes);
    }
}
