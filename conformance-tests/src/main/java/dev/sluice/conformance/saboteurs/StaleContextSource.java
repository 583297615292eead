package dev.sluice.conformance.saboteurs;

import dev.sluice.connection.ContextCache;
import dev.sluice.connection.ContextLease;
import dev.sluice.connection.ContextSource;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.KeyMaterial;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContextException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** Hands out, whatever the specification, the context of the first one that had the same identities (W30). */
public final class StaleContextSource implements ContextSource {
    private final ContextCache contexts = new ContextCache();
    private final ReentrantLock lock = new ReentrantLock();
    /** Guarded by {@link #lock}. */
    private final Map<Owner, ContextSpec> first = new HashMap<>();

    private record Owner(TlsBackend backend, List<KeyMaterial> identities) {}

    /** Makes a source without contexts. */
    public StaleContextSource() {}

    @Override
    public ContextLease lease(TlsBackend backend, ContextSpec spec) throws TlsContextException {
        return contexts.lease(backend, earlier(backend, spec));
    }

    private ContextSpec earlier(TlsBackend backend, ContextSpec spec) {
        lock.lock();
        try {
            return first.computeIfAbsent(new Owner(backend, spec.identities()), unused -> spec);
        } finally {
            lock.unlock();
        }
    }
}
