package dev.sluice.conformance.contracts;

import dev.sluice.conformance.saboteurs.DelegatingBackend;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;

/** A backend whose engines a property has changed, on one side of a connection. Thread-safe if the change is. */
final class ChangedEngines extends DelegatingBackend {
    private final Side side;
    private final Change change;

    /** Puts something around an engine. */
    @FunctionalInterface
    interface Change {
        TlsEngine around(TlsEngine engine, EngineEvents events);
    }

    ChangedEngines(TlsBackend delegate, Side side, Change change) {
        super(delegate);
        this.side = side;
        this.change = change;
    }

    @Override
    protected TlsEngine createEngine(TlsContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events)
            throws TlsContextException {
        TlsEngine engine = super.createEngine(context, spec, verifier, events);
        return spec.side() == side ? change.around(engine, events) : engine;
    }
}
