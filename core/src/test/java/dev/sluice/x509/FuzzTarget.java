package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A parser that is fed with bytes which Jazzer makes: it changes and combines the seeds, watches which branches of {@code
 * dev.sluice} are taken, and keeps what takes a new one. Whatever the bytes are, the parser has to end in a value or in
 * its one documented exception, with little work and memory, and the bytes have to stay as they are (W26).
 *
 * <p><b>Adding one.</b> Write a class {@code <What is fed>Fuzz} in the package of the parser that extends this one; the build
 * finds it by its name. {@link #seeds()} gives some valid inputs, small ones, made by the fixtures. {@link #check} feeds
 * the parser, catches nothing but the documented exception, and asserts whatever is true of <em>every</em> input that
 * was taken: what it gives is complete and consistent, and encoding it again gives the same bytes, for instance. It has to
 * depend on its argument alone, or a failure cannot be repeated. An input that has failed becomes one more seed, in base 64
 * ({@link #seed}), with a comment that tells what went wrong.
 *
 * <p><b>Running one.</b> Each {@code mvn verify} fuzzes each target with a fixed number of inputs; {@code mvn -pl core
 * -Psluice-fuzz test -Dsluice.fuzz.duration=10m -Dtest=SslCertificateDerFuzz} takes its time. What was worth keeping is
 * in {@code core/target/.cifuzz-corpus}, and the next run goes on from there. A failure tells its input, which is also
 * in a file {@code core/target/crash-...}. In an IDE, as in {@code mvn -Dtest=...} without that profile, only the seeds
 * are run.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // one target per class and JVM: Jazzer has no more
@Timeout(FuzzTarget.MAXIMUM_SECONDS)
abstract class FuzzTarget {
    /** What takes longer hangs. For each input: pom.xml switches JUnit's own timeout off where Jazzer has the time. */
    static final int MAXIMUM_SECONDS = 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final boolean FUZZING = "1".equals(System.getenv("JAZZER_FUZZ"));

    private long executions;
    private long taken;

    /** Valid inputs from which others are made; and inputs that once failed. */
    abstract Stream<byte[]> seeds() throws Exception;

    /**
     * Feeds the parser. Fails with an assertion, or with whatever the parser throws against its contract.
     *
     * @return whether the parser has taken the input
     */
    abstract boolean check(byte[] input);

    /**
     * How much processor time one input may take, in a JVM that has just been started and counts branches. The default
     * is enough for hundreds of signature checks and far too little for work that grows faster than the input.
     */
    Duration maximumWork() {
        return Duration.ofSeconds(1);
    }

    /** How many bytes one input may allocate in all, garbage included. */
    long maximumAllocation() {
        return 64L << 20;
    }

    /** An input that once failed. */
    static byte[] seed(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "")
    void w26_anyBytesEndInAValueOrInTheOneException(byte[] input) {
        executions++;
        try {
            // The first time classes are loaded and instrumented; so what was too much gets a second chance.
            if (cost(input).isTooMuch()) {
                Cost cost = cost(input);
                assertTrue(!cost.isTooMuch(), () -> input.length + " bytes take " + cost);
            }
        } catch (RuntimeException | Error e) {
            throw new AssertionError("fails for " + Base64.getEncoder().encodeToString(input), e);
        }
    }

    /** A fuzzer that does not fuzz, or sees nothing but refusals, is not a success. */
    @AfterAll
    void enoughWasTriedAndSomeOfItTaken() {
        if (FUZZING && System.getProperty("jazzer.max_duration") == null) {
            long wanted = Long.getLong("jazzer.max_executions");
            assertTrue(executions >= wanted, () -> "tried " + executions + " inputs, expected " + wanted);
        }
        assertTrue(taken > 0, () -> "none of " + executions + " inputs was taken, not even a seed");
    }

    private Cost cost(byte[] input) {
        byte[] fed = input.clone();
        long work = THREADS.getCurrentThreadCpuTime();
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        taken += check(fed) ? 1 : 0;
        Cost cost = new Cost(
                Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - work),
                THREADS.getCurrentThreadAllocatedBytes() - allocated);
        assertArrayEquals(input, fed, "the input was written to");
        return cost;
    }

    private final class Cost {
        private final Duration work;
        private final long allocated;

        private Cost(Duration work, long allocated) {
            this.work = work;
            this.allocated = allocated;
        }

        boolean isTooMuch() {
            return work.compareTo(maximumWork()) > 0 || allocated > maximumAllocation();
        }

        @Override
        public String toString() {
            return work.toMillis() + " ms of work and " + allocated + " bytes of memory";
        }
    }
}
