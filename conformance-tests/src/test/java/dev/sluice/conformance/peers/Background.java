package dev.sluice.conformance.peers;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What goes on in another thread during a test. */
final class Background {
    private Background() {}

    /** Runs something in a thread of its own. */
    static <T> Future<T> call(Callable<T> action) {
        FutureTask<T> task = new FutureTask<>(action);
        Thread thread = new Thread(task, "background of a test");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    /** Waits for its result; what it threw is the cause of the failure. */
    static <T> T result(Future<T> future) throws InterruptedException {
        try {
            return future.get(PeerProcess.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("the other thread of the test failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("the other thread of the test is still at work", e);
        }
    }
}
