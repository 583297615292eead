package dev.sluice.conformance.saboteurs;

import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.LibraryVersion;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;

/** A backend that leaves everything to another; saboteurs override one thing. Thread-safe as long as they are. */
public class DelegatingBackend implements TlsBackend {
    private final TlsBackend delegate;

    /**
     * A backend like another.
     *
     * @param delegate does the work
     */
    public DelegatingBackend(TlsBackend delegate) {
        this.delegate = delegate;
    }

    /** What does the work. */
    protected final TlsBackend delegate() {
        return delegate;
    }

    @Override
    public String name() {
        return delegate.name();
    }

    @Override
    public LibraryVersion runtimeVersion() {
        return delegate.runtimeVersion();
    }

    @Override
    public LibraryVersion buildVersion() {
        return delegate.buildVersion();
    }

    @Override
    public BackendCapabilities capabilities() {
        return delegate.capabilities();
    }

    @Override
    public TlsContext createContext(ContextSpec spec) throws TlsContextException {
        return new DelegatingContext(delegate.createContext(spec), this);
    }

    /**
     * Creates an engine; what the contexts of this backend ask.
     *
     * @param context the context of the delegate
     * @param spec what the connection needs
     * @param verifier judges the peer
     * @param events hears the engine
     * @return the engine of the delegate, or one around it
     * @throws TlsContextException if the delegate refuses
     */
    protected TlsEngine createEngine(TlsContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events)
            throws TlsContextException {
        return context.createEngine(spec, verifier, events);
    }

    /**
     * Frees a context; what the contexts of this backend do when their last user has gone.
     *
     * @param context the context of the delegate
     */
    protected void free(TlsContext context) {
        context.release();
    }
}
