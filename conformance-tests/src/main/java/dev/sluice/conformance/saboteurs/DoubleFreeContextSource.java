package dev.sluice.conformance.saboteurs;

import dev.sluice.connection.ContextCache;
import dev.sluice.connection.ContextLease;
import dev.sluice.connection.ContextSource;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContextException;

/** Gives back, with a lease, the reference of another holder as well, if there is one (W17). */
public final class DoubleFreeContextSource implements ContextSource {
    private final ContextCache contexts = new ContextCache();

    /** Makes a source without contexts. */
    public DoubleFreeContextSource() {}

    @Override
    public ContextLease lease(TlsBackend backend, ContextSpec spec) throws TlsContextException {
        ContextLease honest = contexts.lease(backend, spec);
        return new ContextLease(honest.context(), context -> {
            honest.release();
            if (context.refCnt() > 0) {
                context.release();
            }
        });
    }
}
