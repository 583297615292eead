package dev.sluice.spi;

import java.util.Objects;

/**
 * The version of a TLS library: what it calls itself, and a number that can be compared.
 *
 * <p>Immutable, share freely.
 *
 * @param text name and version for people, {@code SunJSSE 17.0.15} for example
 * @param number a number that grows with the version: major * 1 000 000 + minor * 1 000 + patch
 */
public record LibraryVersion(String text, long number) {
    /**
     * Makes a version.
     *
     * @param text name and version for people, {@code SunJSSE 17.0.15} for example
     * @param number a number that grows with the version: major * 1 000 000 + minor * 1 000 + patch
     * @throws IllegalArgumentException if the number is negative
     */
    public LibraryVersion {
        Objects.requireNonNull(text, "text");
        if (number < 0) {
            throw new IllegalArgumentException("library version number is " + number + ", expected 0 or more");
        }
    }

    /**
     * Makes a version from its parts.
     *
     * @param text name and version for people
     * @param major the first part
     * @param minor the second part, 0 to 999
     * @param patch the third part, 0 to 999
     * @return the version
     */
    public static LibraryVersion of(String text, int major, int minor, int patch) {
        return new LibraryVersion(text, major * 1_000_000L + minor * 1_000L + patch);
    }
}
