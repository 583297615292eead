package dev.sluice.conformance;

import dev.sluice.conformance.harness.Chronicle;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What became of one property in one run.
 *
 * <p>Immutable, share freely.
 *
 * @param property its contract and name, {@code TransmitContract.aWriteThatWouldBlockIsRetried}
 * @param weaknesses what it proves
 * @param verdict whether it holds
 * @param tries how often it was tried
 * @param seed from which the tries follow
 * @param time how long it took
 * @param finding what was found, or why it does not apply; empty if it holds
 * @param sample the smallest parameters found with which it fails; empty if it holds
 * @param picture what happened when it failed; empty if it holds
 */
public record Outcome(
        String property,
        List<Weakness> weaknesses,
        Verdict verdict,
        int tries,
        long seed,
        Duration time,
        Optional<String> finding,
        List<String> sample,
        List<Chronicle.Entry> picture) {
    /** What can become of a property. */
    public enum Verdict {
        /** It holds in every try. */
        HOLDS,
        /** It does not hold: the weakness is there. */
        FAILS,
        /** The backend has declared that it lacks what this is about. */
        NOT_APPLICABLE
    }

    /**
     * Makes an outcome; the lists are copied.
     *
     * @param property its contract and name
     * @param weaknesses what it proves
     * @param verdict whether it holds
     * @param tries how often it was tried
     * @param seed from which the tries follow
     * @param time how long it took
     * @param finding what was found, or why it does not apply
     * @param sample the smallest parameters found with which it fails
     * @param picture what happened when it failed
     */
    public Outcome {
        weaknesses = List.copyOf(weaknesses);
        sample = List.copyOf(sample);
        picture = List.copyOf(picture);
    }
}
