package dev.sluice.conformance;

import dev.sluice.conformance.harness.Chronicle;
import dev.sluice.conformance.harness.Verdict;
import dev.sluice.spi.TlsFeature;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.AroundTryHook;
import net.jqwik.api.lifecycle.PropagationMode;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;
import net.jqwik.api.lifecycle.TryExecutionResult;
import net.jqwik.api.lifecycle.TryExecutor;
import net.jqwik.api.lifecycle.TryLifecycleContext;
import org.opentest4j.TestAbortedException;

/**
 * Runs a property of the suite as the run's profile says, ends a try that does not end by itself, and notes the outcome.
 *
 * <p>A property that does not apply is aborted with the reason, so that no report counts it as passed. So is one that has come to
 * its end without having checked anything, because nothing that it asks about is there.
 */
final class SuiteHook implements AroundPropertyHook, AroundTryHook {
    private static final ThreadLocal<Boolean> INAPPLICABLE = ThreadLocal.withInitial(() -> false);

    /** What happened in the last try that failed: after shrinking, the one with the smallest parameters. */
    private static final ThreadLocal<List<Chronicle.Entry>> PICTURE = ThreadLocal.withInitial(List::of);

    @Override
    public PropagationMode propagateTo() {
        return PropagationMode.NO_DESCENDANTS;
    }

    @Override
    public PropertyExecutionResult aroundProperty(PropertyLifecycleContext context, PropertyExecutor property) {
        Proves proves = context.targetMethod().getAnnotation(Proves.class);
        SuiteRun run = SuiteRun.current();
        String name = context.targetMethod().getDeclaringClass().getSimpleName() + "."
                + context.targetMethod().getName();
        Optional<String> lacking = lacking((Contract) context.testInstance(), proves, run.profile());
        long seed = run.seedOf(name);
        context.attributes().setSeed(Long.toString(seed));
        // Without parameters one try is like another.
        boolean once = lacking.isPresent() || context.targetMethod().getParameterCount() == 0;
        context.attributes().setTries(once ? 1 : run.profile().tries(proves.tries()));
        if (run.profile() == Profile.SABOTAGE || run.profile() == Profile.GLANCE) {
            // Nobody reads the smallest sample of a fault that was put in; and shrinking that takes too long is left
            // behind by jqwik, still running, among the properties that follow.
            context.attributes().setShrinking(ShrinkingMode.OFF);
        }
        INAPPLICABLE.set(lacking.isPresent());
        long start = System.nanoTime();
        long checksBefore = Verdict.checks();
        PropertyExecutionResult result;
        try {
            result = property.execute();
        } finally {
            INAPPLICABLE.remove();
        }
        Duration time = Duration.ofNanos(System.nanoTime() - start);
        Optional<String> inapplicable = lacking.or(() -> emptiness(result, Verdict.checks() - checksBefore));
        run.note(outcome(name, proves, result, inapplicable, seed, time));
        PICTURE.remove();
        return inapplicable
                .map(reason -> result.mapToAborted(new TestAbortedException(reason)))
                .orElse(result);
    }

    private static Optional<String> emptiness(PropertyExecutionResult result, long checks) {
        return result.status() == PropertyExecutionResult.Status.SUCCESSFUL && checks == 0
                ? Optional.of("it came to no check: the backend has nothing of what it asks about")
                : Optional.empty();
    }

    private static Optional<String> lacking(Contract contract, Proves proves, Profile profile) {
        if (proves.fullProfileOnly() && profile != Profile.FULL) {
            return Optional.of("it is left to the full profile");
        }
        Set<TlsFeature> declared = contract.subject().backend().capabilities().features();
        String missing = Arrays.stream(proves.needs())
                .filter(feature -> !declared.contains(feature))
                .map(TlsFeature::name)
                .collect(Collectors.joining(", "));
        return missing.isEmpty() ? Optional.empty() : Optional.of("the backend does not declare " + missing);
    }

    private static Outcome outcome(
            String name,
            Proves proves,
            PropertyExecutionResult result,
            Optional<String> lacking,
            long seed,
            Duration time) {
        Outcome.Verdict verdict;
        if (lacking.isPresent()) {
            verdict = Outcome.Verdict.NOT_APPLICABLE;
        } else {
            verdict = switch (result.status()) {
                case SUCCESSFUL -> Outcome.Verdict.HOLDS;
                // No property of the suite sorts out so many tries that none is left.
                case FAILED, ABORTED -> Outcome.Verdict.FAILS;
            };
        }
        Optional<String> finding = lacking.or(() -> result.throwable().map(SuiteHook::text));
        List<String> sample = result.falsifiedParameters().orElse(List.of()).stream()
                .map(String::valueOf)
                .toList();
        int tries = lacking.isPresent() ? 0 : result.countTries();
        List<Chronicle.Entry> picture = verdict == Outcome.Verdict.FAILS ? PICTURE.get() : List.of();
        return new Outcome(name, List.of(proves.value()), verdict, tries, seed, time, finding, sample, picture);
    }

    private static String text(Throwable thrown) {
        String message = String.valueOf(thrown.getMessage());
        return thrown instanceof AssertionError ? message : thrown.getClass().getSimpleName() + ": " + message;
    }

    @Override
    public TryExecutionResult aroundTry(TryLifecycleContext context, TryExecutor aTry, List<Object> parameters) {
        if (INAPPLICABLE.get()) {
            return TryExecutionResult.satisfied();
        }
        Chronicle.forget();
        TryExecutionResult result = Watchdog.within(SuiteRun.TRY_LIMIT, () -> aTry.execute(parameters));
        if (result.isFalsified()) {
            PICTURE.set(Chronicle.latest());
        }
        return result;
    }
}
