package dev.sluice.conformance.oracle;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The one lock of a play, which says when something has happened. Thread-safe. */
final class Journal {
    /** Getters change without an event here and there, so that a wait looks again after this time. */
    private static final long LOOK_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Guarded by {@link #lock}. */
    private long lastChange = System.nanoTime();

    <T> T with(Supplier<T> access) {
        lock.lock();
        try {
            return access.get();
        } finally {
            lock.unlock();
        }
    }

    /** Something has happened. */
    void change(Runnable action) {
        lock.lock();
        try {
            action.run();
            lastChange = System.nanoTime();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** For how long nothing has happened. */
    long quietNanos() {
        return with(() -> System.nanoTime() - lastChange);
    }

    /** Waits until something holds; false if it does not within the time. */
    boolean await(BooleanSupplier condition, long nanos) throws InterruptedException {
        long deadline = System.nanoTime() + nanos;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            lock.lockInterruptibly();
            try {
                changed.awaitNanos(LOOK_AGAIN_NANOS);
            } finally {
                lock.unlock();
            }
        }
        return true;
    }
}
