package dev.sluice.conformance.saboteurs;

import dev.sluice.connection.ContextLease;
import dev.sluice.connection.ContextSource;
import dev.sluice.connection.LiveCounts;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The parts that sources of contexts have in common. There is no fault here. */
abstract class SimpleContextSource implements ContextSource {
    final ReentrantLock lock = new ReentrantLock();
    /** Guarded by {@link #lock}. */
    private final Map<Key, TlsContext> contexts = new HashMap<>();

    /** Backends are compared by identity: they have no equality of their own. */
    record Key(TlsBackend backend, ContextSpec spec) {}

    /** Under the lock: a new lease of what is there, or null. */
    final @Nullable ContextLease join(Key key) {
        TlsContext present = contexts.get(key);
        return present == null ? null : leaseOf(key, (TlsContext) present.retain());
    }

    /** Under the lock: shows a context to all, and counts it. */
    final void show(Key key, TlsContext context) {
        contexts.put(key, context);
        LiveCounts.CONTEXTS.acquired();
    }

    /** Under the lock: hides a context from all. It may have been replaced by another one. */
    final void hide(Key key, TlsContext context) {
        contexts.remove(key, context);
    }

    /** A lease of a context that was retained for it. */
    final ContextLease leaseOf(Key key, TlsContext context) {
        return new ContextLease(context, given -> giveBack(key, given));
    }

    final void giveBack(Key key, TlsContext context) {
        boolean last;
        lock.lock();
        try {
            last = context.refCnt() == 1;
            if (last) {
                hide(key, context);
            }
            context.release();
        } finally {
            lock.unlock();
        }
        if (last) {
            LiveCounts.CONTEXTS.released();
        }
    }
}
