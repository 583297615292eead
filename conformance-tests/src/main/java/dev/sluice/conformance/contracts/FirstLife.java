package dev.sluice.conformance.contracts;

import dev.sluice.PeerVerifyMode;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import java.time.Duration;

/** What may have been before with a pair of sockets that is used again. */
public enum FirstLife {
    /** The client verified nothing, and the server was a stranger. */
    UNVERIFIED,
    /** The client ignored all errors of a stranger. */
    IGNORED_ERRORS,
    /** The client refused a stranger. */
    REFUSED,
    /** Nobody answered. */
    TIMED_OUT,
    /** It was aborted in the middle of the handshake. */
    ABORTED_EARLY,
    /** It was aborted with bytes on their way. */
    ABORTED_LATE,
    /** The transport ended with bytes unread. */
    TRUNCATED,
    /** It was never encrypted. */
    PLAIN,
    /** All went well, to the end. */
    GOOD;

    /** Sets what both sides need for it. */
    void prepare(World world, Version version) {
        world.identity(
                        this == UNVERIFIED || this == IGNORED_ERRORS || this == REFUSED
                                ? Identities.selfSigned()
                                : Identities.server())
                .client(builder -> builder.protocols(version.range())
                        .handshakeTimeout(Duration.ofSeconds(5))
                        .peerVerifyMode(this == UNVERIFIED ? PeerVerifyMode.VERIFY_NONE : PeerVerifyMode.VERIFY_PEER))
                .server(builder -> builder.protocols(version.range()).handshakeTimeout(Duration.ofSeconds(5)));
    }

    /** Lives it, to its end. */
    void live(World world, Version version) {
        prepare(world, version);
        switch (this) {
            case UNVERIFIED, GOOD -> {
                world.start().encrypted();
                world.transfer(world.server(), world.client(), 1000);
                world.client().socket().disconnectFromHost();
            }
            case IGNORED_ERRORS -> {
                world.client().socket().dangerouslyIgnoreAllSslErrors();
                world.start().encrypted();
                world.client().socket().disconnectFromHost();
            }
            case REFUSED -> world.start();
            case TIMED_OUT -> {
                world.wire().toClient().holdBack();
                world.start();
            }
            case ABORTED_EARLY -> {
                world.wire().toClient().holdBack();
                world.start().settle();
                world.client().socket().abort();
            }
            case ABORTED_LATE -> {
                world.start().encrypted();
                world.server().write(1000);
                world.client().write(1000);
                world.client().socket().abort();
            }
            case TRUNCATED -> {
                world.start().encrypted();
                world.server().write(1000);
                world.settle();
                world.wire().toClient().fin();
            }
            case PLAIN -> {
                world.startPlain();
                world.client().write(10);
                world.settle();
                world.client().socket().disconnectFromHost();
            }
        }
        world.ended();
    }
}
