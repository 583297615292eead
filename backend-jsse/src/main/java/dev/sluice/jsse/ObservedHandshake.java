package dev.sluice.jsse;

import dev.sluice.NamedGroup;
import dev.sluice.SslProtocol;
import dev.sluice.spi.Side;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * What one engine saw of a handshake: on clients the server's flight, on servers both. Kept until the handshake has
 * ended, then dropped with its buffers. One thread at a time.
 */
final class ObservedHandshake {
    private final Side side;
    private final HandshakeObserver client = new HandshakeObserver();
    private final HandshakeObserver server = new HandshakeObserver();

    ObservedHandshake(Side side) {
        this.side = side;
    }

    /** Reads records that the engine has consumed. */
    void inbound(ByteBuf ciphertext, int start, int end) {
        switch (side) {
            case CLIENT -> server.read(ciphertext, start, end);
            case SERVER -> client.read(ciphertext, start, end);
        }
    }

    /** Reads records that the engine has produced. */
    void outbound(ByteBuf ciphertext, int start, int end) {
        switch (side) {
            case CLIENT -> client.read(ciphertext, start, end);
            case SERVER -> server.read(ciphertext, start, end);
        }
    }

    /** The host name that the client asked for, on servers. */
    Optional<String> serverName() {
        return switch (side) {
            case CLIENT -> Optional.empty();
            case SERVER -> client.serverName();
        };
    }

    /** Whether the client offers application protocols (RFC 7301). */
    boolean offersApplicationProtocols() {
        return client.offersApplicationProtocols();
    }

    /** Whether an earlier session is resumed. */
    boolean resumed(SslProtocol negotiated) {
        return server.resumed(negotiated);
    }

    /** The group of the key exchange. */
    Optional<NamedGroup> group(SslProtocol negotiated) {
        return server.group(negotiated);
    }

    /** Whether the server has sent a session ticket within the handshake, as TLS 1.2 does (RFC 5077 §3.3). */
    boolean ticketSent() {
        return server.ticketSent();
    }
}
