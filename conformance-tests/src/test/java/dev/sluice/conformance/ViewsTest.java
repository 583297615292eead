package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SocketState;
import dev.sluice.SslMode;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketException;
import dev.sluice.SslSocketOption;
import dev.sluice.SslTimeoutException;
import dev.sluice.SslTransport;
import dev.sluice.SslTruncatedException;
import dev.sluice.conformance.Peers.World;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reading and writing in every shape: Qt's device, Java's streams and channels, futures. */
class ViewsTest {
    static List<World> worlds() {
        return World.all().toList();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static Peers withData(World world, String data) throws IOException {
        Peers peers = world.peers().start().encrypted();
        peers.server.write(ascii(data));
        peers.until(() -> peers.client.bytesAvailable() == data.length(), "the data");
        return peers;
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void linesPeeksAndSkips(World world) throws Exception {
        try (Peers peers = withData(world, "one\ntwo\nrest")) {
            SslSocket client = peers.client;
            assertTrue(client.canReadLine());
            assertFalse(client.atEnd());
            ByteBuffer peeked = ByteBuffer.allocate(3);
            assertEquals(3, client.peek(peeked));
            assertEquals("one", text(peeked.array()));
            assertEquals(12, client.bytesAvailable(), "a peek takes nothing");
            assertEquals("on", text(client.readLine(2)));
            assertEquals("e\n", text(client.readLine()));
            assertEquals(1, client.skip(1));
            assertEquals("wo\n", text(client.readLine()));
            assertFalse(client.canReadLine());
            assertEquals("rest", text(client.readLine()), "as in Qt, what is there");
            assertEquals(0, client.readLine().length);
            assertEquals(0, client.skip(10));
            assertEquals(0, client.read(new byte[4]));
            assertTrue(client.atEnd());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void bytesCanBePutBack(World world) throws Exception {
        try (Peers peers = withData(world, "bc")) {
            peers.client.ungetChar((byte) 'a');
            assertEquals(3, peers.client.bytesAvailable());
            assertEquals("abc", text(peers.client.readAll()));
            peers.client.ungetChar((byte) 'z');
            assertEquals("z", text(peers.client.read(5)));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void readTransactions(World world) throws Exception {
        try (Peers peers = withData(world, "message")) {
            SslSocket client = peers.client;
            assertThrows(IllegalStateException.class, client::commitTransaction);
            assertThrows(IllegalStateException.class, client::rollbackTransaction);
            client.startTransaction();
            assertTrue(client.isTransactionStarted());
            assertThrows(IllegalStateException.class, client::startTransaction);
            assertEquals("mess", text(client.read(4)));
            peers.server.write(ascii("!"));
            peers.until(() -> client.bytesAvailable() == 4, "more data in the middle of a transaction");
            client.rollbackTransaction();
            assertEquals(8, client.bytesAvailable());
            client.startTransaction();
            assertEquals("message!", text(client.readAll()));
            client.commitTransaction();
            assertFalse(client.isTransactionStarted());
            assertEquals(0, client.bytesAvailable());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void scatterAndGather(World world) throws Exception {
        try (Peers peers = world.peers().start().encrypted()) {
            ByteBuffer[] sources = {ByteBuffer.wrap(ascii("ab")), ByteBuffer.allocate(0), ByteBuffer.wrap(ascii("cde"))
            };
            assertEquals(5, peers.client.write(sources));
            peers.until(() -> peers.server.bytesAvailable() == 5, "the data");
            ByteBuffer[] targets = {ByteBuffer.allocate(1), ByteBuffer.allocate(3), ByteBuffer.allocateDirect(10)};
            assertEquals(5, peers.server.read(targets));
            assertEquals("a", text(targets[0].array()));
            assertEquals("bcd", text(targets[1].array()));
            assertEquals((byte) 'e', targets[2].get(0));
            assertEquals(0, peers.server.read(targets));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void directAndReadOnlyBuffers(World world) throws Exception {
        try (Peers peers = world.peers().start().encrypted()) {
            ByteBuffer direct = ByteBuffer.allocateDirect(40_000);
            while (direct.hasRemaining()) {
                direct.putInt(direct.position());
            }
            direct.flip();
            assertEquals(40_000, peers.client.write(direct.asReadOnlyBuffer()));
            ByteBuffer target = ByteBuffer.allocateDirect(40_000);
            peers.until(() -> peers.server.read(target) >= 0 && !target.hasRemaining(), "the data");
            target.flip();
            assertEquals(direct, target);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void theEndOfAStreamIsCleanOrAnException(World world) throws Exception {
        try (Peers peers = withData(world, "all")) {
            assertEquals(3, peers.client.inputStream().available());
            assertEquals('a', peers.client.inputStream().read());
            peers.server.disconnectFromHost();
            peers.until(() -> peers.clientTrace.has("readChannelFinished"), "the end");
            byte[] rest = new byte[10];
            assertEquals(2, peers.client.inputStream().read(rest, 5, 5));
            assertEquals(-1, peers.client.inputStream().read());
            assertEquals(-1, peers.client.inputStream().read(rest));
            assertEquals(0, peers.client.inputStream().read(rest, 0, 0));
        }
        try (Peers peers = withData(world, "half")) {
            peers.kill();
            peers.ended();
            assertEquals("half", text(peers.client.inputStream().readNBytes(4)), "what came before stays readable");
            SslTruncatedException truncated = assertThrows(
                    SslTruncatedException.class,
                    () -> peers.client.inputStream().read());
            assertEquals(SslSocketError.TRUNCATED, truncated.error());
            assertThrows(
                    SslTruncatedException.class,
                    () -> peers.client.byteChannel().read(ByteBuffer.allocate(1)));
            assertThrows(
                    SslTruncatedException.class,
                    () -> peers.client.outputStream().write(1));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void viewsOfOneSocketAreAlwaysTheSameAndCloseIt(World world) throws Exception {
        try (Peers peers = world.peers().start().encrypted()) {
            assertSame(peers.client.inputStream(), peers.client.inputStream());
            assertSame(peers.client.outputStream(), peers.client.outputStream());
            assertSame(peers.client.byteChannel(), peers.client.byteChannel());
            assertTrue(peers.client.byteChannel().isOpen());
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> peers.client.inputStream().read(new byte[2], 1, 2));
            assertThrows(
                    IndexOutOfBoundsException.class,
                    () -> peers.client.outputStream().write(new byte[2], -1, 1));
            peers.server.abort();
            peers.client.byteChannel().close();
            peers.until(() -> !peers.client.isOpen(), "the end");
            assertFalse(peers.client.byteChannel().isOpen());
            assertThrows(
                    ClosedChannelException.class,
                    () -> peers.client.byteChannel().write(ByteBuffer.allocate(1)));
            assertThrows(
                    SslSocketException.class, () -> peers.client.outputStream().write(1));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void aReadThatTimesOutChangesNothing(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.startLoopback().encrypted();
            peers.client.setReadTimeout(Duration.ofMillis(50));
            long begun = System.nanoTime();
            SslTimeoutException timeout = assertThrows(
                    SslTimeoutException.class, () -> peers.client.inputStream().read());
            assertTrue(System.nanoTime() - begun >= TimeUnit.MILLISECONDS.toNanos(50));
            assertEquals(SslSocketError.SOCKET_TIMEOUT, timeout.error());
            assertEquals(SslSocketError.UNKNOWN, peers.client.error(), "a timeout is no failure of the connection");
            peers.transfer(peers.server, peers.client, ascii("later"));
            assertThrows(IllegalArgumentException.class, () -> peers.client.setReadTimeout(Duration.ofMillis(-1)));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void aBlockingWriteToAPeerThatReadsNothingFailsInTime(World world) throws Exception {
        try (Peers peers = world.peers()
                .client(builder -> builder.writeTimeout(Duration.ofMillis(150))
                        .writeBufferLimit(50_000)
                        .alertFlushTimeout(Duration.ofMillis(50)))) {
            peers.start().encrypted();
            peers.wire.toServer().holdBack();
            SslSocketException failed = assertThrows(
                    SslSocketException.class, () -> peers.client.outputStream().write(new byte[1 << 20]));
            assertEquals(SslSocketError.SOCKET_TIMEOUT, failed.error());
            peers.until(() -> peers.clientTrace.has("disconnected"), "the end");
            assertEquals(SslSocketError.SOCKET_TIMEOUT, peers.client.error());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void futures(World world) throws Exception {
        try (Peers peers = world.peers();
                ServerSocketChannel listening = Peers.listen()) {
            peers.configure();
            CompletableFuture<SslSocket> future = peers.client.connectEncrypted(
                    "localhost", listening.socket().getLocalPort());
            assertFalse(future.isDone());
            peers.server.attachEncrypted(SslTransport.of(listening.accept()), SslMode.SERVER);
            assertTrue(Leaks.eventually(() -> {
                peers.server.flush();
                return future.isDone();
            }));
            assertSame(peers.client, future.get());
            assertTrue(peers.client.isEncrypted());
        }
        try (Peers peers = world.peers();
                ServerSocketChannel silent = Peers.listen()) {
            peers.configure();
            CompletableFuture<SslSocket> future =
                    peers.client.connectEncrypted("localhost", silent.socket().getLocalPort());
            assertTrue(future.cancel(true));
            assertThrows(CancellationException.class, future::join);
            assertTrue(Leaks.eventually(() -> peers.client.state() == SocketState.UNCONNECTED), peers::toString);
            assertEquals(SslSocketError.UNKNOWN, peers.client.error());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void boundSocketsComeFromTheirAddress(World world) throws Exception {
        try (Peers peers = world.peers();
                ServerSocketChannel listening = Peers.listen()) {
            peers.configure();
            peers.client.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            peers.until(() -> peers.client.state() == SocketState.BOUND, "BOUND");
            assertThrows(IllegalStateException.class, () -> peers.client.bind(new InetSocketAddress("127.0.0.1", 0)));
            peers.client.connectToHostEncrypted("127.0.0.1", listening.socket().getLocalPort());
            peers.until(() -> peers.client.state() == SocketState.CONNECTED, "the TCP connection");
            assertEquals(
                    InetAddress.getByName("127.0.0.1"),
                    ((InetSocketAddress) peers.client.localAddress().orElseThrow()).getAddress());
            assertEquals(listening.getLocalAddress(), peers.client.peerAddress().orElseThrow());
            assertEquals("127.0.0.1", peers.client.peerName());
        }
        try (Peers peers = world.peers();
                ServerSocketChannel listening = Peers.listen()) {
            peers.configure();
            // 192.0.2.1 is for documentation (RFC 5737): nobody has it.
            peers.client.bind(new InetSocketAddress("192.0.2.1", 0));
            peers.client.connectToHostEncrypted("127.0.0.1", listening.socket().getLocalPort());
            peers.until(() -> peers.clientTrace.has("errorOccurred"), "the error");
            assertEquals(SslSocketError.SOCKET_ADDRESS_NOT_AVAILABLE, peers.client.error(), peers.client::errorString);
            assertTrue(peers.client.errorString().contains("192.0.2.1"), peers.client::errorString);
        }
        try (Peers peers = world.peers();
                ServerSocketChannel listening = Peers.listen()) {
            peers.configure();
            peers.client.bind((InetSocketAddress) listening.getLocalAddress());
            peers.client.connectToHostEncrypted("127.0.0.1", listening.socket().getLocalPort());
            peers.until(() -> peers.clientTrace.has("errorOccurred"), "the error");
            assertEquals(SslSocketError.ADDRESS_IN_USE, peers.client.error(), peers.client::errorString);
        }
        try (Peers peers = world.peers()) {
            peers.client.bind(new InetSocketAddress("127.0.0.1", 0));
            peers.client.abort();
            peers.until(() -> peers.client.state() == SocketState.UNCONNECTED, "UNCONNECTED");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void socketOptions(World world) throws Exception {
        try (Peers peers = world.peers()) {
            assertThrows(
                    IllegalStateException.class,
                    () -> peers.client.setSocketOption(StandardSocketOptions.TCP_NODELAY, true));
            peers.startLoopback().encrypted();
            for (SslSocketOption option : SslSocketOption.values()) {
                if (option.isSwitch()) {
                    SocketOption<Boolean> standard = asSwitch(option.standardOption());
                    peers.client.setSocketOption(standard, true);
                    assertEquals(true, peers.client.socketOption(standard), option::toString);
                }
            }
            peers.client.setSocketOption(StandardSocketOptions.SO_RCVBUF, 32 * 1024);
            assertTrue(peers.client.socketOption(StandardSocketOptions.SO_RCVBUF) >= 32 * 1024);
        }
        try (Peers peers = world.peers()) {
            peers.start().encrypted();
            assertThrows(
                    IllegalStateException.class, () -> peers.client.socketOption(StandardSocketOptions.TCP_NODELAY));
        }
    }

    @SuppressWarnings("unchecked") // isSwitch() says that its values are Boolean
    private static SocketOption<Boolean> asSwitch(SocketOption<?> option) {
        return (SocketOption<Boolean>) option;
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void tlsInTls(World world) throws Exception {
        // The outer sockets are closed one after the other by the tunnels, so none can see the other's answer.
        Duration brief = Duration.ofMillis(100);
        try (Peers outer = world.peers()
                .client(builder -> builder.closeTimeout(brief))
                .server(builder -> builder.closeTimeout(brief))) {
            outer.startLoopback();
            try (Peers inner = new Peers(world).amongOthers()) {
                inner.configure();
                inner.server.attachEncrypted(SslTransport.ofBlocking(outer.server.byteChannel()), SslMode.SERVER);
                inner.client.setPeerVerifyName("localhost");
                inner.client.attachEncrypted(SslTransport.ofBlocking(outer.client.byteChannel()), SslMode.CLIENT);
                inner.encrypted();
                byte[] much = new byte[300_000];
                much[much.length - 1] = 7;
                inner.transfer(inner.client, inner.server, much);
                inner.transfer(inner.server, inner.client, ascii("through two layers"));
                inner.client.disconnectFromHost();
                inner.until(() -> inner.serverTrace.countText("alertReceived(close_notify)") == 1, "the good-bye");
                inner.ended(); // else the answer to the good-bye may lie unread in the outer connection
            }
            outer.until(() -> outer.client.state() == SocketState.UNCONNECTED, "the outer end");
            assertArrayEquals(new byte[0], outer.client.readAll());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void waitsReportNewBytesOnce(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.startLoopback().encrypted();
            peers.server.write(ascii("x"));
            assertTrue(peers.server.waitForBytesWritten(Peers.seconds(10)));
            assertTrue(peers.client.waitForReadyRead(Peers.seconds(10)));
            assertFalse(peers.client.waitForReadyRead(Duration.ofMillis(30)), "the same bytes are not new");
            assertEquals(1, peers.client.bytesAvailable());
            peers.server.write(ascii("y"));
            assertTrue(peers.client.waitForReadyRead(Peers.seconds(10)));
            peers.server.abort();
            assertTrue(peers.client.waitForDisconnected(Peers.seconds(10)));
            assertEquals("xy", text(peers.client.readAll()));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void waitsAreRefusedInsideListeners(World world) throws Exception {
        Throwable[] thrown = new Throwable[1];
        try (Peers peers = world.peers()) {
            peers.clientTrace.on(
                    "modeChanged",
                    socket -> thrown[0] =
                            assertThrows(IllegalStateException.class, () -> socket.waitForEncrypted(Peers.seconds(1))));
            peers.start().encrypted();
            assertTrue(thrown[0] != null);
        }
    }
}
