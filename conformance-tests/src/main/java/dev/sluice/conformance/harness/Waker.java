package dev.sluice.conformance.harness;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Calls back after a made-up would-block, as a selector would: on another thread, soon. */
final class Waker {
    private static final ExecutorService THREAD = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "simulated-network");
        thread.setDaemon(true);
        return thread;
    });

    private Waker() {}

    static void later(Runnable wakeUp) {
        if (wakeUp != Wire.NOBODY) {
            THREAD.execute(wakeUp);
        }
    }
}
