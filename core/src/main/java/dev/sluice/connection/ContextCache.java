package dev.sluice.connection;

import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One {@link TlsContext} for all connections of equal specification.
 *
 * <p>Invariant: for a key there is at most one context that is being created or is alive. Whoever asks while it is being
 * created waits and gets a reference to the same one; look-up-and-retain and last-release-and-remove share one lock, so
 * nobody can find a context whose last reference has gone. Creation itself runs outside the lock: it may take long and
 * may call code of a provider.
 *
 * <p>Thread-safe. Lock order: this lock is the innermost; no other is taken while it is held.
 */
public final class ContextCache implements ContextSource {
    /** The contexts of this process. */
    public static final ContextCache SHARED = new ContextCache();

    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by {@link #lock}. */
    private final Map<Key, Entry> entries = new HashMap<>();

    /** Makes an empty cache. */
    public ContextCache() {}

    @Override
    public ContextLease lease(TlsBackend backend, ContextSpec spec) throws TlsContextException {
        Key key = new Key(backend, spec);
        Entry entry;
        lock.lock();
        try {
            Entry present = entries.get(key);
            if (present != null) {
                return present.join(key);
            }
            entry = new Entry(lock.newCondition());
            entries.put(key, entry);
        } finally {
            lock.unlock();
        }
        return create(key, entry);
    }

    private ContextLease create(Key key, Entry entry) throws TlsContextException {
        @Nullable TlsContext context = null;
        @Nullable TlsContextException refused = null;
        try {
            TlsContext made = key.backend.createContext(key.spec);
            if (made == null || made.refCnt() != 1) {
                throw new IllegalStateException("expected a new context with a reference count of 1, got "
                        + (made == null ? "none" : "a count of " + made.refCnt()));
            }
            LiveCounts.CONTEXTS.acquired();
            context = made;
        } catch (TlsContextException e) {
            refused = e;
        } catch (RuntimeException | LinkageError e) {
            refused = new TlsContextException(
                    "backend " + key.backend.name() + " failed to create a context: " + e.getMessage(), e);
        } finally {
            // Errors too (an OutOfMemoryError, say) must not leave waiting threads behind.
            publish(key, entry, context, refused);
        }
        if (context == null) {
            throw refused;
        }
        return new ContextLease(context, c -> giveBack(key, c));
    }

    private void publish(Key key, Entry entry, @Nullable TlsContext context, @Nullable TlsContextException refused) {
        lock.lock();
        try {
            if (context == null) {
                entries.remove(key);
                entry.refused = refused != null
                        ? refused
                        : new TlsContextException("creation of the context ended with an error", null);
            } else {
                entry.context = context;
                if (entry.waiting > 0) {
                    // On behalf of the threads that wait: none of them can find the context gone.
                    context.retain(entry.waiting);
                }
            }
            entry.settled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(Key key, TlsContext context) {
        boolean last;
        lock.lock();
        try {
            last = context.refCnt() == 1;
            if (last) {
                entries.remove(key);
            } else {
                context.release();
            }
        } finally {
            lock.unlock();
        }
        if (last) {
            // Outside the lock: freeing may be slow. Nobody can reach the context any more.
            context.release();
            LiveCounts.CONTEXTS.released();
        }
    }

    private final class Entry {
        private final Condition settled;
        /** Guarded by {@link #lock}, like all fields here. */
        private @Nullable TlsContext context;

        private @Nullable TlsContextException refused;
        private int waiting;

        Entry(Condition settled) {
            this.settled = settled;
        }

        /** Called under the lock. */
        ContextLease join(Key key) throws TlsContextException {
            if (context != null) {
                context.retain();
                return new ContextLease(context, c -> giveBack(key, c));
            }
            waiting++;
            while (context == null && refused == null) {
                settled.awaitUninterruptibly();
            }
            if (context == null) {
                TlsContextException first = refused;
                throw new TlsContextException(first == null ? "" : String.valueOf(first.getMessage()), first);
            }
            return new ContextLease(context, c -> giveBack(key, c));
        }
    }

    /** Backends are compared by identity, specifications by value. */
    private static final class Key {
        private final TlsBackend backend;
        private final ContextSpec spec;
        private final int hash;

        Key(TlsBackend backend, ContextSpec spec) {
            this.backend = backend;
            this.spec = spec;
            this.hash = 31 * System.identityHashCode(backend) + spec.hashCode();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.backend == backend && key.spec.equals(spec);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
