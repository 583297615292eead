package dev.sluice;

import dev.sluice.connection.ConnectionFailure;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.SessionFacts;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the getters of a socket show. The dispatcher advances it immediately before each event, so that a listener sees
 * the state that belongs to its event, however far the connection has gone on meanwhile.
 */
record SocketSnapshot(
        SocketState state,
        SslMode mode,
        boolean encrypted,
        boolean open,
        @Nullable ConnectionFailure failure,
        SessionFacts facts,
        boolean interrupted) {
    static final SocketSnapshot FRESH = new SocketSnapshot(
            SocketState.UNCONNECTED, SslMode.UNENCRYPTED, false, false, null, SessionFacts.NONE, false);

    SocketSnapshot withState(SocketState next) {
        return new SocketSnapshot(next, mode, encrypted, open, failure, facts, interrupted);
    }

    SocketSnapshot withMode(SslMode next) {
        return new SocketSnapshot(state, next, encrypted, open, failure, facts, interrupted);
    }

    SocketSnapshot withEncryption(SessionFacts negotiated) {
        return new SocketSnapshot(state, mode, true, open, failure, negotiated, false);
    }

    /** The session has ended; what the peer has shown can be looked at until the next connection (as in Qt). */
    SocketSnapshot withoutEncryption() {
        SessionFacts kept = new SessionFacts(
                Optional.empty(),
                Optional.empty(),
                facts.applicationProtocol(),
                facts.peer(),
                false,
                facts.preSharedKey(),
                facts.group(),
                facts.serverName(),
                facts.ticketLifetime());
        return new SocketSnapshot(state, mode, false, open, failure, kept, interrupted);
    }

    /** The peer has shown credentials that are not accepted yet, or never will be. */
    SocketSnapshot withPeer(PeerCredentials shown) {
        SessionFacts known = new SessionFacts(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                shown,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return new SocketSnapshot(state, mode, encrypted, open, failure, known, interrupted);
    }

    /** In the middle of the handshake, before the chain is known to be complete (as in Qt). */
    SocketSnapshot withInterruption(boolean next) {
        return new SocketSnapshot(state, mode, encrypted, open, failure, facts, next);
    }

    SocketSnapshot withOpen(boolean next) {
        return new SocketSnapshot(state, mode, encrypted, next, failure, facts, interrupted);
    }

    SocketSnapshot withFailure(ConnectionFailure first) {
        return new SocketSnapshot(state, mode, encrypted, open, first, facts, interrupted);
    }
}
