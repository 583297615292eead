package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SocketState;
import dev.sluice.SslEventLoop;
import dev.sluice.SslMode;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketListener;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Threads that wait for an event-driven socket while its loop is behind. */
class EventDrivenWaitTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void waitForConnectedDoesNotTakeTheStateBeforeForTheEnd() throws Exception {
        CountDownLatch loopMayGoOn = new CountDownLatch(1);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                SslEventLoop loop = SslEventLoop.start("waits");
                SslSocket socket = SslSocket.open(loop)) {
            loop.execute(() -> awaitAtMostPatience(loopMayGoOn));
            socket.connectToHost((InetSocketAddress) server.getLocalSocketAddress());
            CompletableFuture<Boolean> connected = new CompletableFuture<>();
            Thread waiting = waiting(() -> connected.complete(socket.waitForConnected(PATIENCE)));

            assertParked(waiting);
            loopMayGoOn.countDown();
            assertTrue(connected.get());
            waiting.join();
        }
    }

    @Test
    void waitForConnectedReturnsWhenAllThatBelongsToItIsTold() throws Exception {
        CountDownLatch stateIsTold = new CountDownLatch(1);
        CountDownLatch loopMayGoOn = new CountDownLatch(1);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                SslEventLoop loop = SslEventLoop.start("waits");
                SslSocket socket = SslSocket.open(loop)) {
            socket.setListener(new SslSocketListener() {
                @Override
                public void stateChanged(SslSocket which, SocketState state) {
                    if (state == SocketState.CONNECTED) {
                        stateIsTold.countDown();
                        awaitAtMostPatience(loopMayGoOn);
                    }
                }
            });
            socket.connectToHostEncrypted("localhost", server.getLocalPort());
            awaitAtMostPatience(stateIsTold);
            assertEquals(SocketState.CONNECTED, socket.state());
            CompletableFuture<SslMode> mode = new CompletableFuture<>();
            Thread waiting = waiting(() -> {
                assertTrue(socket.waitForConnected(PATIENCE));
                mode.complete(socket.mode());
            });

            assertParked(waiting);
            loopMayGoOn.countDown();
            assertEquals(SslMode.CLIENT, mode.get(PATIENCE.toSeconds(), TimeUnit.SECONDS));
            waiting.join();
        }
    }

    @Test
    void waitForDisconnectedReturnsAfterTheLastEvent() throws Exception {
        CountDownLatch errorMayBeTold = new CountDownLatch(1);
        try (SslEventLoop loop = SslEventLoop.start("waits");
                SslSocket socket = SslSocket.open(loop)) {
            socket.setListener(new SslSocketListener() {
                @Override
                public void errorOccurred(SslSocket which, SslSocketError error) {
                    awaitAtMostPatience(errorMayBeTold);
                }
            });
            socket.connectToHost("127.0.0.1", closedPort());
            CompletableFuture<Boolean> ended = new CompletableFuture<>();
            Thread waiting = waiting(() -> ended.complete(socket.waitForDisconnected(PATIENCE)));

            assertParked(waiting);
            errorMayBeTold.countDown();
            assertTrue(ended.get());
            assertEquals(SslSocketError.CONNECTION_REFUSED, socket.error());
            waiting.join();
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    private static Thread waiting(Action action) {
        Thread thread = new Thread(
                () -> {
                    try {
                        action.run();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                "waiting");
        thread.start();
        return thread;
    }

    /** It waits, rather than having returned. */
    private static void assertParked(Thread thread) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            assertTrue(thread.isAlive(), "the wait has ended although the loop has told nothing");
            assertTrue(System.nanoTime() < deadline, () -> "the thread is " + thread.getState());
            Thread.onSpinWait();
        }
    }

    private static int closedPort() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return server.getLocalPort();
        }
    }

    private static void awaitAtMostPatience(CountDownLatch latch) {
        try {
            latch.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
