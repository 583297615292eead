package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SocketState;
import dev.sluice.SslMode;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketException;
import dev.sluice.SslTimeoutException;
import dev.sluice.conformance.Peers.World;
import dev.sluice.conformance.harness.Trace;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input from users, peers and networks: each gives one clear error that says what, where and what was expected. */
class BadPeerTest {
    private static final Duration SHORT = Duration.ofMillis(150);

    static List<World> worlds() {
        return World.all().toList();
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** One end is real, the test plays the other. */
    private static Peers clientAlone(World world) {
        Peers peers =
                world.peers().client(builder -> builder.alertFlushTimeout(SHORT).closeTimeout(SHORT));
        peers.configure();
        peers.client.setPeerVerifyName("localhost");
        peers.client.attachEncrypted(peers.wire.client(), SslMode.CLIENT);
        return peers;
    }

    private static Peers serverAlone(World world) {
        Peers peers =
                world.peers().server(builder -> builder.alertFlushTimeout(SHORT).closeTimeout(SHORT));
        peers.configure();
        peers.server.attachEncrypted(peers.wire.server(), SslMode.SERVER);
        return peers;
    }

    private static void failsOnce(Peers peers, SslSocket socket, Trace trace, SslSocketError error, String... words) {
        peers.until(() -> trace.has("disconnected"), "the end");
        assertEquals(1, trace.count("errorOccurred"), peers::toString);
        assertEquals(error, socket.error(), peers::toString);
        for (String word : words) {
            assertTrue(socket.errorString().contains(word), () -> "no \"" + word + "\" in: " + socket.errorString());
        }
        assertEquals(0, socket.readAll().length);
        assertThrows(SslSocketException.class, () -> socket.write(new byte[1]));
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void anHttpAnswerInPlaceOfTls(World world) {
        try (Peers peers = clientAlone(world)) {
            peers.wire.toClient().inject("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            failsOnce(
                    peers,
                    peers.client,
                    peers.clientTrace,
                    SslSocketError.SSL_HANDSHAKE_FAILED,
                    "expected a TLS record",
                    "0x48");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void anHttpRequestToATlsServer(World world) {
        try (Peers peers = serverAlone(world)) {
            peers.wire.toServer().inject("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            failsOnce(
                    peers,
                    peers.server,
                    peers.serverTrace,
                    SslSocketError.SSL_HANDSHAKE_FAILED,
                    "expected a TLS record",
                    "0x47");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void halfARecordThenTheEnd(World world) {
        try (Peers peers = serverAlone(world)) {
            peers.wire.toServer().inject(bytes(0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3));
            peers.wire.toServer().fin();
            failsOnce(peers, peers.server, peers.serverTrace, SslSocketError.REMOTE_HOST_CLOSED, "handshake");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w36_aHandshakeMessageThatClaimsSixteenMegabytes(World world) {
        try (Peers peers = serverAlone(world)) {
            peers.wire.toServer().inject(bytes(0x16, 3, 1, 0, 6, 1, 0xff, 0xff, 0xff, 3, 3));
            failsOnce(peers, peers.server, peers.serverTrace, SslSocketError.SSL_HANDSHAKE_FAILED, "16777215", "65536");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w36_aServerHelloThatClaimsSixteenMegabytes(World world) {
        try (Peers peers = clientAlone(world)) {
            peers.wire.toClient().inject(bytes(0x16, 3, 3, 0, 6, 2, 0xff, 0xff, 0xff, 3, 3));
            failsOnce(peers, peers.client, peers.clientTrace, SslSocketError.SSL_HANDSHAKE_FAILED, "16777215", "65536");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w11_aRecordThatClaimsMoreThanARecordMayHave(World world) {
        try (Peers peers = serverAlone(world)) {
            peers.wire.toServer().inject(bytes(0x16, 3, 1, 0xff, 0xff));
            failsOnce(peers, peers.server, peers.serverTrace, SslSocketError.SSL_HANDSHAKE_FAILED, "65535", "18432");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w36_emptyRecordsForEver(World world) {
        try (Peers peers = serverAlone(world)) {
            peers.wire.toServer().inject(bytes(0x16, 3, 1, 0, 0, 0x16, 3, 1, 0, 0));
            failsOnce(peers, peers.server, peers.serverTrace, SslSocketError.SSL_HANDSHAKE_FAILED, "empty");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void aPeerThatIsGoneAtOnce(World world) {
        try (Peers peers = serverAlone(world)) {
            peers.wire.toServer().fin();
            failsOnce(peers, peers.server, peers.serverTrace, SslSocketError.REMOTE_HOST_CLOSED, "closed");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w06_aSilentPeerRunsIntoTheHandshakeTimeout(World world) {
        try (Peers peers =
                world.peers().client(builder -> builder.handshakeTimeout(SHORT).alertFlushTimeout(SHORT))) {
            peers.configure();
            peers.client.attachEncrypted(peers.wire.client(), SslMode.CLIENT);
            failsOnce(peers, peers.client, peers.clientTrace, SslSocketError.SOCKET_TIMEOUT, "handshake", "150 ms");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w06_aPeerThatStallsInTheMiddleRunsIntoTheHandshakeTimeout(World world) {
        try (Peers peers = world.peers()
                .client(builder -> builder.handshakeTimeout(SHORT).alertFlushTimeout(SHORT))
                .server(builder -> builder.handshakeTimeout(SHORT).alertFlushTimeout(SHORT))) {
            peers.wire.toClient().holdBack();
            peers.wire.toClient().loseFin(); // whichever side gives up first, the other one learns nothing of it
            peers.start().ended();
            assertEquals(SslSocketError.SOCKET_TIMEOUT, peers.client.error(), peers::toString);
            assertEquals(1, peers.serverTrace.count("errorOccurred"), peers::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void aBlockingWaitEndsWithTheHandshakeTimeout(World world) throws Exception {
        try (Peers peers = world.peers()
                        .client(builder -> builder.handshakeTimeout(SHORT).alertFlushTimeout(SHORT));
                ServerSocketChannel silent = Peers.listen()) {
            peers.configure();
            peers.client.connectToHostEncrypted("localhost", silent.socket().getLocalPort());
            assertFalse(peers.client.waitForEncrypted(Peers.seconds(20)));
            assertEquals(SslSocketError.SOCKET_TIMEOUT, peers.client.error());
            assertEquals(
                    SslTimeoutException.class,
                    peers.client.failure().orElseThrow().getClass());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void d14_aWaitThatRunsOutChangesNothing(World world) throws Exception {
        try (Peers peers = world.peers();
                ServerSocketChannel silent = Peers.listen()) {
            peers.configure();
            peers.client.connectToHostEncrypted("localhost", silent.socket().getLocalPort());
            assertTrue(peers.client.waitForConnected(Peers.seconds(10)));
            long begun = System.nanoTime();
            assertFalse(peers.client.waitForEncrypted(SHORT));
            assertTrue(System.nanoTime() - begun >= SHORT.toNanos());
            assertFalse(peers.clientTrace.has("errorOccurred"));
            assertEquals(SocketState.CONNECTED, peers.client.state());
            assertFalse(peers.client.waitForReadyRead(Duration.ZERO));
            assertFalse(peers.client.waitForDisconnected(Duration.ofMillis(1)));
            peers.server.attachEncrypted(dev.sluice.SslTransport.of(silent.accept()), SslMode.SERVER);
            peers.encrypted();
            assertTrue(peers.client.waitForEncrypted(Duration.ZERO), "D14: true when it is encrypted already");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void anUnresolvableName(World world) {
        try (Peers peers = world.peers()) {
            peers.configure();
            peers.client.connectToHostEncrypted("no-such-host.invalid", 443);
            peers.until(() -> peers.clientTrace.has("errorOccurred"), "the failed look-up");
            peers.until(() -> peers.clientTrace.countText("stateChanged(UNCONNECTED)") == 1, "the end");
            assertEquals(SslSocketError.HOST_NOT_FOUND, peers.client.error());
            assertTrue(peers.client.errorString().contains("no-such-host.invalid"), peers.client.errorString());
            assertEquals(
                    List.of("stateChanged(HOST_LOOKUP)", "errorOccurred(HOST_NOT_FOUND)", "stateChanged(UNCONNECTED)"),
                    peers.clientTrace.order());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void emptyAndBlankNames(World world) {
        for (String name : List.of("", " ", "\t")) {
            try (Peers peers = world.peers()) {
                peers.configure();
                peers.client.connectToHostEncrypted(name, 443);
                peers.until(() -> peers.clientTrace.countText("stateChanged(UNCONNECTED)") == 1, "the end");
                assertEquals(SslSocketError.HOST_NOT_FOUND, peers.client.error());
                assertTrue(peers.client.errorString().contains("empty"), peers.client.errorString());
            }
        }
    }

    @Test
    void portsOutOfRange() {
        try (SslSocket socket = SslSocket.open()) {
            for (int port : new int[] {0, -1, 65536, Integer.MIN_VALUE}) {
                IllegalArgumentException refused =
                        assertThrows(IllegalArgumentException.class, () -> socket.connectToHost("localhost", port));
                assertTrue(String.valueOf(refused.getMessage()).contains(Integer.toString(port)));
            }
            assertEquals(SocketState.UNCONNECTED, socket.state());
            assertFalse(socket.isOpen());
        }
    }

    @Test
    @SuppressWarnings("DataFlowIssue")
    void nullIsRefusedAndChangesNothing() {
        try (SslSocket socket = SslSocket.open()) {
            assertThrows(NullPointerException.class, () -> socket.connectToHost((String) null, 443));
            assertThrows(NullPointerException.class, () -> socket.connectToHostEncrypted(null, 443));
            assertThrows(NullPointerException.class, () -> socket.connectToHostEncrypted("localhost", 443, null));
            assertThrows(NullPointerException.class, () -> socket.connectToHost((InetSocketAddress) null));
            assertThrows(NullPointerException.class, () -> socket.attach((SocketChannel) null));
            assertThrows(NullPointerException.class, () -> socket.setSslConfiguration(null));
            assertThrows(NullPointerException.class, () -> socket.ignoreSslErrors(null));
            assertThrows(NullPointerException.class, () -> socket.setPeerVerifyName(null));
            assertThrows(NullPointerException.class, () -> socket.bind(null));
            assertThrows(NullPointerException.class, () -> socket.setPauseMode(null));
            assertThrows(NullPointerException.class, () -> socket.write((byte[]) null));
            assertEquals(SocketState.UNCONNECTED, socket.state());
            assertFalse(socket.isOpen());
        }
        Leaks.assertNone();
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void aClosedSocketSaysSo(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.start().encrypted();
            peers.client.abort();
            peers.until(() -> !peers.client.isOpen(), "the end");
            SslSocketException write = assertThrows(SslSocketException.class, () -> peers.client.write(new byte[1]));
            assertTrue(write.getMessage().contains("UNCONNECTED"), write.getMessage());
            assertEquals(-1, peers.client.read(new byte[1]));
            assertThrows(IllegalStateException.class, peers.client::startClientEncryption);
            assertThrows(
                    java.nio.channels.ClosedChannelException.class,
                    () -> peers.client.byteChannel().read(java.nio.ByteBuffer.allocate(1)));
            assertFalse(peers.client.waitForConnected(Duration.ofSeconds(1)));
            peers.client.disconnectFromHost();
            peers.client.resume();
            peers.client.continueInterruptedHandshake();
            assertFalse(peers.client.updateKeys());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void aClosedChannelCannotBeAttached(World world) throws Exception {
        try (Peers peers = world.peers();
                ServerSocketChannel listening = Peers.listen()) {
            SocketChannel channel = SocketChannel.open(listening.getLocalAddress());
            channel.close();
            assertThrows(java.io.IOException.class, () -> peers.client.attach(channel));
            assertEquals(SocketState.UNCONNECTED, peers.client.state());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void aFutureFailsWithTheFirstCause(World world) throws Exception {
        int port;
        try (ServerSocketChannel listening = Peers.listen()) {
            port = listening.socket().getLocalPort();
        }
        try (Peers peers = world.peers()) {
            peers.configure();
            ExecutionException failed = assertThrows(
                    ExecutionException.class,
                    () -> peers.client.connectEncrypted("localhost", port).get(20, TimeUnit.SECONDS));
            assertTrue(failed.getCause() instanceof SslSocketException, () -> "cause " + failed.getCause());
            assertEquals(SslSocketError.CONNECTION_REFUSED, ((SslSocketException) failed.getCause()).error());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w13_aCorruptedRecordEndsTheConnectionOnceOnEachSide(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.start().encrypted();
            peers.transfer(peers.client, peers.server, new byte[100]);
            peers.wire.toServer().holdBack();
            peers.client.write(new byte[100]);
            peers.until(() -> peers.wire.toServer().inFlight() > 100, "the record on the wire");
            assertTrue(peers.wire.toServer().flip(30, 5));
            peers.wire.toServer().release();
            peers.ended();
            assertEquals(1, peers.serverTrace.count("errorOccurred"), peers::toString);
            assertEquals(1, peers.clientTrace.count("errorOccurred"), peers::toString);
            assertEquals(1, peers.clientTrace.countText("alertReceived(FATAL 20)"), peers::toString);
            assertEquals(0, peers.server.readAll().length, "nothing of the corrupted record is delivered");
        }
    }
}
