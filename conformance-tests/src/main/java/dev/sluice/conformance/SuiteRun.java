package dev.sluice.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the properties that run now have in common: the profile, the seed, and who hears of their outcomes.
 *
 * <p>Properties that JUnit runs belong to the run of the process, whose profile and seed come from the system properties
 * {@value #PROFILE} and {@value #SEED}. Thread-safe.
 */
final class SuiteRun {
    /** System property: {@code quick} or {@code full}. */
    static final String PROFILE = "sluice.conformance.profile";

    /** System property: the seed. */
    static final String SEED = "sluice.conformance.seed";

    /** How long one try may take before it counts as stuck. */
    static final Duration TRY_LIMIT = Duration.ofSeconds(60);

    static final long DEFAULT_SEED = 1;

    private static volatile SuiteRun current = ofProcess();

    private final Profile profile;
    private final long seed;
    private final Optional<Subject> subject;
    private final Consumer<Outcome> listener;
    private final List<Outcome> outcomes = new ArrayList<>();

    SuiteRun(Profile profile, long seed, Optional<Subject> subject, Consumer<Outcome> listener) {
        this.profile = profile;
        this.seed = seed;
        this.subject = subject;
        this.listener = listener;
    }

    private static SuiteRun ofProcess() {
        String profile = System.getProperty(PROFILE, Profile.FULL.name());
        return new SuiteRun(
                Profile.valueOf(profile.toUpperCase(Locale.ROOT)),
                Long.getLong(SEED, DEFAULT_SEED),
                Optional.empty(),
                outcome -> {});
    }

    static SuiteRun current() {
        return current;
    }

    /** Makes this the run that properties belong to, while some work is done. */
    void during(Runnable work) {
        SuiteRun outer = current;
        current = this;
        try {
            work.run();
        } finally {
            current = outer;
        }
    }

    Profile profile() {
        return profile;
    }

    /** What is judged, where the suite itself started the run. */
    Subject subject() {
        return subject.orElseThrow(() -> new IllegalStateException("no run of the suite is under way"));
    }

    /** Each property has a seed of its own, so that it can be repeated without the others. */
    long seedOf(String property) {
        return seed * 1_000_003L + property.hashCode();
    }

    void note(Outcome outcome) {
        synchronized (this) {
            outcomes.add(outcome);
        }
        listener.accept(outcome);
    }

    synchronized List<Outcome> outcomes() {
        return List.copyOf(outcomes);
    }
}
