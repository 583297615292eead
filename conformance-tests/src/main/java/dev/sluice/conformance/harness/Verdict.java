package dev.sluice.conformance.harness;

import dev.sluice.SslDiagnostics;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** How a property says that something does not hold. It counts what was looked at: who looked at nothing has proved nothing. */
public final class Verdict {
    private static final AtomicLong CHECKS = new AtomicLong();

    private Verdict() {}

    /**
     * How often anybody has checked anything, on any thread of this process.
     *
     * @return a number that only grows
     */
    public static long checks() {
        return CHECKS.get();
    }

    /**
     * Fails unless something holds.
     *
     * @param holds whether it does
     * @param finding what a stranger should read if it does not: what happened, what was expected
     */
    public static void check(boolean holds, Supplier<String> finding) {
        CHECKS.incrementAndGet();
        if (!holds) {
            throw new AssertionError(finding.get());
        }
    }

    /**
     * Fails unless something holds.
     *
     * @param holds whether it does
     * @param finding what a stranger should read if it does not
     */
    public static void check(boolean holds, String finding) {
        CHECKS.incrementAndGet();
        if (!holds) {
            throw new AssertionError(finding);
        }
    }

    /**
     * Fails unless two values are equal.
     *
     * @param expected what was expected
     * @param got what there is
     * @param what of which this is the value
     */
    public static void equal(Object expected, Object got, String what) {
        CHECKS.incrementAndGet();
        if (!expected.equals(got)) {
            throw new AssertionError(what + ": expected " + expected + ", got " + got);
        }
    }

    /**
     * What the library holds in this process.
     *
     * @return all counts of {@link SslDiagnostics}
     */
    public static Held held() {
        return new Held(
                SslDiagnostics.liveContexts(),
                SslDiagnostics.liveEngines(),
                SslDiagnostics.liveBuffers(),
                SslDiagnostics.helperThreads());
    }

    /**
     * What the library holds.
     *
     * @param contexts live contexts
     * @param engines live engines
     * @param buffers live buffers
     * @param helperThreads live helper threads
     */
    public record Held(long contexts, long engines, long buffers, long helperThreads) {
        @Override
        public String toString() {
            return contexts + " contexts, " + engines + " engines, " + buffers + " buffers, " + helperThreads
                    + " helper threads";
        }
    }
}
