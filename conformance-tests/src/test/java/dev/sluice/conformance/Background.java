package dev.sluice.conformance;

import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Work on a thread of its own, of which a test can tell whether it waits. */
final class Background<T> {
    private final FutureTask<T> task;
    private final Thread thread;

    private Background(Callable<T> work) {
        task = new FutureTask<>(work);
        thread = new Thread(task, "background");
        thread.setDaemon(true);
        thread.start();
    }

    static <T> Background<T> start(Callable<T> work) {
        return new Background<>(work);
    }

    boolean isDone() {
        return task.isDone();
    }

    T get() throws Exception {
        return task.get(Leaks.PATIENCE_NANOS, TimeUnit.NANOSECONDS);
    }

    void interrupt() {
        thread.interrupt();
    }

    /** Waits until the thread waits: for another thread, or for the network in a selector. */
    void awaitWaiting() {
        if (!Leaks.eventually(this::isWaiting)) {
            throw new AssertionError("the thread does not wait: " + Arrays.toString(thread.getStackTrace()));
        }
    }

    /** Waiting for a lock is not waiting for the peer. */
    private boolean isWaiting() {
        return isAsleep()
                && Arrays.stream(thread.getStackTrace())
                        .noneMatch(frame -> frame.getClassName().endsWith("ReentrantLock"));
    }

    private boolean isAsleep() {
        Thread.State state = thread.getState();
        return state == Thread.State.WAITING
                || state == Thread.State.TIMED_WAITING
                || Arrays.stream(thread.getStackTrace())
                        .limit(2)
                        .anyMatch(frame -> frame.isNativeMethod()
                                && (frame.getMethodName().contains("wait")
                                        || frame.getMethodName().contains("poll")));
    }

    /** How the work failed. */
    Throwable failure() throws Exception {
        try {
            throw new AssertionError("expected a failure, got " + get());
        } catch (ExecutionException e) {
            return e.getCause();
        }
    }
}
