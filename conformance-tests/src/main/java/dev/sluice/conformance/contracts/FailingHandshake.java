package dev.sluice.conformance.contracts;

import dev.sluice.SslConfiguration;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The ways in which a handshake fails, seen from the client. */
public enum FailingHandshake {
    /** What comes is not TLS. */
    PEER_IS_SOMETHING_ELSE,
    /** The client does not trust the server. */
    PEER_IS_REFUSED,
    /** The server has no version in common with the client. */
    PEER_REFUSES,
    /** The client's owner has enough. */
    ABORTED,
    /** The client's owner has enough, and says good-bye. */
    DISCONNECTED,
    /** Nothing comes. */
    TIMED_OUT,
    /** The transport ends. */
    TRANSPORT_ENDS,
    /** The transport breaks. */
    TRANSPORT_BREAKS;

    /** Begins the handshake and sees to it that it fails. */
    void play(World world, Version version) {
        world.client(FailingHandshake::impatient).server(FailingHandshake::impatient);
        switch (this) {
            case PEER_IS_SOMETHING_ELSE -> {
                world.wire().toClient().inject("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                world.start();
            }
            case PEER_IS_REFUSED -> world.identity(Identities.selfSigned()).start();
            case PEER_REFUSES ->
                world.server(builder -> builder.protocols(other(version).range()))
                        .start();
            case ABORTED -> {
                begin(world);
                world.client().socket().abort();
            }
            case DISCONNECTED -> {
                begin(world);
                world.client().socket().disconnectFromHost();
            }
            case TIMED_OUT -> begin(world);
            case TRANSPORT_ENDS -> {
                begin(world);
                world.wire().toClient().drop(Integer.MAX_VALUE);
                world.wire().toClient().fin();
            }
            case TRANSPORT_BREAKS -> {
                begin(world);
                world.wire().reset();
            }
        }
    }

    private static void begin(World world) {
        world.wire().toClient().holdBack();
        world.start().settle();
    }

    private static SslConfiguration.Builder impatient(SslConfiguration.Builder builder) {
        return builder.handshakeTimeout(Duration.ofSeconds(5));
    }

    /** The version that is not this one. */
    static Version other(Version version) {
        return switch (version) {
            case TLS_1_2 -> Version.TLS_1_3;
            case TLS_1_3 -> Version.TLS_1_2;
        };
    }
}
