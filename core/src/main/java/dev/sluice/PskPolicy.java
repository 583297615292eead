package dev.sluice;

import java.util.Optional;

/**
 * Which pre-shared keys are good enough.
 *
 * <p>A pre-shared key is as strong as it is random: who records one handshake with a guessable key tries guesses at leisure
 * (RFC 4279 §7.2, RFC 9257 §4). The default refuses keys of fewer than 128 bits, and longer ones that are obviously not
 * random: repeated or sequential bytes and printable pass-phrases. A random key of 16 bytes or more is refused with a
 * probability below 2<sup>-40</sup>. To use a pass-phrase, derive a key from it with a password hash.
 *
 * <p>Immutable, share freely.
 *
 * @param minimumBits the shortest key, in bits, 8 or more; below 128 only together with {@code dangerouslyAllowLowEntropy}
 * @param maximumBytes the longest key, in bytes; at least {@code minimumBits}
 * @param dangerouslyAllowLowEntropy true to accept keys that are obviously not random
 */
public record PskPolicy(int minimumBits, int maximumBytes, boolean dangerouslyAllowLowEntropy) {
    private static final int STRONG_BITS = 128;

    /** At least 128 bits, at most 256 bytes, nothing that is obviously not random. */
    public static final PskPolicy DEFAULT = new PskPolicy(STRONG_BITS, 256, false);

    /**
     * Makes a policy.
     *
     * @param minimumBits the shortest key, in bits
     * @param maximumBytes the longest key, in bytes
     * @param dangerouslyAllowLowEntropy true to accept keys that are obviously not random
     * @throws IllegalArgumentException if a limit is out of range
     */
    public PskPolicy {
        int floor = dangerouslyAllowLowEntropy ? Byte.SIZE : STRONG_BITS;
        if (minimumBits < floor) {
            throw new IllegalArgumentException("minimum of the pre-shared key is " + minimumBits + " bits, expected "
                    + floor + " or more" + (dangerouslyAllowLowEntropy ? "" : " unless low entropy is allowed"));
        }
        if (maximumBytes * (long) Byte.SIZE < minimumBits) {
            throw new IllegalArgumentException("maximum of the pre-shared key is " + maximumBytes
                    + " bytes, expected no less than the minimum of " + minimumBits + " bits");
        }
    }

    /**
     * Judges a key.
     *
     * @param key the key, borrowed and not kept
     * @return why it is refused, without telling any of its bytes; empty if it is good
     */
    public Optional<String> refusal(byte[] key) {
        if (key.length == 0) {
            return Optional.of("pre-shared key is missing");
        }
        if (key.length * (long) Byte.SIZE < minimumBits) {
            return Optional.of("pre-shared key has " + key.length * (long) Byte.SIZE + " bits, expected " + minimumBits
                    + " or more");
        }
        if (key.length > maximumBytes) {
            return Optional.of("pre-shared key has " + key.length + " bytes, expected " + maximumBytes + " or fewer");
        }
        return dangerouslyAllowLowEntropy ? Optional.empty() : PskEntropy.weakness(key);
    }
}
