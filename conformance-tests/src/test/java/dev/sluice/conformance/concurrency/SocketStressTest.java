package dev.sluice.conformance.concurrency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslBackends;
import dev.sluice.conformance.harness.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** W03, W17, W25, W34, W38, W42: sockets under many threads, and listeners that do things to each other's sockets. */
@Timeout(120)
class SocketStressTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Verdict.Held before = Verdict.held();

    @AfterEach
    void nothingIsHeld() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (!Verdict.held().equals(before) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(100_000);
        }
        assertEquals(before, Verdict.held(), "W03, W06: what the library holds");
    }

    @Test
    void w03_w17_w25_w38_sixtyFourThreadsHarmNothing() throws Exception {
        try (DeadlockDetector detector = DeadlockDetector.start(PATIENCE)) {
            SocketStress.Report report =
                    new SocketStress(SslBackends.active(), 42).run(64, Duration.ofSeconds(4), detector);
            detector.requireNone();
            nothingIsHeld();
            assertEquals(List.of(), report.unexpected(), report::toString);
            assertTrue(report.encrypted() >= 20 && report.ended() >= 20, () -> "too little has happened: " + report);
            assertEquals(report.contextsCreated(), report.contextsFreed(), () -> "W03: " + report);
        }
    }

    @Test
    void w25_w34_w42_listenersMayDoAnythingToEachOthersSockets() throws Exception {
        LockProbe probe = new LockProbe(8);
        try (DeadlockDetector detector = DeadlockDetector.start(PATIENCE)) {
            CrosswiseListeners.Report report = new CrosswiseListeners(SslBackends.active(), detector, probe).run();
            detector.requireNone();
            nothingIsHeld();
            assertEquals(List.of(), report.unexpected(), report::toString);
            assertEquals(List.of(), probe.findings());
            assertTrue(probe.places() > 8 && report.deeds() > 100, () -> "too little has happened: " + report);
            assertEquals(report.contextsCreated(), report.contextsFreed(), () -> "W03: " + report);
        }
    }
}
