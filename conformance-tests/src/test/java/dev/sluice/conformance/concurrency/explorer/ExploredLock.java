package dev.sluice.conformance.concurrency.explorer;

import java.util.Date;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** In place of a {@link ReentrantLock}. */
public final class ExploredLock extends ReentrantLock {
    private static final long serialVersionUID = 1;

    @Override
    public void lock() {
        Hooks.enter(this);
    }

    @Override
    public void unlock() {
        Hooks.exit(this);
    }

    @Override
    public Condition newCondition() {
        return new Signals(this);
    }

    static final class Signals implements Condition {
        private final Object lock;

        Signals(Object lock) {
            this.lock = lock;
        }

        @Override
        public void awaitUninterruptibly() {
            if (Thread.currentThread() instanceof ExploredThread thread) {
                thread.run.await(thread, this, lock);
            } else {
                throw new AssertionError("waits for ever: there is no other thread");
            }
        }

        @Override
        public void signal() {
            signal(1);
        }

        @Override
        public void signalAll() {
            signal(Integer.MAX_VALUE);
        }

        private void signal(int atMost) {
            if (Thread.currentThread() instanceof ExploredThread thread) {
                thread.run.signal(this, atMost);
            }
        }

        @Override
        public void await() {
            awaitUninterruptibly();
        }

        @Override
        public long awaitNanos(long nanos) {
            throw unsupported();
        }

        @Override
        public boolean await(long time, TimeUnit unit) {
            throw unsupported();
        }

        @Override
        public boolean awaitUntil(Date deadline) {
            throw unsupported();
        }

        private UnsupportedOperationException unsupported() {
            return new UnsupportedOperationException("the explorer has no clock");
        }
    }
}
