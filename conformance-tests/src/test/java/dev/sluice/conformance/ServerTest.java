package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SslConfiguration;
import dev.sluice.SslDiagnostics;
import dev.sluice.SslError;
import dev.sluice.SslEventLoop;
import dev.sluice.SslServer;
import dev.sluice.SslServerListener;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketException;
import dev.sluice.SslTransport;
import dev.sluice.TlsAlert;
import dev.sluice.conformance.Peers.Driving;
import dev.sluice.conformance.Peers.World;
import dev.sluice.testing.TestCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The server: accepting, limits, names, certificates that change, and peers that behave badly. */
class ServerTest {
    private static final byte[] PING = "ping".getBytes(StandardCharsets.US_ASCII);

    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "client");
        thread.setDaemon(true);
        return thread;
    });

    static List<World> worlds() {
        return World.all().toList();
    }

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        threads.shutdownNow();
        assertTrue(threads.awaitTermination(20, TimeUnit.SECONDS), "a client is stuck");
        Leaks.assertNone();
    }

    /** What the server's listener has heard. */
    private static final class Heard implements SslServerListener {
        private final List<String> events = new CopyOnWriteArrayList<>();

        boolean has(String event) {
            return events.stream().anyMatch(heard -> heard.startsWith(event));
        }

        long count(String event) {
            return events.stream().filter(heard -> heard.startsWith(event)).count();
        }

        @Override
        public void newConnection(SslServer server) {
            events.add("newConnection");
        }

        @Override
        public void startedEncryptionHandshake(SslServer server, SslSocket socket) {
            events.add("startedEncryptionHandshake");
        }

        @Override
        public void pendingConnectionAvailable(SslServer server) {
            events.add("pendingConnectionAvailable");
        }

        @Override
        public void errorOccurred(SslServer server, SslSocket socket, SslSocketError error) {
            events.add("errorOccurred(" + error + ")");
        }

        @Override
        public void peerVerifyError(SslServer server, SslSocket socket, SslError error) {
            events.add("peerVerifyError(" + error.code() + ")");
        }

        @Override
        public void sslErrors(SslServer server, SslSocket socket, List<SslError> errors) {
            events.add("sslErrors");
        }

        @Override
        public void alertSent(SslServer server, SslSocket socket, TlsAlert alert) {
            events.add("alertSent(" + alert.number() + ")");
        }

        @Override
        public void alertReceived(SslServer server, SslSocket socket, TlsAlert alert) {
            events.add("alertReceived(" + alert.number() + ")");
        }
    }

    /** A server with its loop, if it has one. */
    private static final class Running implements AutoCloseable {
        private final SslEventLoop loop;
        private final SslServer server;
        private final Heard heard = new Heard();

        Running(Driving driving) throws IOException {
            loop = driving == Driving.LOOP ? SslEventLoop.start("server") : null;
            server = loop == null ? SslServer.open() : SslServer.open(loop);
            server.setListener(heard);
        }

        Running listen(SslConfiguration configuration) throws IOException {
            server.setSslConfiguration(configuration);
            server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            return this;
        }

        /** Drives a caller-driven server while waiting. */
        void until(BooleanSupplier condition, String what) {
            boolean held = Leaks.eventually(() -> {
                if (loop == null) {
                    try {
                        server.waitForNewConnection(Duration.ZERO);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
                return condition.getAsBoolean();
            });
            assertTrue(held, () -> "waited in vain for " + what + ": " + heard.events + " " + Leaks.live());
        }

        /** Comes back when all that had arrived was looked at. */
        void settle() throws Exception {
            if (loop == null) {
                server.waitForNewConnection(Duration.ZERO);
                return;
            }
            // The first may run in the turn that is under way, the second runs in one that began after this call.
            for (int turn = 0; turn < 2; turn++) {
                CountDownLatch ran = new CountDownLatch(1);
                loop.execute(ran::countDown);
                assertTrue(ran.await(20, TimeUnit.SECONDS), "the loop stands still");
            }
        }

        @Override
        public void close() {
            server.close();
            if (loop != null) {
                loop.close();
            }
        }
    }

    private static SslConfiguration server(World world) {
        return Peers.serverConfiguration(world.range());
    }

    private static SslConfiguration client(World world) {
        return Peers.clientConfiguration(world.range());
    }

    /** A client on a thread of its own that sends a ping, wants it back, and closes. */
    private Future<String> pinging(SslConfiguration configuration, int port) {
        return threads.submit(() -> {
            try (SslSocket socket = SslSocket.open()) {
                socket.setSslConfiguration(configuration);
                socket.connectToHostEncrypted("localhost", port);
                if (!socket.waitForEncrypted(Peers.seconds(20))) {
                    return socket.error().toString();
                }
                socket.outputStream().write(PING);
                return new String(socket.inputStream().readNBytes(PING.length), StandardCharsets.US_ASCII)
                        + socket.peerCertificate()
                                .map(shown -> " " + shown.subjectDisplayName())
                                .orElse("");
            }
        });
    }

    /** What came back, or why nothing did: before the client was encrypted or after. */
    private static String outcomeOf(Future<String> client) throws Exception {
        try {
            return client.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            return assertInstanceOf(SslSocketException.class, e.getCause())
                    .error()
                    .toString();
        }
    }

    private static void echoOnce(SslSocket socket) throws IOException {
        byte[] got = socket.inputStream().readNBytes(PING.length);
        socket.outputStream().write(got);
        assertEquals(-1, socket.inputStream().read());
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void happy(World world) throws Exception {
        try (Running running = new Running(world.driving()).listen(server(world))) {
            assertTrue(running.server.isListening());
            assertTrue(running.server.port() > 0);
            assertThrows(IllegalStateException.class, () -> running.server.listen(new InetSocketAddress(0)));
            Future<String> client = pinging(client(world), running.server.port());
            try (SslSocket socket = running.server.accept(Peers.seconds(20)).orElseThrow()) {
                assertTrue(socket.isEncrypted());
                echoOnce(socket);
            }
            assertEquals("ping localhost", client.get(20, TimeUnit.SECONDS));
            assertEquals(
                    List.of("newConnection", "startedEncryptionHandshake", "pendingConnectionAvailable"),
                    running.heard.events.subList(0, 3));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void nobodyComes(World world) throws Exception {
        try (Running running = new Running(world.driving()).listen(server(world))) {
            assertFalse(running.server.waitForNewConnection(Duration.ofMillis(50)));
            assertTrue(running.server.nextPendingConnection().isEmpty());
            assertTrue(running.server.accept(Duration.ofMillis(1)).isEmpty());
            running.server.close();
            running.server.close();
            assertFalse(running.server.isListening());
            assertEquals(0, running.server.port());
            assertFalse(running.server.waitForNewConnection(Duration.ofMillis(50)));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void closingEndsAWait(World world) throws Exception {
        try (Running running = new Running(world.driving()).listen(server(world))) {
            Future<Boolean> waiting = threads.submit(() -> running.server.waitForNewConnection(Peers.seconds(20)));
            assertFalse(waiting.isDone());
            running.server.close();
            assertFalse(waiting.get(10, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void aPeerWhoseFirstByteIsNotTlsIsClosed(World world) throws Exception {
        try (Running running = new Running(world.driving()).listen(server(world));
                SocketChannel raw =
                        SocketChannel.open(running.server.localAddress().orElseThrow())) {
            raw.write(ByteBuffer.wrap("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            running.until(() -> running.heard.has("errorOccurred"), "the error");
            assertEquals(1, running.heard.count("errorOccurred(SSL_HANDSHAKE_FAILED)"), running.heard.events::toString);
            raw.shutdownOutput();
            running.until(() -> SslDiagnostics.liveEngines() == 0, "the end of the bad peer");
            assertFalse(running.heard.has("startedEncryptionHandshake"), running.heard.events::toString);
            // The next one is served.
            Future<String> client = pinging(client(world), running.server.port());
            try (SslSocket socket = running.server.accept(Peers.seconds(20)).orElseThrow()) {
                echoOnce(socket);
            }
            assertEquals("ping localhost", client.get(20, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w06_aSilentPeerRunsIntoTheHandshakeTimeout(World world) throws Exception {
        try (Running running = new Running(world.driving())) {
            running.server.setHandshakeTimeout(Duration.ofMillis(100));
            assertEquals(Duration.ofMillis(100), running.server.handshakeTimeout());
            running.listen(server(world).toBuilder()
                    .alertFlushTimeout(Duration.ofMillis(50))
                    .build());
            try (SocketChannel raw =
                    SocketChannel.open(running.server.localAddress().orElseThrow())) {
                running.until(() -> running.heard.has("errorOccurred(SOCKET_TIMEOUT)"), "the timeout");
                running.until(() -> SslDiagnostics.liveEngines() == 0, "the end of the silent peer");
                assertFalse(running.heard.has("startedEncryptionHandshake"), running.heard.events::toString);
                assertTrue(raw.isOpen());
            }
            assertThrows(IllegalArgumentException.class, () -> running.server.setHandshakeTimeout(Duration.ZERO));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void handshakesUnderWayAreLimited(World world) throws Exception {
        try (Running running = new Running(world.driving())) {
            running.server.setMaxConcurrentHandshakes(2);
            running.listen(server(world));
            List<SocketChannel> silent = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                silent.add(SocketChannel.open(running.server.localAddress().orElseThrow()));
            }
            running.until(() -> running.heard.count("newConnection") == 2, "two connections");
            running.settle();
            assertFalse(running.server.hasPendingConnections());
            assertEquals(2, running.heard.count("newConnection"), "more handshakes than allowed");
            assertTrue(SslDiagnostics.liveEngines() <= 2);
            silent.get(0).close();
            running.until(() -> running.heard.count("newConnection") == 3, "the third, after the first had gone");
            for (SocketChannel channel : silent) {
                channel.close();
            }
            running.until(() -> running.heard.count("errorOccurred") == 4, "the end of all");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void pendingConnectionsAreLimitedAndTakenInOrder(World world) throws Exception {
        try (Running running = new Running(world.driving())) {
            running.server.setMaxPendingConnections(1);
            assertEquals(1, running.server.maxPendingConnections());
            running.listen(server(world));
            Future<String> first = pinging(client(world), running.server.port());
            running.until(running.server::hasPendingConnections, "the first");
            try (SocketChannel raw =
                    SocketChannel.open(running.server.localAddress().orElseThrow())) {
                assertTrue(raw.isConnected());
                running.settle();
                assertEquals(1, running.heard.count("newConnection"), "accepted beyond the limit");
            }
            Future<String> second = pinging(client(world), running.server.port());
            try (SslSocket socket = running.server.nextPendingConnection().orElseThrow()) {
                echoOnce(socket); // by now the second may wait: its place is free
            }
            assertEquals("ping localhost", first.get(20, TimeUnit.SECONDS));
            try (SslSocket socket = running.server.accept(Peers.seconds(20)).orElseThrow()) {
                echoOnce(socket);
            }
            assertEquals("ping localhost", second.get(20, TimeUnit.SECONDS));
            assertThrows(IllegalArgumentException.class, () -> running.server.setMaxPendingConnections(0));
            assertThrows(IllegalArgumentException.class, () -> running.server.setMaxConcurrentHandshakes(0));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void pausedServersAcceptNobodyAndServeThemLater(World world) throws Exception {
        try (Running running = new Running(world.driving()).listen(server(world))) {
            running.server.pauseAccepting();
            try (SocketChannel raw =
                    SocketChannel.open(running.server.localAddress().orElseThrow())) {
                assertTrue(raw.isConnected());
                running.settle();
                assertFalse(running.heard.has("newConnection"));
            }
            Future<String> client = pinging(client(world), running.server.port());
            running.server.resumeAccepting();
            try (SslSocket socket = running.server.accept(Peers.seconds(20)).orElseThrow()) {
                echoOnce(socket);
            }
            assertEquals("ping localhost", client.get(20, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void eachNameHasItsCertificate(World world) throws Exception {
        TestCertificates.Issued root =
                TestCertificates.ca("Names Root").freshKey().selfSigned();
        TestCertificates.Issued a = TestCertificates.server("a.example").issuedBy(root);
        TestCertificates.Issued wild = TestCertificates.server("*.b.example").issuedBy(root);
        SslConfiguration configuration = server(world).toBuilder()
                .serverName("a.example", Peers.serverConfiguration(world.range(), a))
                .serverName("*.b.example", Peers.serverConfiguration(world.range(), wild))
                .build();
        try (Running running = new Running(world.driving()).listen(configuration)) {
            for (String[] nameAndSubject : new String[][] {
                {"a.example", "a.example"}, {"x.b.example", "*.b.example"}, {"localhost", "localhost"}
            }) {
                SslConfiguration visitor = client(world).toBuilder()
                        .addCaCertificate(root.certificate())
                        .peerVerifyName(nameAndSubject[0])
                        .build();
                Future<String> client = pinging(visitor, running.server.port());
                try (SslSocket socket = running.server.accept(Peers.seconds(20)).orElseThrow()) {
                    assertEquals(nameAndSubject[0], socket.requestedServerName().orElse("none"));
                    echoOnce(socket);
                }
                assertEquals("ping " + nameAndSubject[1], client.get(20, TimeUnit.SECONDS));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void theCertificateCanBeReplacedWhileListening(World world) throws Exception {
        TestCertificates.Issued next = TestCertificates.server("localhost")
                .subject("CN=renewed")
                .issuedBy(TestCertificates.ca("Next Root").freshKey().selfSigned());
        SslConfiguration visitor =
                client(world).toBuilder().addCaCertificate(next.root()).build();
        try (Running running = new Running(world.driving()).listen(server(world))) {
            int port = running.server.port();
            Future<String> client = pinging(visitor, port);
            try (SslSocket old = running.server.accept(Peers.seconds(20)).orElseThrow()) {
                running.server.setSslConfiguration(Peers.serverConfiguration(world.range(), next));
                echoOnce(old); // connections that exist are not touched
            }
            assertEquals("ping localhost", client.get(20, TimeUnit.SECONDS));
            assertEquals(port, running.server.port());
            Future<String> later = pinging(visitor, port);
            try (SslSocket socket = running.server.accept(Peers.seconds(20)).orElseThrow()) {
                echoOnce(socket);
            }
            assertEquals("ping renewed", later.get(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void aConfigurationThatDoesNotWorkLeavesTheOldOne() throws Exception {
        World world = new World(Driving.CALLER, ProtocolRange.TLS_1_3);
        try (Running running = new Running(Driving.CALLER).listen(server(world))) {
            SslConfiguration before = running.server.sslConfiguration();
            SteppedBackend broken = new SteppedBackend(Peers.backend()).refuse("not today");
            assertThrows(
                    SslSocketException.class,
                    () -> running.server.setSslConfiguration(
                            SslConfiguration.builder(broken).build()));
            assertEquals(before, running.server.sslConfiguration());
            Future<String> client = pinging(client(world), running.server.port());
            try (SslSocket socket = running.server.accept(Peers.seconds(20)).orElseThrow()) {
                echoOnce(socket);
            }
            assertEquals("ping localhost", client.get(20, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @EnumSource(Driving.class)
    void anAddressInUseIsOneClearError(Driving driving) throws Exception {
        World world = new World(driving, ProtocolRange.TLS_1_3);
        try (Running first = new Running(driving).listen(server(world));
                Running second = new Running(driving)) {
            second.server.setSslConfiguration(server(world));
            SslSocketException refused = assertThrows(
                    SslSocketException.class,
                    () -> second.server.listen(first.server.localAddress().orElseThrow()));
            assertEquals(SslSocketError.ADDRESS_IN_USE, refused.error());
            assertTrue(refused.getMessage().contains(Integer.toString(first.server.port())), refused.getMessage());
            assertFalse(second.server.isListening());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void unixDomainSockets(World world, @TempDir Path folder) throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("sluice"));
        try (Running running = new Running(world.driving())) {
            running.server.setSslConfiguration(server(world));
            running.server.listen(address);
            assertEquals(0, running.server.port());
            Future<String> client = threads.submit(() -> {
                try (SslSocket socket = SslSocket.open()) {
                    socket.setSslConfiguration(client(world));
                    socket.setPeerVerifyName("localhost");
                    socket.attach(SslTransport.of(SocketChannel.open(address)));
                    socket.startClientEncryption();
                    assertTrue(socket.waitForEncrypted(Peers.seconds(20)), socket::errorString);
                    socket.outputStream().write(PING);
                    return new String(socket.inputStream().readNBytes(PING.length), StandardCharsets.US_ASCII);
                }
            });
            try (SslSocket socket = running.server.accept(Peers.seconds(20)).orElseThrow()) {
                echoOnce(socket);
            }
            assertEquals("ping", client.get(20, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void aClientWithoutTheRequiredCertificateIsNeverPending(World world) throws Exception {
        SslConfiguration demanding = server(world).toBuilder()
                .peerVerifyMode(PeerVerifyMode.VERIFY_PEER)
                .addCaCertificate(TestCertificates.testClient().root())
                .build();
        try (Running running = new Running(world.driving()).listen(demanding)) {
            Future<String> client = threads.submit(() -> {
                try (SslSocket socket = SslSocket.open()) {
                    socket.setSslConfiguration(client(world));
                    socket.connectToHostEncrypted("localhost", running.server.port());
                    socket.waitForEncrypted(Peers.seconds(20));
                    socket.waitForDisconnected(Peers.seconds(20));
                    return socket.error().toString();
                }
            });
            running.until(() -> running.heard.has("errorOccurred"), "the refusal");
            assertFalse(running.server.hasPendingConnections());
            assertEquals(
                    1, running.heard.count("peerVerifyError(NO_PEER_CERTIFICATE)"), running.heard.events::toString);
            running.until(client::isDone, "the end of the client");
            assertFalse(client.get().equals("UNKNOWN"), "the client must not take this for a clean end");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void connectionsThatNobodyTakesAreAbortedWithTheServer(World world) throws Exception {
        try (Running running = new Running(world.driving()).listen(server(world))) {
            Future<String> client = threads.submit(() -> {
                try (SslSocket socket = SslSocket.open()) {
                    socket.setSslConfiguration(client(world));
                    socket.connectToHostEncrypted("localhost", running.server.port());
                    assertTrue(socket.waitForEncrypted(Peers.seconds(20)), socket::errorString);
                    assertTrue(socket.waitForDisconnected(Peers.seconds(20)));
                    return socket.error().toString();
                }
            });
            running.until(running.server::hasPendingConnections, "a pending connection");
            running.server.close();
            assertEquals("TRUNCATED", client.get(20, TimeUnit.SECONDS));
            assertTrue(running.server.nextPendingConnection().isEmpty());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void manyClientsAtOnce(World world) throws Exception {
        int clients = 24;
        try (Running running = new Running(world.driving()).listen(server(world))) {
            List<Future<String>> all = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                all.add(pinging(client(world), running.server.port()));
            }
            List<Future<Void>> echoes = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                SslSocket socket = running.server.accept(Peers.seconds(20)).orElseThrow();
                echoes.add(threads.submit(() -> {
                    try (socket) {
                        echoOnce(socket);
                    }
                    return null;
                }));
            }
            for (Future<Void> echo : echoes) {
                echo.get(30, TimeUnit.SECONDS);
            }
            for (Future<String> one : all) {
                assertEquals("ping localhost", one.get(20, TimeUnit.SECONDS));
            }
        }
    }

    @Test
    void w42_aThrowingServerListenerHarmsNobody() throws Exception {
        World world = new World(Driving.LOOP, ProtocolRange.TLS_1_3);
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        List<Throwable> uncaught = new CopyOnWriteArrayList<>();
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> uncaught.add(thrown));
        try (Running running = new Running(Driving.LOOP)) {
            running.server.setListener(new SslServerListener() {
                @Override
                public void newConnection(SslServer server) {
                    throw new IllegalStateException("on purpose");
                }

                @Override
                public void pendingConnectionAvailable(SslServer server) {
                    throw new IllegalStateException("on purpose");
                }
            });
            running.listen(server(world));
            for (int i = 0; i < 2; i++) {
                Future<String> client = pinging(client(world), running.server.port());
                try (SslSocket socket = running.server.accept(Peers.seconds(20)).orElseThrow()) {
                    echoOnce(socket);
                }
                assertEquals("ping localhost", client.get(20, TimeUnit.SECONDS));
            }
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertEquals(4, uncaught.size(), uncaught::toString);
    }

    @Test
    void aServerListenerMayCloseTheServer() throws Exception {
        World world = new World(Driving.LOOP, ProtocolRange.TLS_1_3);
        try (Running running = new Running(Driving.LOOP)) {
            running.server.setListener(new SslServerListener() {
                @Override
                public void startedEncryptionHandshake(SslServer server, SslSocket socket) {
                    server.close();
                }
            });
            running.listen(server(world));
            Future<String> client = pinging(client(world), running.server.port());
            String outcome = outcomeOf(client);
            assertTrue(List.of("REMOTE_HOST_CLOSED", "TRUNCATED", "NETWORK").contains(outcome), outcome);
            assertFalse(running.server.isListening());
        }
    }
}
