package dev.sluice.conformance.saboteurs;

import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import org.jspecify.annotations.Nullable;

/** A context that can be had before there is anything in it. */
final class ShellContext extends TlsContext {
    private volatile @Nullable TlsContext inside;

    /** Now it is complete. */
    void fill(TlsContext made) {
        inside = made;
    }

    @Override
    public TlsEngine createEngine(EngineSpec spec, PeerVerifier verifier, EngineEvents events)
            throws TlsContextException {
        TlsContext made = inside;
        if (made == null) {
            throw new TlsContextException("the context is not complete", null);
        }
        return made.createEngine(spec, verifier, events);
    }

    @Override
    protected void deallocate() {
        TlsContext made = inside;
        if (made != null) {
            made.release();
        }
    }
}
