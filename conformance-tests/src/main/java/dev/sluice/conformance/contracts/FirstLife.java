package dev.sluice.conformance.contracts;

import dev.sluice.PeerVerifyMode;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.certificates.Identity;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import dev.sluice.spi.TlsFeature;
import java.time.Duration;
import java.util.List;
import java.util.Set;

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
    /** Both sides showed who they are, agreed on a protocol, changed their keys, and left a transaction of their readers open. */
    RICH,
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
            case RICH -> liveRichly(world);
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

    private static void liveRichly(World world) {
        boolean[] rich = {true}; // what is set here is set for this life alone
        Set<TlsFeature> features = world.features();
        if (features.contains(TlsFeature.ALPN)) {
            List<String> protocols = List.of("first-life");
            world.client(builder -> rich[0] ? builder.allowedApplicationProtocols(protocols) : builder)
                    .server(builder -> rich[0] ? builder.allowedApplicationProtocols(protocols) : builder);
        }
        if (features.contains(TlsFeature.CLIENT_CERTIFICATES)) {
            Identity client = Identities.client();
            world.client(builder -> rich[0]
                            ? builder.localCertificate(
                                    client.chain(), client.keys().getPrivate())
                            : builder)
                    .server(builder -> rich[0] ? builder.peerVerifyMode(PeerVerifyMode.VERIFY_PEER) : builder);
        }
        world.start().encrypted();
        world.transfer(world.server(), world.client(), 1000);
        world.transfer(world.client(), world.server(), 1000);
        for (Side side : List.of(world.client(), world.server())) {
            side.socket().updateKeys(); // changes nothing where there is no such thing
        }
        world.transfer(world.server(), world.client(), 1000);
        world.client().socket().startTransaction();
        world.server().socket().startTransaction();
        world.client().socket().disconnectFromHost();
        rich[0] = false;
    }
}
