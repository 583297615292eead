package dev.sluice.conformance.concurrency;

import dev.sluice.SslEventLoop;
import dev.sluice.SslSocket;
import dev.sluice.conformance.concurrency.SocketPair.Deed;
import dev.sluice.spi.TlsBackend;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Many threads do at random, for a while, whatever the API lets them do to sockets that they share: of both drivers, over
 * simulated networks, with shared configurations and session stores that come and go.
 */
public final class SocketStress {
    private static final int PAIRS_PER_DRIVER = 8;
    private static final int ENOUGH_HANDSHAKES = 20;
    private static final Duration LONGER = Duration.ofSeconds(30);
    private static final Deed[] DEEDS = Deed.values();
    private static final Duration SHORT = Duration.ofMillis(5);

    private final CountingBackend backend;
    private final long seed;
    private final ConcurrentLinkedQueue<String> unexpected = new ConcurrentLinkedQueue<>();
    private final AtomicLong deeds = new AtomicLong();
    private final AtomicLong encrypted = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();

    /**
     * What has happened. Everything was closed before.
     *
     * @param deeds what threads have done
     * @param encrypted handshakes that succeeded, counted at each end
     * @param ended connections that ended, counted at each end
     * @param contextsCreated by the backend
     * @param contextsFreed by the backend
     * @param unexpected exceptions that nothing documents
     */
    public record Report(
            long deeds, long encrypted, long ended, int contextsCreated, int contextsFreed, List<String> unexpected) {}

    /**
     * Prepares.
     *
     * @param backend the TLS library
     * @param seed chooses what the threads do; in which order, nobody chooses
     */
    public SocketStress(TlsBackend backend, long seed) {
        this.backend = new CountingBackend(backend);
        this.seed = seed;
    }

    /**
     * Runs.
     *
     * @param threads how many
     * @param duration for how long; longer on a machine so busy that hardly a handshake has succeeded by then
     * @param detector told of each step
     * @return what has happened
     * @throws IOException if no event loop can be had
     * @throws InterruptedException if the calling thread is interrupted
     */
    public Report run(int threads, Duration duration, DeadlockDetector detector)
            throws IOException, InterruptedException {
        try (SslEventLoop one = SslEventLoop.start("stress 1");
                SslEventLoop two = SslEventLoop.start("stress 2");
                SharedConfigurations configurations = new SharedConfigurations(backend)) {
            List<SocketPair> pairs = new ArrayList<>();
            for (int i = 0; i < PAIRS_PER_DRIVER; i++) {
                pairs.add(SocketPair.callerDriven());
                pairs.add(SocketPair.on(one, i % 2 == 0 ? one : two));
            }
            EveryEvent.Action count = (socket, event) -> count(event, detector);
            pairs.forEach(pair -> pair.both().forEach(socket -> socket.setListener(EveryEvent.does(count))));
            work(threads, System.nanoTime() + duration.toNanos(), pairs, configurations, detector);
            pairs.forEach(pair -> pair.both().forEach(SslSocket::abort));
        }
        return new Report(
                deeds.get(), encrypted.get(), ended.get(), backend.created(), backend.freed(), List.copyOf(unexpected));
    }

    private void count(String event, DeadlockDetector detector) {
        detector.progress();
        if (event.equals("encrypted")) {
            encrypted.incrementAndGet();
        } else if (event.equals("disconnected")) {
            ended.incrementAndGet();
        }
    }

    private void work(
            int threads,
            long deadline,
            List<SocketPair> pairs,
            SharedConfigurations configurations,
            DeadlockDetector detector)
            throws InterruptedException {
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            Random random = new Random(seed + i);
            Thread worker = new Thread(
                    () -> {
                        while (goesOn(deadline) && detector.finding().isEmpty()) {
                            step(random, pairs.get(random.nextInt(pairs.size())), configurations);
                            detector.progress();
                        }
                    },
                    "stress worker " + i);
            worker.setDaemon(true);
            worker.start();
            workers.add(worker);
        }
        for (Thread worker : workers) {
            while (worker.isAlive() && detector.finding().isEmpty()) {
                worker.join(100);
            }
        }
    }

    /** A busy machine gets more time, until something worth the name has happened. */
    private boolean goesOn(long deadline) {
        long left = deadline - System.nanoTime();
        return left > 0 || (encrypted.get() < ENOUGH_HANDSHAKES && left > -LONGER.toNanos());
    }

    private void step(Random random, SocketPair pair, SharedConfigurations configurations) {
        deeds.incrementAndGet();
        SslSocket socket = random.nextBoolean() ? pair.client() : pair.server();
        SharedConfigurations.Pair chosen = configurations.current().any(random);
        int choice = random.nextInt(100);
        try {
            if (choice == 0) {
                configurations.renew();
            } else if (choice < 12) {
                pair.connect(chosen);
            } else if (choice < 40) {
                waitShortly(random, socket);
            } else {
                pair.perform(mostlyHarmless(random), socket, chosen);
            }
        } catch (InterruptedIOException | RuntimeException e) {
            unexpected.add(Thread.currentThread().getName() + ": " + e + " at " + e.getStackTrace()[0]);
        }
    }

    /** Connections that are ended at once never get anywhere. */
    private static Deed mostlyHarmless(Random random) {
        Deed deed = DEEDS[random.nextInt(DEEDS.length)];
        boolean ends = deed == Deed.ABORT || deed == Deed.CLOSE || deed == Deed.DISCONNECT;
        return ends && random.nextInt(16) > 0 ? Deed.FLUSH : deed;
    }

    private static void waitShortly(Random random, SslSocket socket) throws InterruptedIOException {
        switch (random.nextInt(4)) {
            case 0 -> socket.waitForEncrypted(SHORT);
            case 1 -> socket.waitForReadyRead(SHORT);
            case 2 -> socket.waitForBytesWritten(SHORT);
            default -> socket.waitForDisconnected(SHORT);
        }
    }
}
