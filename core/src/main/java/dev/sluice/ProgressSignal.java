package dev.sluice;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tells threads that wait for a socket that something has moved: those that sleep on the lock's condition, and those that
 * sleep in a selector.
 *
 * <p>Every method but {@link #lock()} and {@link #count()} is called under the socket's lock.
 */
final class ProgressSignal {
    /** What a progress is of interest for. */
    enum What {
        /** Bytes came from the peer. */
        RECEIVED,
        /** Bytes were taken by the transport. */
        SENT,
        /** The state changed, or something that concerns everybody. */
        ANY
    }

    /** A thread that sleeps in a selector. */
    interface Waiter {
        /** Says whether what it waits for depends on the peer's bytes. */
        boolean inbound();

        /** Says whether it will see that the transport can take bytes again. */
        boolean watchesOutput();

        /** Makes it look again. */
        void wakeUp();
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Waiter> waiters = new ArrayList<>(2);
    /** Written under the lock, read by anybody: a waiting thread looks at it several times for each message. */
    private volatile long count;

    /** The lock of the socket. */
    ReentrantLock lock() {
        return lock;
    }

    /** On which threads sleep that wait for another thread of this process. */
    Condition changed() {
        return changed;
    }

    /** Grows with every progress: whoever saw the same count before and after has missed nothing. */
    long count() {
        return count;
    }

    void progressed(What what) {
        advance();
        changed.signalAll();
        for (int i = 0; i < waiters.size(); i++) { // no iterator: this runs for every record
            Waiter waiter = waiters.get(i);
            boolean concerned = switch (what) {
                case RECEIVED -> waiter.inbound();
                case SENT -> !waiter.inbound();
                case ANY -> true;
            };
            if (concerned) {
                waiter.wakeUp();
            }
        }
    }

    /**
     * The transport takes no more bytes now. Threads that fell asleep when there were none to send must watch for it: theirs
     * may be the only selector.
     */
    void outputBlocked() {
        for (Waiter waiter : waiters) {
            if (!waiter.watchesOutput()) {
                advance();
                waiter.wakeUp();
            }
        }
    }

    private void advance() {
        long next = count + 1;
        count = next;
    }

    /** The transport is free again: nothing moved, but somebody may have stood back for it. */
    void transportIsFree() {
        changed.signalAll();
    }

    void add(Waiter waiter) {
        waiters.add(waiter);
    }

    void remove(Waiter waiter) {
        waiters.remove(waiter);
    }
}
