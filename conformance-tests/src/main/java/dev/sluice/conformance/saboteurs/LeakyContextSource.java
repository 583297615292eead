package dev.sluice.conformance.saboteurs;

import dev.sluice.connection.ContextCache;
import dev.sluice.connection.ContextLease;
import dev.sluice.connection.ContextSource;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContextException;

/** Never gives back the lease of whoever found a context that others used already (W03). */
public final class LeakyContextSource implements ContextSource {
    private final ContextCache contexts = new ContextCache();

    /** Makes a source without contexts. */
    public LeakyContextSource() {}

    @Override
    public ContextLease lease(TlsBackend backend, ContextSpec spec) throws TlsContextException {
        ContextLease honest = contexts.lease(backend, spec);
        boolean shared = honest.context().refCnt() > 1;
        return new ContextLease(honest.context(), context -> {
            if (!shared) {
                honest.release();
            }
        });
    }
}
