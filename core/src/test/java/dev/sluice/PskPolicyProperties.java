package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** W29: what is obviously not random is refused, and what is random is not. */
class PskPolicyProperties {

    /** The bound is 2^-40: among two million keys a single refusal would show a mistake in it. */
    @Example
    void w29_noRandomKeyIsRefused() {
        Random random = new Random(29);
        for (int i = 0; i < 2_000_000; i++) {
            byte[] key = new byte[16 + i % 17];
            random.nextBytes(key);
            assertEquals(Optional.empty(), PskPolicy.DEFAULT.refusal(key));
        }
    }

    /** Text is text from end to end. */
    @Property
    void w29_randomKeysWithOneByteThatIsNoTextAreNotTakenForText(
            @ForAll long seed, @ForAll @IntRange(min = 16, max = 64) int length) {
        byte[] key = new byte[length];
        new Random(seed).nextBytes(key);
        key[length / 2] = (byte) 0xff;

        assertEquals(Optional.empty(), PskPolicy.DEFAULT.refusal(key));
    }

    @Property
    void w29_aFewRandomBytesRepeatedAreRefused(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 10) int period,
            @ForAll @IntRange(min = 16, max = 64) int length) {
        byte[] block = new byte[period];
        new Random(seed).nextBytes(block);
        byte[] key = new byte[length];
        for (int i = 0; i < length; i++) {
            key[i] = block[i % period];
        }

        assertTrue(PskPolicy.DEFAULT.refusal(key).isPresent());
    }

    @Property
    void w29_arithmeticSequencesAreRefused(
            @ForAll byte start, @ForAll byte step, @ForAll @IntRange(min = 16, max = 64) int length) {
        byte[] key = new byte[length];
        for (int i = 0; i < length; i++) {
            key[i] = (byte) (start + i * step);
        }

        assertTrue(PskPolicy.DEFAULT.refusal(key).isPresent());
    }

    @Property
    void w29_lowerCaseTextIsRefused(@ForAll long seed, @ForAll @IntRange(min = 16, max = 64) int length) {
        Random random = new Random(seed);
        byte[] key = new byte[length];
        for (int i = 0; i < length; i++) {
            key[i] = (byte) ('a' + random.nextInt(26));
        }

        assertTrue(PskPolicy.DEFAULT.refusal(key).isPresent());
    }

    @Property
    void w29_printableKeysOf32BytesAreRefused(@ForAll long seed, @ForAll @IntRange(min = 32, max = 64) int length) {
        Random random = new Random(seed);
        byte[] key = new byte[length];
        for (int i = 0; i < length; i++) {
            key[i] = (byte) (' ' + random.nextInt(95));
        }

        assertTrue(PskPolicy.DEFAULT.refusal(key).isPresent());
    }

    @Property
    void theKeyIsNotChanged(@ForAll byte[] key) {
        byte[] before = key.clone();

        PskPolicy.DEFAULT.refusal(key);

        assertTrue(Arrays.equals(before, key));
    }
}
