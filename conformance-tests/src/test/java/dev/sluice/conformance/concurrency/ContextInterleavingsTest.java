package dev.sluice.conformance.concurrency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SessionStore;
import dev.sluice.conformance.concurrency.explorer.Explorer;
import dev.sluice.conformance.concurrency.explorer.Fault;
import dev.sluice.conformance.concurrency.explorer.Scenario;
import dev.sluice.conformance.saboteurs.DoubleFreeContextSource;
import dev.sluice.conformance.saboteurs.ForgetfulContextSource;
import dev.sluice.conformance.saboteurs.HalfMadeContextSource;
import dev.sluice.conformance.saboteurs.LeakyContextSource;
import dev.sluice.conformance.saboteurs.RacyContextSource;
import dev.sluice.conformance.saboteurs.StaleContextSource;
import dev.sluice.connection.ContextCache;
import dev.sluice.connection.ContextLease;
import dev.sluice.connection.ContextSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** W02, W03, W04, W17, W25, W30: every interleaving of a few threads that share contexts. */
class ContextInterleavingsTest {
    static List<Class<? extends Scenario>> scenarios() {
        return List.of(
                ContextScenarios.TwoComeAndGo.class,
                ContextScenarios.ThreeComeAndGo.class,
                ContextScenarios.ThreeHoldTogether.class,
                ContextScenarios.OneReleasesTwice.class,
                ContextScenarios.TwoReleaseOneLease.class,
                ContextScenarios.OneLeavesAsOneComes.class,
                ContextScenarios.TwoSpecifications.class,
                ContextScenarios.RefusedAsDeclared.class,
                ContextScenarios.RefusedUnexpectedly.class,
                ContextScenarios.RefusedByAnError.class,
                ContextScenarios.RefusedOnce.class);
    }

    /** A source with a fault, where it shows, and what is said about it. */
    static Stream<Arguments> saboteurs() {
        return Stream.of(
                Arguments.of(
                        RacyContextSource.class, ContextScenarios.TwoComeAndGo.class, "W02: two contexts of one spec"),
                Arguments.of(
                        RacyContextSource.class,
                        ContextScenarios.ThreeHoldTogether.class,
                        "W02: three threads asked for one specification and created [context 1, context 2"),
                Arguments.of(
                        HalfMadeContextSource.class,
                        ContextScenarios.ThreeHoldTogether.class,
                        "W02: a context can be had that cannot be used: the context is not complete"),
                Arguments.of(LeakyContextSource.class, ContextScenarios.TwoComeAndGo.class, "was freed 0 times"),
                Arguments.of(
                        ForgetfulContextSource.class,
                        ContextScenarios.RefusedAsDeclared.class,
                        "W04: no context was created, yet of three threads learned 1"),
                Arguments.of(
                        DoubleFreeContextSource.class,
                        ContextScenarios.OneLeavesAsOneComes.class,
                        "W17: context 1 was freed and is used"),
                Arguments.of(
                        StaleContextSource.class,
                        ContextScenarios.TwoSpecifications.class,
                        "W30: the context of another specification"));
    }

    private static Explorer.Explored explore(
            Class<? extends Scenario> scenario, Class<? extends ContextSource> source, Fault fault) {
        return Explorer.of(fault, ContextCache.class, ContextLease.class, source, source.getSuperclass())
                .explore(scenario, source);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void w02_w03_w04_w17_w25_noInterleavingHarmsTheCache(Class<? extends Scenario> scenario) {
        Explorer.Explored explored = explore(scenario, ContextCache.class, Fault.NONE);
        assertTrue(explored.interleavings() > 1, explored::toString);
    }

    @ParameterizedTest
    @MethodSource("saboteurs")
    void everyFaultIsFoundAndNamed(
            Class<? extends ContextSource> faulty, Class<? extends Scenario> scenario, String said) {
        assertSays(said, () -> explore(scenario, faulty, Fault.NONE));
        Explorer.Explored alone = explore(ContextScenarios.OneAlone.class, faulty, Fault.NONE);
        assertEquals(1, alone.interleavings(), "one user alone meets no fault");
    }

    /** The cache is right because of its lock, and a lease is given back once because of its atomic flag. */
    @Test
    void withoutItsLockAndItsFlagTheCacheIsWrong() {
        assertSays(
                "W17: freed while it was leased",
                () -> explore(ContextScenarios.ThreeHoldTogether.class, ContextCache.class, Fault.LOCKS_ARE_OPEN));
        assertSays(
                "W17: a lease was given back 2 times",
                () -> explore(
                        ContextScenarios.TwoReleaseOneLease.class, ContextCache.class, Fault.COMPARE_AND_SET_IS_TORN));
    }

    private static Explorer storeExplorer(Fault fault) throws ClassNotFoundException {
        return Explorer.of(
                fault,
                SessionStore.class,
                Class.forName("dev.sluice.SessionLeases"),
                ContextCache.class,
                ContextLease.class);
    }

    @ParameterizedTest
    @MethodSource("storeScenarios")
    void w03_aSessionStoreGivesBackWhatItKeepsWhoeverClosesItMeanwhile(Class<? extends Scenario> scenario)
            throws ClassNotFoundException {
        Explorer.Explored explored = storeExplorer(Fault.NONE).explore(scenario, ContextCache.class);
        assertTrue(explored.interleavings() > 1, explored::toString);
    }

    static List<Class<? extends Scenario>> storeScenarios() {
        return List.of(ContextScenarios.StoreIsClosedMeanwhile.class, ContextScenarios.StoreKeeps.class);
    }

    @Test
    void w03_withoutItsMonitorsAStoreLeaks() {
        assertSays(
                "was freed 0 times",
                () -> storeExplorer(Fault.MONITORS_ARE_OPEN)
                        .explore(ContextScenarios.StoreIsClosedMeanwhile.class, ContextCache.class));
    }

    private static void assertSays(String expected, Executable wrong) {
        AssertionError said = assertThrows(AssertionError.class, wrong);
        String text = String.valueOf(said.getMessage());
        assertTrue(text.contains(expected) && text.contains("in this interleaving:\nthread 0: "), text);
    }
}
