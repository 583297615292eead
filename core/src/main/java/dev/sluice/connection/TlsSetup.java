package dev.sluice.connection;

import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import java.util.Optional;

/**
 * All that a connection needs to begin TLS.
 *
 * @param lease the right to the context, taken: the connection releases it, once, at its end
 * @param engine the engine, taken: the connection releases it, once, before the lease
 * @param gate judges the peer
 * @param policy what may be negotiated
 * @param resumable false if the session of this connection must never be used again
 */
public record TlsSetup(
        ContextLease lease, TlsEngine engine, PeerGate gate, NegotiationPolicy policy, boolean resumable) {

    /** Makes the set-up when it is known which configuration applies. */
    @FunctionalInterface
    public interface Source {
        /**
         * Makes lease and engine, all or nothing.
         *
         * @param events hears what the engine reports
         * @param serverName the name that the client asked for; empty on clients, or if it gave none
         * @return the set-up, given to the caller
         * @throws TlsContextException if the backend refuses; nothing is left behind
         */
        TlsSetup open(EngineEvents events, Optional<String> serverName) throws TlsContextException;
    }
}
