package dev.sluice.spi;

import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;

/**
 * What connections of equal specification share inside a TLS library: keys, trust, sessions.
 *
 * <p>Immutable once created; share freely. Reference counted: the cache that created it hands out leases and nobody
 * else touches the count. After the last release {@link #deallocate()} closes what the library holds and wipes the
 * copies of secrets that this context made; from then on {@link #createEngine} throws.
 */
public abstract class TlsContext extends AbstractReferenceCounted {
    /** For backends. The new context has a reference count of one. */
    protected TlsContext() {}

    /**
     * Creates an engine for one connection. The caller holds a lease on this context until after
     * {@link TlsEngine#release()}.
     *
     * @param spec what the connection needs
     * @param verifier judges the peer; called by the engine
     * @param events hears what the engine reports
     * @return a new engine, owned by the caller
     * @throws TlsContextException if the library refuses a setting; nothing is left behind
     * @throws io.netty.util.IllegalReferenceCountException if this context was freed already
     */
    public abstract TlsEngine createEngine(EngineSpec spec, PeerVerifier verifier, EngineEvents events)
            throws TlsContextException;

    @Override
    public ReferenceCounted touch(Object hint) {
        return this;
    }
}
