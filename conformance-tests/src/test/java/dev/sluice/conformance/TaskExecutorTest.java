package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslSocketError;
import dev.sluice.conformance.Peers.World;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** W06: executors of the user that lose tasks, refuse them or run them when nobody needs them any more. */
class TaskExecutorTest {
    static List<World> worlds() {
        return World.all().toList();
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w06_aTaskThatTheExecutorDropsCostsTheHandshakeAndNothingElse(World world) {
        try (Peers peers = world.peers()
                .client(builder -> builder.taskExecutor(task -> {}).handshakeTimeout(Duration.ofMillis(150)))) {
            peers.start().ended();
            assertEquals(SslSocketError.SOCKET_TIMEOUT, peers.client.error(), peers::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void anExecutorThatThrowsIsDoneWithout(World world) {
        try (Peers peers = world.peers()
                .client(builder -> builder.taskExecutor(task -> {
                    throw new IllegalStateException("broken");
                }))) {
            peers.start().encrypted();
            assertTrue(peers.client.isEncrypted());
        }
    }

    /** What it has done counts, and once only. */
    @ParameterizedTest
    @MethodSource("worlds")
    void anExecutorThatRunsTheTaskAndThrowsAfterwardsHasRunIt(World world) throws Exception {
        try (Peers peers = world.peers()
                .client(builder -> builder.taskExecutor(task -> {
                    task.run();
                    throw new IllegalStateException("broken");
                }))) {
            peers.start().encrypted();
            peers.transfer(peers.client, peers.server, new byte[10]);
        }
    }

    /** The connection has ended and its engine is released: a task that comes now must not touch it. */
    @ParameterizedTest
    @MethodSource("worlds")
    void w06_aTaskThatIsRunAfterTheEndDoesNothing(World world) {
        Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        try (Peers peers = world.peers().client(builder -> builder.taskExecutor(tasks::add))) {
            peers.start();
            peers.until(() -> !tasks.isEmpty(), "a task");
            peers.client.abort();
            peers.server.abort();
            Leaks.assertNone();
            tasks.forEach(Runnable::run);
            assertFalse(peers.clientTrace.has("errorOccurred"), peers::toString);
            assertFalse(peers.clientTrace.has("encrypted"), peers::toString);
        }
    }
}
