package dev.sluice.conformance.concurrency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslBackends;
import dev.sluice.SslEventLoop;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketListener;
import dev.sluice.conformance.saboteurs.ListenersUnderLock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** W25: what looks for deadlocks finds one, and says where; a listener that is called under a lock is named. */
@Timeout(60)
class DeadlockDetectorTest {
    private static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, "waited in vain");
            LockSupport.parkNanos(100_000);
        }
    }

    private static Thread start(String name, ReentrantLock first, ReentrantLock second, CyclicBarrier bothHold) {
        Thread thread = new Thread(
                () -> {
                    first.lock();
                    try {
                        bothHold.await();
                        second.lockInterruptibly();
                        second.unlock();
                    } catch (Exception ended) {
                        // The test is over.
                    } finally {
                        first.unlock();
                    }
                },
                name);
        thread.start();
        return thread;
    }

    @Test
    void w25_twoThreadsThatWaitForEachOtherAreNamed() throws Exception {
        ReentrantLock one = new ReentrantLock();
        ReentrantLock two = new ReentrantLock();
        CyclicBarrier bothHold = new CyclicBarrier(2);
        try (DeadlockDetector detector = DeadlockDetector.start(Duration.ofMinutes(1))) {
            Thread left = start("left hand", one, two, bothHold);
            Thread right = start("right hand", two, one, bothHold);
            try {
                until(() -> detector.finding().isPresent());
            } finally {
                left.interrupt();
                right.interrupt();
                left.join();
                right.join();
            }
            AssertionError found = assertThrows(AssertionError.class, detector::requireNone);
            String text = String.valueOf(found.getMessage());
            assertTrue(text.startsWith("W25: deadlock between 2 threads\n"), text);
            assertTrue(text.contains("\"left hand\" WAITING waits for java.util.concurrent.locks.ReentrantLock"), text);
            assertTrue(text.contains("which \"left hand\" holds") && text.contains("which \"right hand\" holds"), text);
            assertTrue(text.contains("    at ") && text.contains(DeadlockDetectorTest.class.getName()), text);
        }
    }

    @Test
    void w25_aRunWithoutProgressIsFoundWithWhereEachThreadStands() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        Thread waiting = new Thread(
                () -> {
                    try {
                        never.await();
                    } catch (InterruptedException ended) {
                        // The test is over.
                    }
                },
                "waits for nobody");
        waiting.start();
        try (DeadlockDetector detector = DeadlockDetector.start(Duration.ofMillis(200))) {
            detector.progress();
            until(() -> detector.finding().isPresent());
            String text = detector.finding().orElseThrow();
            assertTrue(text.startsWith("W25: no progress for 200 ms after "), text);
            assertTrue(text.contains("\"waits for nobody\" WAITING") && text.contains("CountDownLatch.await"), text);
        } finally {
            waiting.interrupt();
            waiting.join();
        }
    }

    /** One connection whose listeners are looked at, both drivers in one: the server is moved by its caller. */
    private static LockProbe probed(UnaryOperator<SslSocketListener> fault) throws Exception {
        LockProbe probe = new LockProbe(2);
        try (SslEventLoop loop = SslEventLoop.start("probed");
                SharedConfigurations configurations = new SharedConfigurations(SslBackends.active())) {
            SocketPair pair = new SocketPair(SslSocket.open(loop), SslSocket.open(), true);
            pair.both()
                    .forEach(socket ->
                            socket.setListener(fault.apply(EveryEvent.does((told, event) -> probe.look(event)))));
            pair.connect(configurations.current().newer());
            until(() -> {
                pair.server().flush();
                return pair.client().isEncrypted() && pair.server().isEncrypted();
            });
            pair.client().abort();
            pair.server().abort();
        }
        return probe;
    }

    @Test
    void w25_listenersThatAreCalledUnderALockAreNamed() throws Exception {
        LockProbe probe = probed(new ListenersUnderLock());
        assertFalse(probe.findings().isEmpty());
        for (String finding : probe.findings()) {
            assertTrue(
                    finding.contains(" was called under a lock: java.util.concurrent.locks.ReentrantLock")
                            && finding.contains(ListenersUnderLock.class.getName()),
                    finding);
        }
        assertTrue(
                probe.findings().stream().anyMatch(finding -> finding.startsWith("encrypted was called")),
                () -> probe.findings().toString());
    }

    @Test
    void w25_socketsCallTheirListenersUnderNoLock() throws Exception {
        LockProbe probe = probed(UnaryOperator.identity());
        assertEquals(List.of(), probe.findings());
        assertTrue(probe.places() >= 4, "events that were looked at");
    }
}
