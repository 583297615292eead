package dev.sluice;

import dev.sluice.connection.ConnectionFailure;
import dev.sluice.spi.SessionFacts;
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
        SessionFacts facts) {
    static final SocketSnapshot FRESH =
            new SocketSnapshot(SocketState.UNCONNECTED, SslMode.UNENCRYPTED, false, false, null, SessionFacts.NONE);

    SocketSnapshot withState(SocketState next) {
        return new SocketSnapshot(next, mode, encrypted, open, failure, facts);
    }

    SocketSnapshot withMode(SslMode next) {
        return new SocketSnapshot(state, next, encrypted, open, failure, facts);
    }

    SocketSnapshot withEncryption(SessionFacts negotiated) {
        return new SocketSnapshot(state, mode, true, open, failure, negotiated);
    }

    SocketSnapshot withoutEncryption() {
        return new SocketSnapshot(state, mode, false, open, failure, SessionFacts.NONE);
    }

    SocketSnapshot withOpen(boolean next) {
        return new SocketSnapshot(state, mode, encrypted, next, failure, facts);
    }

    SocketSnapshot withFailure(ConnectionFailure first) {
        return new SocketSnapshot(state, mode, encrypted, open, first, facts);
    }
}
