package dev.sluice.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the properties of the suite on a subject, from anywhere: a command line, a test of the suite itself.
 *
 * <p>One run at a time in a process: the properties look at how much the library holds.
 */
public final class Suite {
    private Suite() {}

    /** Where the engine finds the properties: judges the subject of the run. */
    static final class OfRun implements ConformanceContracts {
        @Override
        public Subject subject() {
            return SuiteRun.current().subject();
        }
    }

    /**
     * All properties of the suite.
     *
     * @return the methods, in the order of their names
     */
    public static List<Method> properties() {
        return Arrays.stream(ConformanceContracts.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Proves.class))
                .sorted(Comparator.comparing(Suite::nameOf))
                .toList();
    }

    /**
     * The name of a property.
     *
     * @param property one of {@link #properties()}
     * @return its contract and name
     */
    public static String nameOf(Method property) {
        return property.getDeclaringClass().getSimpleName() + "." + property.getName();
    }

    /**
     * Runs properties.
     *
     * @param subject what is judged
     * @param profile how thoroughly
     * @param seed from which all tries follow
     * @param which the properties to run
     * @param listener hears of each outcome at once
     * @return the outcomes, in the order in which they came
     * @throws IllegalStateException if the engine broke; nothing can be said of the subject then
     */
    public static List<Outcome> run(
            Subject subject, Profile profile, long seed, Predicate<Method> which, Consumer<Outcome> listener) {
        Path database = newDatabase();
        List<String> chosen =
                properties().stream().filter(which).map(Method::getName).toList();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(OfRun.class))
                .filters(EngineFilter.includeEngines("jqwik"), (PostDiscoveryFilter) test -> filter(test, chosen))
                .configurationParameter("jqwik.database", database.toString())
                .configurationParameter("jqwik.reporting.onlyfailures", "true")
                .configurationParameter("jqwik.reporting.usejunitplatform", "true")
                .build();
        LauncherConfig config = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .enableLauncherSessionListenerAutoRegistration(false)
                .build();
        Breakdowns breakdowns = new Breakdowns();
        SuiteRun run = new SuiteRun(profile, seed, Optional.of(subject), listener);
        try {
            run.during(() -> LauncherFactory.create(config).execute(request, breakdowns));
        } finally {
            database.toFile().delete(); // in the directory for such things: one that stays does no harm
        }
        List<Outcome> outcomes = run.outcomes();
        if (outcomes.size() != chosen.size()) {
            throw new IllegalStateException("the engine ran " + outcomes.size() + " of " + chosen.size()
                    + " properties; it reported " + breakdowns.seen);
        }
        return outcomes;
    }

    /** What jqwik remembers from run to run is of no use here, but without a file for it, it complains each time. */
    private static Path newDatabase() {
        try {
            Path file = Files.createTempFile("sluice-conformance", ".jqwik");
            Files.delete(file); // only its name is needed
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary file can be made", e);
        }
    }

    private static FilterResult filter(TestDescriptor test, List<String> chosen) {
        boolean wanted = test.getSource()
                .filter(MethodSource.class::isInstance)
                .map(source -> chosen.contains(((MethodSource) source).getMethodName()))
                .orElse(true);
        return FilterResult.includedIf(wanted);
    }

    /** What goes wrong beside the properties: a property that fails is an outcome, not a breakdown. */
    private static final class Breakdowns implements TestExecutionListener {
        private final List<String> seen = new ArrayList<>();

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            result.getThrowable().ifPresent(thrown -> seen.add(test.getDisplayName() + ": " + thrown));
        }
    }
}
