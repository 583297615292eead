package dev.sluice.conformance.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslBackends;
import dev.sluice.conformance.Subject;
import dev.sluice.conformance.saboteurs.Saboteur;
import dev.sluice.conformance.saboteurs.Saboteurs;
import dev.sluice.conformance.simulation.Step.Kind;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Scripts are what a seed says, can be printed and read again, and get smaller as long as they fail. */
class ScriptTest {
    @Property(tries = 200)
    void aScriptCanBeReadAgain(@ForAll long seed) {
        Script script = ScriptMaker.make(seed);
        assertEquals(script, Script.parse(script.toString()));
        assertEquals(script, ScriptMaker.make(seed));
    }

    @Test
    void whatIsNoScriptIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Script.parse(""));
        assertThrows(IllegalArgumentException.class, () -> Script.parse("tls_1_3 encrypted trusted 1"));
        assertThrows(IllegalArgumentException.class, () -> Step.parse("client jump 1"));
        assertThrows(IllegalArgumentException.class, () -> Step.parse("client write"));
    }

    @Test
    void whatDoesNotMatterIsLeftOut() {
        Script script = ScriptMaker.make(7);
        Script withFault = script.with(
                append(script.steps(), new Step(Kind.RST, Actor.CLIENT, 0), new Step(Kind.WRITE, Actor.SERVER, 900)));
        Script smallest = Shrinker.shrink(withFault, ScriptTest::resetsAndWritesTenBytes);
        assertEquals(
                List.of(new Step(Kind.RST, Actor.CLIENT, 0), new Step(Kind.WRITE, Actor.SERVER, 11)),
                smallest.steps().stream()
                        .map(step -> step.kind() == Kind.WRITE ? new Step(step.kind(), step.actor(), 11) : step)
                        .toList());
        assertTrue(resetsAndWritesTenBytes(smallest));
    }

    private static List<Step> append(List<Step> steps, Step... more) {
        return java.util.stream.Stream.concat(
                        steps.stream().filter(step -> step.kind() != Kind.RST), List.of(more).stream())
                .toList();
    }

    private static boolean resetsAndWritesTenBytes(Script script) {
        int reset = script.steps().indexOf(new Step(Kind.RST, Actor.CLIENT, 0));
        return reset >= 0
                && script.steps().stream()
                        .skip(reset)
                        .anyMatch(step ->
                                step.kind() == Kind.WRITE && step.actor() == Actor.SERVER && step.amount() > 10);
    }

    @Test
    void aFaultIsFoundAndBecomesATestToBePasted() {
        Saboteur saboteur = Saboteurs.all().stream()
                .filter(one -> one.name().equals("DropsTailBehindUnsentRecord"))
                .findFirst()
                .orElseThrow();
        Subject subject = saboteur.make().apply(SslBackends.active());
        SimulationRun run = SimulationRun.play(subject, 1, 400, 2, done -> {});
        SimulationRun.Failure failure = run.failure().orElseThrow();
        assertTrue(failure.script().steps().size() <= 8, failure::asTest);
        assertTrue(failure.asTest().contains("Simulation.play(subject(), Script.parse("), failure::asTest);
        assertFalse(failure.picture().isEmpty());
        assertThrows(AssertionError.class, () -> Simulation.play(subject, failure.script()));
        Simulation.play(new Subject(SslBackends.active()), failure.script());
    }

    @Test
    void aRunThatMeetsTooLittleSaysWhat() {
        SimulationRun run = new SimulationRun(20_000, new Coverage(), Optional.empty());
        assertEquals(Coverage.Met.values().length, run.gaps().size());
        assertTrue(run.gaps().get(0).contains("was met 0 times, expected at least 100"), run.gaps()::toString);
    }
}
