package dev.sluice;

import dev.sluice.connection.ContextLease;
import dev.sluice.connection.ContextSource;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContextException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Keeps contexts, and the sessions inside them, alive for as long as the user holds the session store open.
 *
 * <p>Thread-safe.
 */
final class SessionLeases {
    /** Which contexts each open store keeps; a store leaves when it is closed. Guarded by the class. */
    private static final Map<SessionStore, Set<ContextKey>> KEPT = new HashMap<>();

    private record ContextKey(TlsBackend backend, ContextSource source, ContextSpec spec) {}

    private SessionLeases() {}

    /** Leases the context once for the store; the lease ends with {@link SessionStore#close()}. */
    static void keep(SessionStore store, ContextSource source, TlsBackend backend, ContextSpec spec)
            throws TlsContextException {
        if (store.isClosed()) {
            return; // nothing is stored any more; connections go on without resumption
        }
        ContextKey key = new ContextKey(backend, source, spec);
        synchronized (SessionLeases.class) {
            if (!KEPT.computeIfAbsent(store, unused -> new HashSet<>()).add(key)) {
                return;
            }
        }
        boolean kept = false;
        try {
            ContextLease lease = source.lease(backend, spec);
            store.whenClosed(() -> {
                synchronized (SessionLeases.class) {
                    KEPT.remove(store);
                }
                lease.release();
            });
            kept = true;
        } finally {
            if (!kept) {
                forget(store, key);
            }
        }
    }

    /** What was not leased is tried again the next time. */
    private static synchronized void forget(SessionStore store, ContextKey key) {
        Set<ContextKey> keys = KEPT.get(store);
        if (keys != null && keys.remove(key) && keys.isEmpty()) {
            KEPT.remove(store);
        }
    }
}
