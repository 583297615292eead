package dev.sluice.conformance.saboteurs;

import dev.sluice.connection.ConnectionParts;

/** Puts a connection with a fault into the parts of a socket. */
final class Connections {
    private Connections() {}

    /** The same parts with other connections. */
    static ConnectionParts in(ConnectionParts parts, ConnectionParts.ConnectionFactory connections) {
        return new ConnectionParts(
                parts.contexts(),
                parts.buffers(),
                parts.nanoTime(),
                parts.wallClock(),
                parts.resolver(),
                parts.verification(),
                parts.events(),
                connections);
    }
}
