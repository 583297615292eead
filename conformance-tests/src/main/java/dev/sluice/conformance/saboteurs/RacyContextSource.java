package dev.sluice.conformance.saboteurs;

import dev.sluice.connection.ContextLease;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import org.jspecify.annotations.Nullable;

/** Looks a context up, and creates the missing one, in two steps that two threads can take at the same time (W02). */
public final class RacyContextSource extends SimpleContextSource {
    /** Makes a source without contexts. */
    public RacyContextSource() {}

    @Override
    public ContextLease lease(TlsBackend backend, ContextSpec spec) throws TlsContextException {
        Key key = new Key(backend, spec);
        @Nullable ContextLease present;
        lock.lock();
        try {
            present = join(key);
        } finally {
            lock.unlock();
        }
        if (present != null) {
            return present;
        }
        TlsContext made = backend.createContext(spec);
        lock.lock();
        try {
            show(key, made);
        } finally {
            lock.unlock();
        }
        return leaseOf(key, made);
    }
}
