package dev.sluice.conformance;

import dev.sluice.SslDiagnostics;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting with a deadline, and the claim that everything came back. */
final class Leaks {
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(15);

    private Leaks() {}

    /** Nothing of the library is alive, at the latest after a while: threads give back what they hold as they end. */
    static void assertNone() {
        if (!eventually(() -> live().equals("contexts 0, engines 0, buffers 0, helper threads 0"))) {
            throw new AssertionError("W03, W06: still alive: " + live());
        }
    }

    static String live() {
        return "contexts " + SslDiagnostics.liveContexts() + ", engines " + SslDiagnostics.liveEngines() + ", buffers "
                + SslDiagnostics.liveBuffers() + ", helper threads " + SslDiagnostics.helperThreads();
    }

    /** Looks again and again until it holds or patience ends. */
    static boolean eventually(BooleanSupplier condition) {
        return within(PATIENCE_NANOS, condition);
    }

    static boolean within(long nanos, BooleanSupplier condition) {
        long deadline = System.nanoTime() + nanos;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(100_000);
        }
        return true;
    }
}
