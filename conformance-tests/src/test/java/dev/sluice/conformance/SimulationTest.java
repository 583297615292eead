package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.SslBackends;
import dev.sluice.conformance.simulation.Script;
import dev.sluice.conformance.simulation.Simulation;
import dev.sluice.conformance.simulation.SimulationRun;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Thousands of simulated connections on our own backends. */
class SimulationTest {
    private static final long COUNT =
            Long.getLong("sluice.simulations", profile().simulations());

    private static Profile profile() {
        return Profile.valueOf(System.getProperty(SuiteRun.PROFILE, "full").toUpperCase(Locale.ROOT));
    }

    @Test
    @Timeout(600)
    void simulatedConnectionsHoldWhatIsPromised() {
        SimulationRun run = SimulationRun.play(
                new Subject(SslBackends.active()), Long.getLong("sluice.simulations.seed", 1), COUNT, 1, done -> {});
        assertEquals(Optional.empty(), run.failure());
        assertEquals(List.of(), run.gaps(), () -> run.coverage().toString());
    }

    private static void play(String script) {
        Simulation.play(new Subject(SslBackends.active()), Script.parse(script));
    }

    /** The peer has said good-bye and its network is gone: what it sent is complete, though ours no longer reaches it. */
    @Test
    void w35_anAnswerThatFindsNobodyAfterTheGoodByeIsNoTruncation() {
        play("""
                tls_1_2 encrypted trusted 65536 1048576
                server deliver-all 0
                server turn 0
                client deliver-all 0
                client turn 0
                client fin 0
                client disconnect 0
                """);
    }
}
