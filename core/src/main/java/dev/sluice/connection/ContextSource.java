package dev.sluice.connection;

import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContextException;

/** Where connections get their contexts. */
@FunctionalInterface
public interface ContextSource {
    /**
     * Leases the context for a specification, creating it if there is none.
     *
     * @param backend the TLS library
     * @param spec what the context is for
     * @return a lease, owned by the caller, to be released exactly when the holder is done
     * @throws TlsContextException if the library refuses; nothing is left behind
     */
    ContextLease lease(TlsBackend backend, ContextSpec spec) throws TlsContextException;
}
