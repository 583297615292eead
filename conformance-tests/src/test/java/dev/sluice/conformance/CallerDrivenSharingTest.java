package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.ProtocolRange;
import dev.sluice.SslEventLoop;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketListener;
import dev.sluice.SslTransport;
import dev.sluice.conformance.Peers.Driving;
import dev.sluice.conformance.Peers.World;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** W09, W42: threads that share a socket and move its bytes themselves neither starve each other nor call user code locked. */
class CallerDrivenSharingTest {
    private static final World CALLER = new World(Driving.CALLER, ProtocolRange.TLS_1_3);

    /** What one thread writes is sent, also the part that found no room, while the only other thread waits for input. */
    @Test
    void w09_whatDoesNotFitIsSentByTheThreadThatWaitsForInput() throws Exception {
        byte[] message = new byte[1_000_000];
        try (ServerSocketChannel listening = ServerSocketChannel.open();
                SslSocket socket = SslSocket.open()) {
            listening.setOption(StandardSocketOptions.SO_RCVBUF, 8192);
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SocketChannel near = SocketChannel.open();
            near.setOption(StandardSocketOptions.SO_SNDBUF, 8192);
            near.connect(listening.getLocalAddress());
            socket.attach(near);
            try (SocketChannel peer = listening.accept()) {
                Background<Boolean> reader = Background.start(() -> socket.waitForReadyRead(Duration.ofSeconds(20)));
                reader.awaitWaiting();
                assertEquals(message.length, socket.write(message));
                Background<Integer> received = Background.start(() -> {
                    ByteBuffer room = ByteBuffer.allocate(64 * 1024);
                    int bytes = 0;
                    while (bytes < message.length) {
                        bytes += peer.read(room.clear());
                    }
                    peer.write(ByteBuffer.wrap(new byte[] {1}));
                    return bytes;
                });
                assertEquals(message.length, received.get());
                assertTrue(reader.get(), "the reader hears the answer");
            }
        }
        Leaks.assertNone();
    }

    /** The listener waits for the reader: the reader must be able to move bytes meanwhile. */
    @Test
    void w42_aReaderGetsItsByteWhileAListenerOfAnotherThreadIsStillBusy() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch read = new CountDownLatch(1);
        try (Peers peers = CALLER.peers()) {
            peers.clientTrace.on("bytesWritten", socket -> {
                busy.countDown();
                await(read);
            });
            peers.startLoopback().encrypted();
            Background<Integer> writer = Background.start(() -> peers.client.write(new byte[] {1}));
            assertTrue(busy.await(10, TimeUnit.SECONDS));
            Background<Integer> reader =
                    Background.start(() -> peers.client.inputStream().read());
            reader.awaitWaiting();
            peers.server.write(new byte[] {7});
            peers.server.flush();
            try {
                assertEquals(7, reader.get());
            } finally {
                read.countDown();
            }
            assertEquals(1, writer.get());
        }
    }

    /** An interrupted wait ends the connection; transport and listener are called without the socket's lock. */
    @ParameterizedTest
    @EnumSource(Driving.class)
    void w42_anInterruptedWaitCallsNobodyUnderTheLock(Driving driving) throws Exception {
        List<String> locked = new CopyOnWriteArrayList<>();
        Probed transport = new Probed(locked);
        try (SslEventLoop loop = SslEventLoop.start("interrupted");
                SslSocket socket =
                        driving == Driving.CALLER ? SslSocket.over(transport) : SslSocket.over(transport, loop)) {
            transport.socket = socket;
            CountDownLatch disconnected = new CountDownLatch(1);
            socket.setListener(new SslSocketListener() {
                @Override
                public void disconnected(SslSocket ended) {
                    transport.probe("disconnected");
                    disconnected.countDown();
                }
            });
            Background<Boolean> waiter = Background.start(() -> socket.waitForReadyRead(Duration.ofSeconds(20)));
            waiter.awaitWaiting();
            waiter.interrupt();
            Throwable failure = waiter.failure();
            assertInstanceOf(InterruptedIOException.class, failure);
            assertEquals("interrupted while waiting; the connection was aborted", failure.getMessage());
            assertTrue(disconnected.await(10, TimeUnit.SECONDS));
            assertEquals(List.of(), locked, "called under the socket's lock");
        }
        Leaks.assertNone();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(Leaks.PATIENCE_NANOS * 2, TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A transport on which nothing ever happens, and which looks whether it is called under its socket's lock. */
    private static final class Probed implements SslTransport {
        private final List<String> locked;
        private volatile boolean open = true;
        private volatile SslSocket socket;

        Probed(List<String> locked) {
            this.locked = locked;
        }

        /** Whether another thread can use the socket now. */
        void probe(String where) {
            SslSocket probed = socket;
            Background<Integer> other = Background.start(probed::bytesAvailable);
            if (!Leaks.eventually(other::isDone)) {
                locked.add(where);
            }
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return 0;
        }

        @Override
        public int write(ByteBuffer source) {
            return 0;
        }

        @Override
        public void shutdownOutput() {}

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            open = false;
            probe("close of the transport");
        }
    }
}
