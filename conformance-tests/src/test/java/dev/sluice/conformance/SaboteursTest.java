package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslBackends;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import dev.sluice.conformance.saboteurs.Saboteur;
import dev.sluice.conformance.saboteurs.SaboteurTrial;
import dev.sluice.conformance.saboteurs.Saboteurs;
import dev.sluice.spi.TlsBackend;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every saboteur passes the happy path, is caught in words that tell what happened, and brings no other into disrepute. */
class SaboteursTest {
    /** A fault in what a backend does not have cannot be there. */
    static List<Saboteur> saboteurs() {
        return of(SslBackends.active());
    }

    /** The faults are the same on both: each is looked at once, with the backend whose handshakes are quicker if it has it. */
    static List<Saboteur> saboteursOfThisBackendFirst() {
        boolean quicker = SslBackends.active().name().equals("bc");
        Set<String> elsewhere = quicker ? Set.of() : names(of(SslBackends.byName("bc")));
        return saboteurs().stream()
                .filter(saboteur -> !elsewhere.contains(saboteur.name()))
                .toList();
    }

    private static List<Saboteur> of(TlsBackend backend) {
        return Saboteurs.all().stream()
                .filter(saboteur -> saboteur.applies().test(backend.capabilities()))
                .toList();
    }

    private static Set<String> names(List<Saboteur> saboteurs) {
        return saboteurs.stream().map(Saboteur::name).collect(Collectors.toCollection(TreeSet::new));
    }

    @ParameterizedTest
    @MethodSource("saboteurs")
    void passesTheHappyPathAndIsCaught(Saboteur saboteur) {
        TlsBackend backend = SslBackends.active();
        for (Version version : Version.values()) {
            happyPath(saboteur.make().apply(backend), version);
        }
        SaboteurTrial trial = SaboteurTrial.of(saboteur, backend, SuiteRun.DEFAULT_SEED);
        assertEquals(
                SaboteurTrial.Result.CAUGHT,
                trial.result(),
                () -> "no property of " + saboteur.breaks().id() + " failed saying \"" + saboteur.says() + "\"");
    }

    /** The properties of the others look once. */
    @ParameterizedTest
    @MethodSource("saboteursOfThisBackendFirst")
    @Tag("slow")
    void bringsNoOtherIntoDisrepute(Saboteur saboteur) {
        TlsBackend backend = SslBackends.active();
        List<Outcome> failures = Suite.run(
                        saboteur.make().apply(backend),
                        Profile.GLANCE,
                        SuiteRun.DEFAULT_SEED,
                        property -> !List.of(
                                        property.getAnnotation(Proves.class).value())
                                .contains(saboteur.breaks()),
                        outcome -> {})
                .stream()
                .filter(outcome -> outcome.verdict() == Outcome.Verdict.FAILS)
                .toList();
        Set<Weakness> blamed = failures.stream()
                .flatMap(outcome -> outcome.weaknesses().stream())
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Weakness.class)));
        blamed.removeAll(saboteur.alsoBlamed());
        assertTrue(blamed.isEmpty(), () -> saboteur + " also shows " + ids(blamed) + "\n" + text(failures));
    }

    /** W15 is about this library's own code: there the mutants are the saboteurs. */
    @Test
    void everyWeaknessHasAPropertyAndASaboteur() {
        Set<Weakness> proven = Suite.properties().stream()
                .flatMap(property ->
                        Stream.of(property.getAnnotation(Proves.class).value()))
                .collect(Collectors.toCollection(() -> EnumSet.of(Weakness.W15)));
        Set<Weakness> broken = Saboteurs.all().stream()
                .map(Saboteur::breaks)
                .collect(Collectors.toCollection(() -> EnumSet.of(Weakness.W15)));
        assertEquals(EnumSet.allOf(Weakness.class), proven, "weaknesses with a property");
        assertEquals(EnumSet.allOf(Weakness.class), broken, "weaknesses with a saboteur");
    }

    @Test
    void everySaboteurIsOnOneOfOurBackends() {
        Set<String> somewhere = new TreeSet<>(names(of(SslBackends.byName("jsse"))));
        somewhere.addAll(names(of(SslBackends.byName("bc"))));
        assertEquals(names(Saboteurs.all()), somewhere);
    }

    @Test
    void noTwoSaboteursHaveOneName() {
        List<String> names = Saboteurs.all().stream().map(Saboteur::name).toList();
        assertEquals(names.size(), Set.copyOf(names).size(), names::toString);
    }

    /** A connection as it should be: a handshake, bytes both ways, a clean end. */
    private static void happyPath(Subject subject, Version version) {
        try (World world = World.of(subject, version.range())) {
            world.start().encrypted();
            world.transfer(world.client(), world.server(), 1000);
            world.transfer(world.server(), world.client(), 1000);
            world.client().socket().disconnectFromHost();
            world.ended();
        }
    }

    private static String ids(Set<Weakness> weaknesses) {
        return weaknesses.stream().map(Weakness::id).collect(Collectors.joining(", "));
    }

    private static String text(List<Outcome> failures) {
        return failures.stream()
                .map(outcome -> outcome.property() + " "
                        + Arrays.toString(
                                outcome.weaknesses().stream().map(Weakness::id).toArray())
                        + " "
                        + outcome.sample() + ": "
                        + outcome.finding().orElse(""))
                .collect(Collectors.joining("\n"));
    }
}
