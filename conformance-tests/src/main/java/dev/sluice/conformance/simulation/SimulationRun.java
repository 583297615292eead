package dev.sluice.conformance.simulation;

import dev.sluice.conformance.Subject;
import dev.sluice.conformance.harness.Chronicle;
import dev.sluice.conformance.harness.Verdict;
import dev.sluice.conformance.simulation.Coverage.Met;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * Many simulations of one subject, each from a seed of its own, on one thread or more.
 *
 * <p>Immutable, share freely.
 *
 * @param count how many were played
 * @param coverage what they have met
 * @param failure the first that failed; empty if none did
 */
public record SimulationRun(long count, Coverage coverage, Optional<Failure> failure) {
    /**
     * A simulation that failed.
     *
     * @param seed of the script
     * @param script the smallest that fails
     * @param finding what it finds
     * @param picture what happened
     */
    public record Failure(long seed, Script script, String finding, List<Chronicle.Entry> picture) {
        /**
         * A test that shows the failure again, ready to be pasted.
         *
         * @return Java source
         */
        public String asTest() {
            String lines =
                    String.join("\n            ", script.toString().strip().split("\n"));
            return """
                    @Test
                    void simulation%s() {
                        Simulation.play(subject(), Script.parse(\"""
                                %s
                                \"""));
                    }
                    """.formatted(Long.toUnsignedString(seed), lines);
        }

        @Override
        public String toString() {
            return "simulation of seed " + seed + " fails: " + finding + "\n" + asTest();
        }
    }

    /**
     * Plays simulations until one fails or all are done.
     *
     * @param subject what is judged
     * @param firstSeed the seed of the first; the others follow
     * @param count how many
     * @param threads on how many threads
     * @param progress hears how many are done, now and then, from any of the threads
     * @return what came of them; a failure is shrunk
     */
    public static SimulationRun play(Subject subject, long firstSeed, long count, int threads, LongConsumer progress) {
        Verdict.Held before = Verdict.held();
        AtomicLong next = new AtomicLong();
        AtomicLong done = new AtomicLong();
        AtomicBoolean stopped = new AtomicBoolean();
        Queue<Failure> failures = new ConcurrentLinkedQueue<>();
        Coverage[] coverages = new Coverage[threads];
        List<Thread> workers = IntStream.range(0, threads)
                .mapToObj(number -> {
                    Coverage own = new Coverage();
                    coverages[number] = own;
                    return new Thread(
                            () -> {
                                for (long at = next.getAndIncrement();
                                        at < count && !stopped.get();
                                        at = next.getAndIncrement()) {
                                    Optional<Failure> found = playOne(subject, firstSeed + at, threads == 1, own);
                                    if (found.isPresent()) {
                                        stopped.set(true);
                                        failures.add(found.get());
                                    }
                                    progress.accept(done.incrementAndGet());
                                }
                            },
                            "simulation-" + number);
                })
                .toList();
        workers.forEach(Thread::start);
        workers.forEach(SimulationRun::join);
        Coverage coverage = new Coverage();
        Arrays.stream(coverages).forEach(coverage::add);
        Optional<Failure> first =
                failures.stream().min(Comparator.comparingLong(Failure::seed)).map(found -> shrunk(subject, found));
        Verdict.check(
                first.isPresent() || Verdict.held().equals(before),
                () -> "after all simulations the library holds " + Verdict.held() + ", before it was " + before);
        return new SimulationRun(done.get(), coverage, first);
    }

    private static Optional<Failure> playOne(Subject subject, long seed, boolean alone, Coverage coverage) {
        Script script = ScriptMaker.make(seed);
        return playScript(subject, seed, script, alone, coverage);
    }

    private static Failure shrunk(Subject subject, Failure failure) {
        Coverage ignored = new Coverage();
        Script smallest = Shrinker.shrink(
                failure.script(),
                script -> playScript(subject, failure.seed(), script, true, ignored)
                        .isPresent());
        return playScript(subject, failure.seed(), smallest, true, ignored).orElse(failure);
    }

    private static Optional<Failure> playScript(
            Subject subject, long seed, Script script, boolean alone, Coverage coverage) {
        try {
            coverage.add(Simulation.play(subject, script, alone));
            return Optional.empty();
        } catch (AssertionError e) {
            return Optional.of(new Failure(seed, script, String.valueOf(e.getMessage()), Chronicle.latest()));
        } catch (RuntimeException e) {
            // The library may not let anything else out: that, too, is a finding.
            return Optional.of(new Failure(seed, script, "the library threw " + e, Chronicle.latest()));
        }
    }

    private static void join(Thread worker) {
        try {
            worker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while simulations were played", e);
        }
    }

    /**
     * What was met less often than so many simulations have to meet it.
     *
     * @return sentences; empty if all is met
     */
    public List<String> gaps() {
        return Arrays.stream(Met.values())
                .filter(met -> coverage.count(met) < met.atLeast((int) Math.min(count, Integer.MAX_VALUE)))
                .map(met -> met + " was met " + coverage.count(met) + " times, expected at least "
                        + met.atLeast((int) Math.min(count, Integer.MAX_VALUE)))
                .toList();
    }
}
