package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.SslBackends;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import dev.sluice.conformance.saboteurs.Saboteur;
import dev.sluice.conformance.saboteurs.Saboteurs;
import dev.sluice.spi.TlsBackend;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every saboteur passes the happy path, is caught in words that tell what happened, and brings no other into disrepute. */
class SaboteursTest {
    static List<Saboteur> saboteurs() {
        return Saboteurs.all();
    }

    @ParameterizedTest
    @MethodSource("saboteurs")
    void passesTheHappyPathAndIsCaught(Saboteur saboteur) {
        TlsBackend backend = SslBackends.active();
        assumeTrue(
                saboteur.applies().test(backend.capabilities()), "the backend has nothing that this fault could be in");
        Subject subject = saboteur.make().apply(backend);
        for (Version version : Version.values()) {
            happyPath(subject, version);
        }
        List<Outcome> failures =
                Suite.run(subject, Profile.SABOTAGE, SuiteRun.DEFAULT_SEED, property -> true, outcome -> {}).stream()
                        .filter(outcome -> outcome.verdict() == Outcome.Verdict.FAILS)
                        .toList();
        assertTrue(
                failures.stream()
                        .anyMatch(outcome -> outcome.weaknesses().contains(saboteur.breaks())
                                && outcome.finding().orElse("").contains(saboteur.says())),
                () -> saboteur + ": no property of " + saboteur.breaks().id() + " failed saying \"" + saboteur.says()
                        + "\"; failed are:\n" + text(failures));
        Set<Weakness> blamed = failures.stream()
                .flatMap(outcome -> outcome.weaknesses().stream())
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Weakness.class)));
        blamed.remove(saboteur.breaks());
        blamed.removeAll(saboteur.alsoBlamed());
        assertTrue(
                blamed.isEmpty(),
                () -> saboteur + " brings others into disrepute: " + ids(blamed) + "\n" + text(failures));
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
                        + outcome.finding().orElse("").lines().findFirst().orElse(""))
                .collect(Collectors.joining("\n"));
    }
}
