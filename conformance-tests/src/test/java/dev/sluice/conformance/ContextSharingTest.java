package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SocketState;
import dev.sluice.SslBackends;
import dev.sluice.SslConfiguration;
import dev.sluice.SslDiagnostics;
import dev.sluice.SslMode;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.conformance.Peers.World;
import dev.sluice.conformance.harness.Wire;
import dev.sluice.spi.LibraryVersion;
import dev.sluice.testing.TestCertificates;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** W01 to W06, W22, W23, W25: contexts as users of sockets meet them. */
class ContextSharingTest {
    private static final int THREADS = 64;

    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "context-sharing");
        thread.setDaemon(true);
        return thread;
    });

    static List<World> worlds() {
        return World.all().toList();
    }

    @AfterEach
    void endThreads() throws InterruptedException {
        threads.shutdownNow();
        assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS), "a thread is stuck");
        Leaks.assertNone();
    }

    private void inAllThreads(Callable<Void> work) throws Exception {
        List<Future<Void>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            all.add(threads.submit(work));
        }
        for (Future<Void> one : all) {
            one.get(60, TimeUnit.SECONDS);
        }
    }

    private static SslConfiguration client(SteppedBackend backend) {
        return SslConfiguration.builder(backend)
                .addCaCertificate(TestCertificates.localhost().root())
                .build();
    }

    @Test
    void w01_askingForTheVersionCreatesNothing() throws Exception {
        String before = Leaks.live();
        inAllThreads(() -> {
            for (int i = 0; i < 200; i++) {
                assertFalse(SslBackends.runtimeVersion("jsse").text().isEmpty());
                assertFalse(SslBackends.buildVersion("jsse").text().isEmpty());
            }
            return null;
        });
        assertEquals(before, Leaks.live());
    }

    @Test
    void w02_w25_sixtyFourThreadsShareOneContext() throws Exception {
        SteppedBackend backend = new SteppedBackend(SslBackends.active())
                .beforeCreation(() -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50)));
        SslConfiguration configuration = client(backend);
        CyclicBarrier barrier = new CyclicBarrier(THREADS);
        inAllThreads(() -> {
            Wire wire = new Wire(true);
            try (SslSocket socket = SslSocket.open()) {
                socket.setSslConfiguration(configuration);
                barrier.await(30, TimeUnit.SECONDS);
                socket.attachEncrypted(wire.client(), SslMode.CLIENT);
                barrier.await(30, TimeUnit.SECONDS);
                assertEquals(1, SslDiagnostics.liveContexts(), "W02");
                assertEquals(THREADS, SslDiagnostics.liveEngines());
                barrier.await(30, TimeUnit.SECONDS);
                socket.abort();
            }
            return null;
        });
        assertEquals(1, backend.asked(), "W02: contexts created for one specification");
    }

    @Test
    void w03_w25_openingAndClosingFromManyThreadsNeitherLeaksNorDeadlocks() throws Exception {
        SteppedBackend backend = new SteppedBackend(SslBackends.active());
        SslConfiguration configuration = client(backend);
        inAllThreads(() -> {
            for (int i = 0; i < 20; i++) {
                Wire wire = new Wire(true);
                SslSocket socket = SslSocket.open();
                socket.setSslConfiguration(configuration);
                socket.attachEncrypted(wire.client(), SslMode.CLIENT);
                assertTrue(SslDiagnostics.liveContexts() >= 1);
                socket.abort();
            }
            return null;
        });
        assertTrue(backend.created() >= 1);
        assertEquals(0, SslDiagnostics.liveContexts(), "W03: created " + backend.created());
    }

    @Test
    void w02_aContextThatCannotBeCreatedFailsAllThatWaitForIt() throws Exception {
        SteppedBackend backend = new SteppedBackend(SslBackends.active())
                .beforeCreation(() -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20)))
                .refuse("no context today");
        SslConfiguration configuration = client(backend);
        inAllThreads(() -> {
            Wire wire = new Wire(true);
            try (SslSocket socket = SslSocket.open()) {
                socket.setSslConfiguration(configuration);
                socket.attachEncrypted(wire.client(), SslMode.CLIENT);
                assertEquals(SslSocketError.SSL_INVALID_USER_DATA, socket.error());
                assertTrue(socket.errorString().contains("no context today"), socket.errorString());
            }
            return null;
        });
        assertEquals(0, backend.created());
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w23_setUpFailuresComeOnceAndBeforeAnyByte(World world) {
        SteppedBackend backend = new SteppedBackend(SslBackends.active()).refuse("the library says no");
        try (Peers peers = world.peers()) {
            peers.configure();
            peers.client.setSslConfiguration(client(backend));
            peers.client.attachEncrypted(peers.wire.client(), SslMode.CLIENT);
            peers.until(() -> peers.clientTrace.countText("stateChanged(UNCONNECTED)") == 1, "the end");
            assertEquals(1, peers.clientTrace.countText("errorOccurred(SSL_INVALID_USER_DATA)"), peers::toString);
            assertEquals(0, peers.wire.toServer().written(), "W23: bytes went out");
            // On a loop the trace has the event before its thread comes to the transport.
            peers.until(() -> !peers.wire.client().isOpen(), "the end of the transport, which was taken");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w23_setUpFailuresComeBeforeTheConnectionIsTried(World world) throws Exception {
        SteppedBackend backend = new SteppedBackend(SslBackends.active()).refuse("the library says no");
        try (Peers peers = world.peers();
                var listening = Peers.listen()) {
            listening.configureBlocking(false);
            peers.configure();
            peers.client.setSslConfiguration(client(backend));
            peers.client.connectToHostEncrypted("127.0.0.1", listening.socket().getLocalPort());
            peers.until(() -> peers.clientTrace.has("errorOccurred"), "the error");
            assertEquals(SocketState.UNCONNECTED, peers.client.state());
            assertEquals(SslSocketError.SSL_INVALID_USER_DATA, peers.client.error());
            assertEquals(List.of("errorOccurred(SSL_INVALID_USER_DATA)"), peers.clientTrace.order());
            assertEquals(null, listening.accept(), "W23: a connection was opened");
        }
    }

    @Test
    void w23_aServerWithoutCertificateSaysSoWhenItListens() {
        SteppedBackend backend = new SteppedBackend(SslBackends.active()).refuse("the library says no");
        try (dev.sluice.SslServer server = dev.sluice.SslServer.open()) {
            assertThrows(dev.sluice.SslSocketException.class, () -> {
                server.setSslConfiguration(client(backend));
                server.listen(new java.net.InetSocketAddress("127.0.0.1", 0));
            });
            assertFalse(server.isListening());
        }
    }

    @Test
    void w22_aLibraryBelowTheSupportedRangeIsRefused() {
        SteppedBackend old = new SteppedBackend(SslBackends.active()).runtimeVersion(LibraryVersion.of("0.1", 0, 1, 0));
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> SslConfiguration.builder(old));
        assertTrue(String.valueOf(refused.getMessage()).contains("0.1"), refused.getMessage());
        SteppedBackend newer =
                new SteppedBackend(SslBackends.active()).runtimeVersion(LibraryVersion.of("99.0", 99, 0, 0));
        SslConfiguration.builder(newer).build();
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w05_nothingOfAConfigurationIsSpentByItsUse(World world) {
        SteppedBackend backend = new SteppedBackend(SslBackends.active());
        SslConfiguration configuration = SslConfiguration.builder(backend)
                .protocols(world.range())
                .addCaCertificate(TestCertificates.localhost().root())
                .build();
        for (int i = 0; i < 3; i++) {
            try (Peers peers = world.peers()) {
                peers.configure();
                peers.client.setSslConfiguration(configuration);
                peers.server.attachEncrypted(peers.wire.server(), SslMode.SERVER);
                peers.client.setPeerVerifyName("localhost");
                peers.client.attachEncrypted(peers.wire.client(), SslMode.CLIENT);
                peers.encrypted();
            }
            assertEquals(i + 1, backend.created(), "W05: a context outlived its last connection");
        }
    }
}
