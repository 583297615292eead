package dev.sluice.conformance.concurrency.explorer;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** {@link Fault#LOCKS_ARE_OPEN}. */
public final class OpenLock extends ReentrantLock {
    private static final long serialVersionUID = 1;

    @Override
    public void lock() {
        Hooks.write(this, "pass a lock that is none");
    }

    @Override
    public void unlock() {
        // Nothing was locked.
    }

    @Override
    public Condition newCondition() {
        return new ExploredLock.Signals(new Object());
    }
}
