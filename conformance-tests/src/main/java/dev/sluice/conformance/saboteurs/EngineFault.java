package dev.sluice.conformance.saboteurs;

import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import java.util.function.UnaryOperator;

/** A backend each of whose engines has a fault. */
final class EngineFault extends DelegatingBackend {
    private final UnaryOperator<TlsEngine> fault;

    EngineFault(TlsBackend delegate, UnaryOperator<TlsEngine> fault) {
        super(delegate);
        this.fault = fault;
    }

    @Override
    protected TlsEngine createEngine(TlsContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events)
            throws TlsContextException {
        return fault.apply(super.createEngine(context, spec, verifier, events));
    }
}
