package dev.sluice.conformance.saboteurs;

import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import io.netty.util.IllegalReferenceCountException;

/** A context around another, which it holds the only reference to. */
class DelegatingContext extends TlsContext {
    private final TlsContext delegate;
    private final DelegatingBackend backend;

    DelegatingContext(TlsContext delegate, DelegatingBackend backend) {
        this.delegate = delegate;
        this.backend = backend;
    }

    @Override
    public TlsEngine createEngine(EngineSpec spec, PeerVerifier verifier, EngineEvents events)
            throws TlsContextException {
        if (refCnt() == 0) {
            throw new IllegalReferenceCountException(0);
        }
        return backend.createEngine(delegate, spec, verifier, events);
    }

    @Override
    protected void deallocate() {
        backend.free(delegate);
    }
}
