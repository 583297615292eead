package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.PauseMode;
import dev.sluice.SocketState;
import dev.sluice.SslDiagnostics;
import dev.sluice.SslError;
import dev.sluice.SslMode;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketException;
import dev.sluice.conformance.Peers.World;
import dev.sluice.conformance.harness.Trace;
import dev.sluice.conformance.harness.Wire;
import dev.sluice.testing.TestCertificates;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From nothing to nothing, and again with the same object. */
class LifecycleTest {
    private static final TestCertificates.Issued SELF_SIGNED =
            TestCertificates.server("localhost").freshKey().selfSigned();

    static List<World> worlds() {
        return World.all().toList();
    }

    /** Everything that a connection may leave behind is as on a fresh socket. */
    private static void assertNothingStale(SslSocket socket) {
        assertNoSession(socket);
        assertTrue(socket.applicationProtocol().isEmpty());
        assertTrue(socket.peerCertificateChain().isEmpty());
        assertTrue(socket.ephemeralServerKey().isEmpty());
        assertTrue(socket.requestedServerName().isEmpty());
    }

    /** The same, save what stays for the user until the next connection: what the peer has shown. */
    private static void assertNoSession(SslSocket socket) {
        assertFalse(socket.isEncrypted());
        assertTrue(socket.sessionCipher().isEmpty(), "W07");
        assertTrue(socket.sessionProtocol().isEmpty(), "W08");
        assertFalse(socket.isSessionResumed());
        assertEquals(0, socket.bytesToWrite());
        assertEquals(0, socket.encryptedBytesToWrite());
        assertEquals(0, socket.encryptedBytesAvailable());
        assertTrue(socket.peerAddress().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w08_theProtocolIsToldInNoPhaseButTheEncryptedOne(World world) throws Exception {
        sessionFactsInEveryPhase(world);
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w07_theCipherIsToldInNoPhaseButTheEncryptedOne(World world) throws Exception {
        sessionFactsInEveryPhase(world);
    }

    private void sessionFactsInEveryPhase(World world) throws Exception {
        AtomicBoolean stale = new AtomicBoolean();
        try (Peers peers = world.peers()) {
            assertNothingStale(peers.client);
            for (String early : List.of("stateChanged", "connected", "modeChanged", "encryptedBytesWritten")) {
                peers.clientTrace.on(early, socket -> {
                    if (!socket.isEncrypted()) {
                        stale.compareAndSet(
                                false,
                                socket.sessionCipher().isPresent()
                                        || socket.sessionProtocol().isPresent());
                    }
                });
            }
            peers.start();
            assertTrue(peers.client.sessionCipher().isEmpty() || peers.client.isEncrypted());
            peers.encrypted();
            assertFalse(stale.get(), "W07, W08: a session before the handshake was done");
            String cipher = peers.client.sessionCipher().orElseThrow().name();
            assertEquals(cipher, peers.server.sessionCipher().orElseThrow().name());
            assertEquals(world.isTls13(), cipher.startsWith("TLS_AES") || cipher.startsWith("TLS_CHACHA"));
            assertEquals(
                    world.isTls13() ? "TLSv1.3" : "TLSv1.2",
                    peers.client.sessionProtocol().orElseThrow().standardName());
            peers.client.disconnectFromHost();
            peers.ended();
            assertNoSession(peers.client);
            assertNoSession(peers.server);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w30_aSocketThatIsUsedAgainStartsFromNothing(World world) throws Exception {
        try (Peers first = world.peers().identity(SELF_SIGNED)) {
            // The first connection accepts a self-signed peer, is truncated and leaves unread bytes behind.
            first.client.setReadBufferSize(0);
            first.client.dangerouslyIgnoreAllSslErrors();
            first.start().encrypted();
            first.server.write(new byte[500]);
            first.until(() -> first.client.bytesAvailable() == 500, "data");
            first.kill();
            first.ended();
            assertEquals(SslSocketError.TRUNCATED, first.client.error());
            assertEquals(1, first.client.sslHandshakeErrors().size());

            // The second is strict and meets the same peer: nothing of the leniency is left.
            Wire wire = new Wire(true);
            Trace trace = new Trace("client again");
            List<String> stale = new java.util.concurrent.CopyOnWriteArrayList<>();
            trace.on("modeChanged", socket -> {
                // Nothing of the new connection can be there yet, so whatever is there is old.
                if (socket.bytesAvailable() > 0) {
                    stale.add("W14: bytes of the earlier connection");
                }
                if (!socket.sslHandshakeErrors().isEmpty()
                        && !socket.isEncrypted()
                        && world.driving() == Peers.Driving.CALLER) {
                    stale.add("W30: errors of the earlier connection");
                }
            });
            SslSocket server = first.open();
            first.client.setListener(trace);
            first.client.setSslConfiguration(Peers.clientConfiguration(world.range()));
            server.setSslConfiguration(Peers.serverConfiguration(world.range(), SELF_SIGNED));
            server.attachEncrypted(wire.server(), SslMode.SERVER);
            first.client.setPeerVerifyName("localhost");
            first.client.attachEncrypted(wire.client(), SslMode.CLIENT);
            assertTrue(
                    first.eventually(() -> {
                        server.flush();
                        return trace.has("disconnected");
                    }),
                    trace::toString);
            assertEquals(List.of(), stale);
            assertFalse(trace.has("encrypted"), "W30: accepted through what an earlier connection allowed");
            assertEquals(SslSocketError.SSL_HANDSHAKE_FAILED, first.client.error());
            assertEquals(
                    "UNKNOWN", trace.first("modeChanged").snapshot().split(" ")[2], "W30: error of the earlier one");
            assertEquals(List.of(), trace.violations());
            server.abort();
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w41_secondConnectionOfTheSameObjectAlsoSaysGoodBye(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.start().encrypted();
            peers.client.disconnectFromHost();
            peers.ended();
            for (int i = 0; i < 3; i++) {
                Wire wire = new Wire(true);
                peers.clientTrace.clear();
                peers.serverTrace.clear();
                peers.server.attachEncrypted(wire.server(), SslMode.SERVER);
                peers.client.setPeerVerifyName("localhost");
                peers.client.attachEncrypted(wire.client(), SslMode.CLIENT);
                peers.encrypted();
                byte[] data = {1, 2, 3, (byte) i};
                peers.transfer(peers.client, peers.server, data);
                peers.client.disconnectFromHost();
                peers.ended();
                assertEquals(1, peers.clientTrace.countText("alertSent(close_notify)"), peers::toString);
                assertEquals(1, peers.serverTrace.countText("alertReceived(close_notify)"), peers::toString);
                assertEquals(0, peers.serverTrace.count("errorOccurred"), peers::toString);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w41_closeWaitsUntilASlowReaderHasAMegabyte(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.startLoopback().encrypted();
            byte[] much = new byte[1 << 20];
            much[much.length - 1] = 42;
            CompletableFuture<byte[]> reader = CompletableFuture.supplyAsync(() -> {
                try {
                    // Small portions, so that the writer has to wait for the reader.
                    java.io.ByteArrayOutputStream got = new java.io.ByteArrayOutputStream();
                    byte[] portion = new byte[10_000];
                    for (int n = 0; n >= 0; n = peers.server.inputStream().read(portion)) {
                        got.write(portion, 0, n);
                    }
                    return got.toByteArray();
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            int written = 0;
            while (written < much.length) {
                int n = peers.client.write(ByteBuffer.wrap(much, written, much.length - written));
                written += n;
                assertTrue(n > 0 || peers.client.waitForBytesWritten(Peers.seconds(20)));
            }
            peers.client.close();
            assertArrayEquals(much, reader.get(30, TimeUnit.SECONDS));
            peers.until(() -> peers.serverTrace.countText("alertReceived(close_notify)") == 1, "the good-bye");
            assertEquals(SslSocketError.UNKNOWN, peers.server.error(), peers::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w41_closeToAPeerThatReadsNothingEndsInTime(World world) throws Exception {
        try (Peers peers = world.peers().client(builder -> builder.closeTimeout(Duration.ofMillis(200)))) {
            peers.start().encrypted();
            peers.wire.toServer().holdBack();
            peers.client.write(new byte[500_000]);
            long begun = System.nanoTime();
            peers.client.close();
            peers.until(() -> peers.clientTrace.has("disconnected"), "the end");
            assertTrue(System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(10));
            // On a loop its thread is still inside the listener when the trace has the event.
            peers.until(() -> !peers.client.isOpen(), "the close behind the last event");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w40_writesAreRefusedOnceClosingHasBegun(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.start().encrypted();
            peers.wire.toServer().holdBack();
            peers.client.write(new byte[200_000]);
            peers.client.disconnectFromHost();
            SslSocketException refused =
                    assertThrows(SslSocketException.class, () -> peers.client.write(new byte[] {1}));
            assertEquals(SslSocketError.OPERATION, refused.error());
            peers.wire.toServer().release();
            ByteBuffer all = ByteBuffer.allocate(300_000);
            peers.until(() -> peers.server.read(all) < 0, "the end of the stream");
            assertEquals(200_000, all.position(), "what was accepted arrives, what was refused does not");
            peers.ended();
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void d17_afterThePeersCloseNotifyInboundEndsAtOnce(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.start().encrypted();
            peers.wire.toServer().holdBack(); // keeps our answer away, so that the transport does not end
            peers.server.write(new byte[100]);
            peers.server.disconnectFromHost();
            peers.until(() -> peers.clientTrace.has("readChannelFinished"), "the end of the inbound direction");
            assertEquals(100, peers.client.readAll().length, "what came before the end stays readable");
            assertEquals(-1, peers.client.read(new byte[1]));
            peers.wire.toServer().release();
            peers.ended();
            assertEquals(0, peers.clientTrace.count("errorOccurred"), peers::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w14_abortedSocketsHaveNothingToRead(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.start().encrypted();
            peers.server.write("secret".getBytes());
            peers.until(() -> peers.client.bytesAvailable() == 6, "data");
            peers.client.abort();
            assertEquals(0, peers.client.bytesAvailable());
            assertEquals(-1, peers.client.read(new byte[6]));
            assertEquals(0, peers.client.peek(ByteBuffer.allocate(6)));
            assertEquals(0, peers.client.readLine().length);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void idleConnectionsHoldNoBuffer(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.start().encrypted();
            peers.transfer(peers.client, peers.server, new byte[100_000]);
            peers.transfer(peers.server, peers.client, new byte[100_000]);
            peers.until(() -> SslDiagnostics.liveBuffers() == 0, "buffers given back: " + Leaks.live());
            assertEquals(2, SslDiagnostics.liveEngines());
            assertEquals(2, SslDiagnostics.liveContexts());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void d18_ignoreListsAddUpAndHoldForOneConnection(World world) {
        TestCertificates.Issued bad =
                TestCertificates.server("wrong.example").expired().freshKey().selfSigned();
        try (Peers peers = world.peers().identity(bad)) {
            peers.client.ignoreSslErrors(List.of(error(SslError.Code.SELF_SIGNED_CERTIFICATE, bad)));
            peers.client.ignoreSslErrors(List.of(
                    error(SslError.Code.CERTIFICATE_EXPIRED, bad), error(SslError.Code.HOST_NAME_MISMATCH, bad)));
            peers.start().encrypted();
            assertEquals(3, peers.client.sslHandshakeErrors().size(), "accepted errors are listed too");
            peers.client.disconnectFromHost();
            peers.ended();
            Wire wire = new Wire(true);
            peers.clientTrace.clear();
            peers.serverTrace.clear();
            peers.server.attachEncrypted(wire.server(), SslMode.SERVER);
            peers.client.setPeerVerifyName("localhost");
            peers.client.attachEncrypted(wire.client(), SslMode.CLIENT);
            peers.ended();
            assertFalse(peers.clientTrace.has("encrypted"), "W30: the list of the earlier connection still holds");
        }
    }

    private static SslError error(SslError.Code code, TestCertificates.Issued of) {
        return new SslError(code, java.util.Optional.of(of.certificate()));
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w18_nothingPassesBeforeThePeerWasAccepted(World world) throws Exception {
        try (Peers peers = world.peers().identity(SELF_SIGNED)) {
            peers.client.setPauseMode(PauseMode.ON_SSL_ERRORS);
            peers.start();
            assertEquals(6, peers.client.write("secret".getBytes()));
            // In TLS 1.3 an eager server might send at once; Sluice's own waits for the end of its handshake.
            assertEquals(5, peers.server.write("eager".getBytes()));
            peers.until(() -> peers.clientTrace.has("sslErrors"), "sslErrors");
            for (int i = 0; i < 100; i++) {
                peers.pump();
            }
            assertEquals(6, peers.client.bytesToWrite(), "W18: written before the peer was accepted");
            assertEquals(0, peers.client.bytesAvailable(), "W18: delivered before the peer was accepted");
            assertEquals(0, peers.server.bytesAvailable());
            peers.client.dangerouslyIgnoreAllSslErrors();
            peers.client.resume();
            peers.encrypted();
            peers.until(() -> peers.server.bytesAvailable() == 6 && peers.client.bytesAvailable() == 5, "the data");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w06_pausedForEverRunsIntoTheHandshakeTimeout(World world) {
        try (Peers peers = world.peers()
                .identity(SELF_SIGNED)
                .client(builder ->
                        builder.handshakeTimeout(Duration.ofMillis(300)).alertFlushTimeout(Duration.ofMillis(100)))) {
            peers.client.setPauseMode(PauseMode.ON_SSL_ERRORS);
            peers.start().ended();
            assertEquals(SslSocketError.SOCKET_TIMEOUT, peers.client.error(), peers::toString);
            assertEquals(1, peers.clientTrace.count("errorOccurred"), peers::toString);
            peers.client.resume();
            assertEquals(SocketState.UNCONNECTED, peers.client.state());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w06_abortWhilePausedGivesEverythingBack(World world) {
        try (Peers peers = world.peers().identity(SELF_SIGNED)) {
            peers.client.setPauseMode(PauseMode.ON_SSL_ERRORS);
            peers.start();
            peers.until(() -> peers.clientTrace.has("sslErrors"), "sslErrors");
            peers.client.abort();
            peers.ended();
            assertEquals(0, peers.clientTrace.count("errorOccurred"), peers::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void keyUpdatesGoUnnoticed(World world) throws Exception {
        try (Peers peers = world.peers()) {
            assertFalse(peers.client.updateKeys(), "not encrypted yet");
            peers.start().encrypted();
            assertEquals(world.isTls13(), peers.client.updateKeys());
            peers.transfer(peers.client, peers.server, new byte[50_000]);
            peers.transfer(peers.server, peers.client, new byte[50_000]);
            peers.server.updateKeys();
            peers.transfer(peers.client, peers.server, new byte[50_000]);
            assertEquals(0, peers.clientTrace.count("errorOccurred"), peers::toString);
        }
    }
}
