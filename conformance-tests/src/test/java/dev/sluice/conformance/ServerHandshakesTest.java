package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.ProtocolRange;
import dev.sluice.SocketState;
import dev.sluice.SslConfiguration;
import dev.sluice.SslEventLoop;
import dev.sluice.SslServer;
import dev.sluice.SslServerListener;
import dev.sluice.SslSocket;
import dev.sluice.conformance.Peers.Driving;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handshakes of a server that end on other threads, or end early. */
class ServerHandshakesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static SslServer listening(SslServer server, SslConfiguration configuration) throws IOException {
        server.setSslConfiguration(configuration);
        server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return server;
    }

    private static SslSocket client() {
        SslSocket client = SslSocket.open();
        client.setSslConfiguration(Peers.clientConfiguration(ProtocolRange.TLS_1_3));
        return client;
    }

    /** The end of a task concerns no channel: nothing but the task itself can wake the thread that drives the server. */
    @Test
    void aCallerDrivenServerHearsOfTasksThatEndOnAnExecutor() throws Exception {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            isAccepted(
                    Peers.serverConfiguration(ProtocolRange.TLS_1_3).toBuilder()
                            .taskExecutor(executor)
                            .build(),
                    server -> {});
        } finally {
            executor.shutdown();
        }
        Leaks.assertNone();
    }

    /** With a handler the engine's tasks run on helper threads, because they may have to wait for it. */
    @Test
    void aCallerDrivenServerHearsOfTasksThatEndOnHelperThreads() throws Exception {
        isAccepted(
                Peers.serverConfiguration(ProtocolRange.TLS_1_3),
                server -> server.setErrorHandler((socket, errors) -> {}));
        Leaks.assertNone();
    }

    private static void isAccepted(SslConfiguration configuration, java.util.function.Consumer<SslServer> change)
            throws Exception {
        try (SslServer server = listening(SslServer.open(), configuration);
                SslSocket client = client()) {
            change.accept(server);
            Background<Boolean> connecting = Background.start(() -> {
                client.connectToHostEncrypted("localhost", server.port());
                return client.waitForEncrypted(PATIENCE);
            });
            assertTrue(server.waitForNewConnection(PATIENCE));
            assertTrue(connecting.get(), client::errorString);
            server.accept(PATIENCE).orElseThrow().abort();
        }
    }

    /** What a listener of a server does when a handshake begins. */
    enum Action {
        CLOSE_THE_SERVER((server, socket) -> server.close()),
        ABORT_THE_SOCKET((server, socket) -> socket.abort());

        private final BiConsumer<SslServer, SslSocket> action;

        Action(BiConsumer<SslServer, SslSocket> action) {
            this.action = action;
        }
    }

    @ParameterizedTest
    @EnumSource(Action.class)
    void w06_aHandshakeThatIsEndedAsItBeginsLeavesNoConnectionThatNobodyOwns(Action what) throws Exception {
        for (Driving driving : Driving.values()) {
            try (SslEventLoop loop = SslEventLoop.start("server");
                    SslServer server = driving == Driving.LOOP ? SslServer.open(loop) : SslServer.open();
                    SslSocket client = client()) {
                server.setListener(new SslServerListener() {
                    @Override
                    public void startedEncryptionHandshake(SslServer telling, SslSocket socket) {
                        what.action.accept(telling, socket);
                    }
                });
                listening(server, Peers.serverConfiguration(ProtocolRange.TLS_1_3));
                AtomicBoolean over = new AtomicBoolean(driving == Driving.LOOP);
                Background<Boolean> serving = Background.start(() -> serve(server, over));
                client.connectToHostEncrypted("localhost", server.port());
                client.waitForEncrypted(PATIENCE); // may be: the client of TLS 1.3 is done before the server
                assertTrue(
                        client.state() == SocketState.UNCONNECTED || client.waitForDisconnected(PATIENCE),
                        driving + ": nobody has closed the connection");
                over.set(true);
                assertFalse(serving.get());
                assertFalse(server.hasPendingConnections());
            }
            Leaks.assertNone();
        }
    }

    /** Moves a caller-driven server until the test is over. Whether there was a connection. */
    private static boolean serve(SslServer server, AtomicBoolean over) throws IOException {
        boolean came = false;
        while (!over.get()) {
            came |= server.waitForNewConnection(Duration.ZERO);
            LockSupport.parkNanos(100_000);
        }
        return came;
    }
}
