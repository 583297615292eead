package dev.sluice.conformance.oracle;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The thread of one side: does what the scenario asks for, one thing after the other, and in between moves the bytes of a
 * socket that nobody else moves. A side may wait in it without holding up the other one.
 */
final class Actor implements AutoCloseable {
    private static final long PAUSE_NANOS = 100_000;

    private final ConcurrentLinkedQueue<Runnable> work = new ConcurrentLinkedQueue<>();
    private final @Nullable Runnable pump;
    private final Thread thread;
    private volatile boolean closed;

    /** With what moves the bytes; null if they move by themselves. */
    Actor(String name, @Nullable Runnable pump) {
        this.pump = pump;
        thread = new Thread(this::run, "oracle " + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (!closed) {
            Runnable next = work.poll();
            if (next != null) {
                next.run();
                continue;
            }
            if (pump == null) {
                LockSupport.park(this);
            } else {
                pump.run();
                if (work.isEmpty()) {
                    LockSupport.parkNanos(this, PAUSE_NANOS);
                }
            }
        }
    }

    /** Does something on this side's thread and gives what came of it. */
    <T> T call(Callable<T> action, Duration patience) throws PlayException, InterruptedException {
        FutureTask<T> task = new FutureTask<>(action);
        work.add(task);
        LockSupport.unpark(thread);
        try {
            return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new PlayException("failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new PlayException("did not return within " + patience, e);
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
