package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslSocket;
import dev.sluice.conformance.Peers.World;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** W38: one thread reads while another writes, on both sides at once; nothing else moves the bytes of caller-driven sockets. */
class FullDuplexTest {
    private static final int TOTAL = 2 << 20;

    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "full-duplex");
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
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    private static byte[] bytes(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static byte[] digest(byte[] bytes) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
    }

    private Future<Void> writing(SslSocket socket, byte[] bytes) {
        return threads.submit((Callable<Void>) () -> {
            Random portions = new Random(bytes.length);
            for (int at = 0; at < bytes.length; ) {
                int length = Math.min(bytes.length - at, 1 + portions.nextInt(50_000));
                socket.outputStream().write(bytes, at, length);
                at += length;
            }
            return null;
        });
    }

    private Future<byte[]> reading(SslSocket socket, int length) {
        return threads.submit(() -> digest(socket.inputStream().readNBytes(length)));
    }

    private void exchange(Peers peers, byte[] up, byte[] down, int updates) throws Exception {
        List<Future<Void>> writers = new ArrayList<>();
        writers.add(writing(peers.client, up));
        writers.add(writing(peers.server, down));
        Future<byte[]> atServer = reading(peers.server, up.length);
        Future<byte[]> atClient = reading(peers.client, down.length);
        for (int i = 0; i < updates; i++) {
            writers.add(threads.submit((Callable<Void>) () -> {
                peers.client.updateKeys();
                peers.server.updateKeys();
                return null;
            }));
        }
        for (Future<Void> writer : writers) {
            get(writer);
        }
        assertTrue(Arrays.equals(digest(up), get(atServer)), "W38: what the server got is not what was sent");
        assertTrue(Arrays.equals(digest(down), get(atClient)), "W38: what the client got is not what was sent");
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w38_overTcpFromTheHandshakeOn(World world) throws Exception {
        try (Peers peers = world.peers();
                ServerSocketChannel listening = Peers.listen()) {
            peers.configure();
            peers.client.connectToHostEncrypted("localhost", listening.socket().getLocalPort());
            assertTrue(peers.client.waitForConnected(Peers.seconds(10)));
            peers.server.attachEncrypted(dev.sluice.SslTransport.of(listening.accept()), dev.sluice.SslMode.SERVER);
            // No wait for the end of the handshake: the streams wait for it themselves.
            // Each of these is answered by the other side; more than 32 without data between would be refused (W36).
            exchange(peers, bytes(1, TOTAL), bytes(2, TOTAL), 10);
            assertFalse(peers.clientTrace.has("errorOccurred"), peers::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w38_overANarrowWire(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.wire.toServer().capacity(5_000);
            peers.wire.toClient().capacity(7_000);
            peers.start();
            exchange(peers, bytes(3, TOTAL / 8), bytes(4, TOTAL / 8), 5);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w38_closeWhileOthersReadAndWriteEndsThem(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.startLoopback();
            CountDownLatch flowing = new CountDownLatch(2);
            List<Future<Void>> all = new ArrayList<>();
            for (SslSocket socket : List.of(peers.client, peers.server)) {
                all.add(threads.submit((Callable<Void>) () -> {
                    byte[] block = new byte[10_000];
                    try {
                        while (true) {
                            socket.outputStream().write(block);
                        }
                    } catch (IOException e) {
                        return null; // closed under our hands
                    }
                }));
                all.add(threads.submit((Callable<Void>) () -> {
                    byte[] block = new byte[10_000];
                    try {
                        while (socket.inputStream().read(block) >= 0) {
                            flowing.countDown();
                        }
                    } catch (IOException e) {
                        return null;
                    }
                    return null;
                }));
            }
            assertTrue(flowing.await(20, TimeUnit.SECONDS), peers::toString);
            Future<Void> closing = threads.submit((Callable<Void>) () -> {
                peers.client.close();
                return null;
            });
            get(closing);
            peers.server.close();
            for (Future<Void> one : all) {
                get(one);
            }
            peers.until(() -> !peers.client.isOpen() && !peers.server.isOpen(), "the closed devices");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w34_closeAbortAndDisconnectFromManyThreadsComplete(World world) throws Exception {
        for (int round = 0; round < 10; round++) {
            try (Peers peers = world.peers()) {
                peers.startLoopback();
                CountDownLatch together = new CountDownLatch(1);
                List<Future<Void>> all = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    int kind = i;
                    all.add(threads.submit((Callable<Void>) () -> {
                        together.await();
                        SslSocket socket = kind % 2 == 0 ? peers.client : peers.server;
                        switch (kind / 2) {
                            case 0 -> socket.close();
                            case 1 -> socket.disconnectFromHost();
                            case 2 -> socket.abort();
                            default -> socket.waitForDisconnected(Peers.seconds(20));
                        }
                        return null;
                    }));
                }
                together.countDown();
                for (Future<Void> one : all) {
                    get(one);
                }
                // One that was closed while it was connecting has never been connected, and hence not disconnected.
                peers.until(() -> peers.clientTrace.has("readChannelFinished"), "the end of the client");
                assertTrue(peers.clientTrace.count("disconnected") <= 1, peers::toString);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w34_abortFromAnotherThreadEndsAWait(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.startLoopback();
            peers.encrypted();
            Future<Integer> reader =
                    threads.submit(() -> peers.client.inputStream().read());
            Future<Boolean> waiter = threads.submit(() -> peers.client.waitForDisconnected(Peers.seconds(20)));
            peers.client.abort();
            assertTrue(get(waiter));
            try {
                assertEquals(-1, get(reader));
            } catch (java.util.concurrent.ExecutionException e) {
                assertTrue(e.getCause() instanceof IOException, () -> "reader ended with " + e.getCause());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void anInterruptedWaitAbortsTheConnection(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.startLoopback();
            peers.encrypted();
            CountDownLatch started = new CountDownLatch(1);
            Thread[] self = new Thread[1];
            Future<Integer> reader = threads.submit(() -> {
                self[0] = Thread.currentThread();
                started.countDown();
                return peers.client.inputStream().read();
            });
            assertTrue(started.await(10, TimeUnit.SECONDS));
            self[0].interrupt();
            java.util.concurrent.ExecutionException ended = org.junit.jupiter.api.Assertions.assertThrows(
                    java.util.concurrent.ExecutionException.class, () -> get(reader));
            assertEquals(java.io.InterruptedIOException.class, ended.getCause().getClass());
            peers.until(() -> peers.clientTrace.has("disconnected"), "the end of the aborted connection");
        }
    }
}
