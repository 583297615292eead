package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.PauseMode;
import dev.sluice.SocketState;
import dev.sluice.SslMode;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketException;
import dev.sluice.SslTransport;
import dev.sluice.conformance.Peers.Driving;
import dev.sluice.conformance.Peers.World;
import dev.sluice.conformance.harness.Wire;
import dev.sluice.spi.TlsFeature;
import dev.sluice.testing.TestCertificates;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The two tables in the description of {@link SslSocket}, row by row: what waits, and what reads and writes do by state. */
class StateTableTest {
    private static final byte[] DATA = {1, 2, 3};

    static List<World> worlds() {
        return World.all().toList();
    }

    private static void reads(SslSocket socket, int expected) {
        assertEquals(expected, socket.read(new byte[4]), socket::toString);
        assertEquals(expected, socket.read(ByteBuffer.allocate(4)), socket::toString);
        assertEquals(0, socket.read(new byte[0]), "no room, no end");
        assertEquals(0, socket.readAll().length);
        assertEquals(0, socket.peek(ByteBuffer.allocate(4)));
        assertEquals(0, socket.skip(4));
        assertEquals(0, socket.readLine().length);
        assertFalse(socket.canReadLine());
    }

    private static void refusesWrites(SslSocket socket) {
        assertThrows(SslSocketException.class, () -> socket.write(DATA), socket::toString);
        assertThrows(SslSocketException.class, () -> socket.write(ByteBuffer.wrap(DATA)));
        assertThrows(SslSocketException.class, () -> socket.write(new ByteBuffer[] {ByteBuffer.wrap(DATA)}));
        assertEquals(0, socket.bytesToWrite());
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void row1_neverConnectedOrClosed(World world) throws Exception {
        try (Peers peers = world.peers()) {
            reads(peers.client, -1);
            refusesWrites(peers.client);
            assertFalse(peers.client.isOpen());
            peers.start().encrypted();
            peers.server.write(DATA);
            peers.until(() -> peers.client.bytesAvailable() == 3, "data");
            peers.server.abort();
            peers.client.close();
            peers.until(() -> !peers.client.isOpen(), "the closed device");
            reads(peers.client, -1);
            refusesWrites(peers.client);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void row2_lookingUpAndConnecting(World world) throws Exception {
        try (Peers peers = world.peers();
                ServerSocketChannel listening = Peers.listen()) {
            peers.configure();
            // Inside the event the socket is really in that state.
            int[] looked = new int[1];
            peers.clientTrace.on("hostFound", socket -> {
                looked[0]++;
                assertEquals(SocketState.CONNECTING, socket.state());
            });
            peers.client.connectToHostEncrypted("localhost", listening.socket().getLocalPort());
            assertEquals(0, peers.client.read(new byte[1]));
            assertEquals(3, peers.client.write(DATA));
            assertTrue(peers.client.bytesToWrite() == 3, "queued");
            peers.until(() -> peers.clientTrace.has("connected"), "the TCP connection");
            peers.server.attachEncrypted(SslTransport.of(listening.accept()), SslMode.SERVER);
            peers.until(() -> peers.server.bytesAvailable() == 3, "the queued bytes");
            assertArrayEquals(DATA, peers.server.readAll());
            assertEquals(1, looked[0]);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void row3_connectedNotEncrypted(World world) throws Exception {
        try (Peers peers = world.peers().startPlain()) {
            reads(peers.client, 0);
            peers.wire.toServer().record();
            assertEquals(3, peers.client.write(DATA));
            peers.until(() -> peers.server.bytesAvailable() == 3, "the plaintext");
            assertArrayEquals(DATA, peers.wire.toServer().recorded(), "sent in the clear");
            assertArrayEquals(DATA, peers.server.readAll());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void row4_handshakeUnderWay(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.wire.toClient().holdBack();
            peers.start();
            reads(peers.client, 0);
            assertEquals(3, peers.client.write(DATA));
            assertEquals(3, peers.client.bytesToWrite());
            assertFalse(peers.client.flush(), "it cannot be flushed yet");
            peers.wire.toClient().release();
            peers.encrypted();
            peers.until(() -> peers.server.bytesAvailable() == 3, "the queued bytes");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void row5_encrypted(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.wire.toServer().record();
            peers.start().encrypted();
            reads(peers.client, 0);
            byte[] marker = new byte[64];
            java.util.Arrays.fill(marker, (byte) 0x5a);
            peers.transfer(peers.client, peers.server, marker);
            String wire = new String(peers.wire.toServer().recorded(), java.nio.charset.StandardCharsets.ISO_8859_1);
            assertFalse(wire.contains("ZZZZZZZZ"), "plaintext on the wire");
            assertTrue(peers.client.flush());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void row6_peerHasClosedItsDirection(World world) throws Exception {
        Duration brief = Duration.ofMillis(200);
        try (Peers peers = world.peers()
                .client(builder -> builder.closeTimeout(brief))
                .server(builder -> builder.closeTimeout(brief))) {
            peers.start().encrypted();
            peers.wire.toClient().loseFin(); // or the end of the transport would end the connection
            peers.server.write(DATA);
            peers.server.disconnectFromHost();
            peers.until(() -> peers.clientTrace.has("readChannelFinished"), "the end of the inbound direction");
            assertArrayEquals(DATA, peers.client.readAll(), "what is left");
            reads(peers.client, -1);
            if (world.isTls13() && Peers.backend().capabilities().has(TlsFeature.HALF_CLOSE)) {
                assertEquals(SocketState.CONNECTED, peers.client.state());
                long before = peers.wire.toServer().written();
                assertEquals(3, peers.client.write(DATA), "D17: the outbound direction goes on");
                peers.until(() -> peers.wire.toServer().written() > before, "the bytes on the wire");
                peers.client.disconnectFromHost();
            } else {
                refusesWrites(peers.client);
            }
            peers.ended();
            assertEquals(0, peers.clientTrace.count("errorOccurred"), peers::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void row7_closing(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.start().encrypted();
            peers.server.write(DATA);
            peers.until(() -> peers.client.bytesAvailable() == 3, "data");
            peers.wire.toServer().holdBack();
            peers.client.write(new byte[200_000]);
            peers.client.disconnectFromHost();
            peers.until(() -> peers.client.state() == SocketState.CLOSING, "CLOSING");
            assertThrows(SslSocketException.class, () -> peers.client.write(DATA));
            assertArrayEquals(DATA, peers.client.readAll());
            peers.wire.toServer().release();
            ByteBuffer all = ByteBuffer.allocate(300_000);
            peers.until(() -> peers.server.read(all) < 0, "everything");
            assertEquals(200_000, all.position());
            peers.ended();
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void row8_unconnectedAfterDisconnectOrError(World world) throws Exception {
        for (boolean error : new boolean[] {false, true}) {
            try (Peers peers = world.peers()) {
                peers.start().encrypted();
                peers.server.write(DATA);
                peers.until(() -> peers.client.bytesAvailable() == 3, "data");
                if (error) {
                    peers.kill();
                } else {
                    peers.client.disconnectFromHost();
                }
                peers.ended();
                refusesWrites(peers.client);
                assertTrue(peers.client.isOpen());
                assertArrayEquals(DATA, peers.client.readAll(), "what is left");
                reads(peers.client, -1);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void methodsThatNeverWaitDoNot(World world) throws Exception {
        try (Peers peers = world.peers()
                .identity(TestCertificates.server("localhost").freshKey().selfSigned())) {
            // Paused, stalled, with a full queue: the worst moment to wait for anything.
            peers.client.setPauseMode(PauseMode.ON_SSL_ERRORS);
            peers.start();
            peers.until(() -> peers.clientTrace.has("sslErrors"), "the pause");
            peers.wire.toServer().holdBack();
            peers.wire.toClient().holdBack();
            long begun = System.nanoTime();
            SslSocket client = peers.client;
            assertEquals(1 << 20, client.write(new byte[2 << 20]), "the write limit");
            assertEquals(0, client.write(DATA), "0 when the queue is full");
            reads(client, 0);
            assertFalse(client.flush());
            assertFalse(client.updateKeys());
            assertFalse(client.waitForEncrypted(Duration.ZERO));
            assertFalse(client.waitForReadyRead(Duration.ZERO));
            assertFalse(client.waitForBytesWritten(Duration.ZERO));
            assertFalse(client.waitForDisconnected(Duration.ZERO));
            assertTrue(client.waitForConnected(Duration.ZERO));
            client.disconnectFromHost();
            client.abort();
            assertTrue(System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(5), "something has waited");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void closeWaitsOnlyWhenCallerDriven(World world) throws Exception {
        // Whoever must not wait gets a time to wait that no busy machine can account for.
        Duration closeTimeout = world.driving() == Driving.CALLER ? Duration.ofMillis(300) : Peers.seconds(20);
        try (Peers peers = world.peers().client(builder -> builder.closeTimeout(closeTimeout))) {
            peers.start().encrypted();
            peers.wire.toServer().holdBack();
            peers.client.write(new byte[500_000]);
            long begun = System.nanoTime();
            peers.client.close();
            boolean waited = System.nanoTime() - begun >= closeTimeout.toNanos();
            assertEquals(world.driving() == Driving.CALLER, waited);
            peers.wire.toServer().release();
            peers.until(() -> peers.clientTrace.has("disconnected"), "the end");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void connectingNeedsAnUnconnectedSocket(World world) throws Exception {
        try (Peers peers = world.peers().start()) {
            assertThrows(IllegalStateException.class, () -> peers.client.connectToHost("localhost", 1));
            assertThrows(IllegalStateException.class, () -> peers.client.connectToHostEncrypted("localhost", 1));
            assertThrows(IllegalStateException.class, () -> peers.client.connectEncrypted("localhost", 1));
            Wire other = new Wire(true);
            assertThrows(IllegalStateException.class, () -> peers.client.attach(other.client()));
            assertThrows(
                    IllegalStateException.class, () -> peers.client.attachEncrypted(other.client(), SslMode.CLIENT));
            assertTrue(other.client().isOpen(), "a refused transport is untouched");
            assertThrows(
                    IllegalArgumentException.class,
                    () -> peers.open().attachEncrypted(other.client(), SslMode.UNENCRYPTED));
            peers.encrypted();
            peers.transfer(peers.client, peers.server, DATA);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void aLoopThatIsClosedEndsItsSockets(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.start().encrypted();
            if (world.driving() == Driving.LOOP) {
                assertThrows(IllegalStateException.class, () -> {
                    var failure = new java.util.concurrent.CompletableFuture<Boolean>();
                    peers.loop().execute(() -> {
                        try {
                            failure.complete(peers.client.waitForReadyRead(Duration.ofSeconds(1)));
                        } catch (java.io.IOException | RuntimeException e) {
                            failure.completeExceptionally(e);
                        }
                    });
                    try {
                        failure.get(10, TimeUnit.SECONDS);
                    } catch (java.util.concurrent.ExecutionException e) {
                        throw e.getCause();
                    }
                });
                peers.loop().close();
                assertEquals(SocketState.UNCONNECTED, peers.client.state());
                assertTrue(peers.clientTrace.has("disconnected"), peers::toString);
                assertEquals(0, peers.clientTrace.count("errorOccurred"), "abort is no error");
            } else {
                peers.client.abort();
                peers.server.abort();
            }
        }
    }
}
