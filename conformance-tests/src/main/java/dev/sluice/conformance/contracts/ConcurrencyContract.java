package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W25;
import static dev.sluice.conformance.Weakness.W30;
import static dev.sluice.conformance.Weakness.W38;
import static dev.sluice.conformance.Weakness.W42;
import static dev.sluice.conformance.harness.Verdict.check;
import static dev.sluice.conformance.harness.Verdict.equal;

import dev.sluice.PeerVerifyMode;
import dev.sluice.SocketState;
import dev.sluice.SslConfiguration;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketListener;
import dev.sluice.conformance.Contract;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.harness.Lane;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Trace;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.Wire;
import dev.sluice.conformance.harness.World;
import dev.sluice.connection.ConnectionParts;
import dev.sluice.spi.TlsFeature;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;

/** What holds with many threads, with any listener, and from one connection of a socket to the next. */
public interface ConcurrencyContract extends Contract {
    /** What is compared of two lives. */
    List<String> ACCOUNTS = List.of(
            "the events of the client",
            "the events of the server",
            "what the client's getters say",
            "what the server's getters say");

    /**
     * Inside the first event of each kind, on both sides, inside the verifiers of both configurations, inside what answers for errors
     * of the peer, and where keys are asked for, another thread asks the same socket all it can be asked, and lives the life of
     * another socket, events included. Observes that it comes to an end while the user's code still stands. If it fails, look at
     * what is locked while user code is called.
     */
    @Proves(value = W25, tries = 16)
    default void userCodeRunsUnderNoLock(@ForAll Version version) {
        List<AssertionError> findings = new ArrayList<>();
        boolean clients = subject().backend().capabilities().has(TlsFeature.CLIENT_CERTIFICATES);
        liveProbed(version, findings, world -> {
            if (clients) {
                world.client(builder -> builder.localCertificate(
                                Identities.client().chain(),
                                Identities.client().keys().getPrivate()))
                        .server(builder -> builder.peerVerifyMode(PeerVerifyMode.VERIFY_PEER));
            }
            world.client(builder -> probed(builder, world.client(), findings))
                    .server(builder -> probed(builder, world.server(), findings));
        });
        liveProbed(version, findings, world -> {
            world.identity(Identities.wrongHost());
            world.client().socket().setErrorHandler((door, errors) -> {
                probe("inside the client's handler of errors", world.client().socket(), findings);
                door.dangerouslyIgnoreAllSslErrors();
            });
        });
        boolean keys = subject().backend().capabilities().has(version.preSharedKeys());
        if (keys) {
            liveProbed(version, findings, world -> withKeys(world, findings));
        }
        check(findings.isEmpty(), () -> String.valueOf(findings.get(0).getMessage()));
    }

    private void withKeys(World world, List<AssertionError> findings) {
        byte[] key = new byte[32];
        new Random(25).nextBytes(key);
        world.client(builder -> builder.preSharedKeyEnabled(true))
                .server(builder -> builder.preSharedKeyEnabled(true).identities(List.of()));
        world.client().trace().keys(asked -> {
            probe("where the client is asked for a key", world.client().socket(), findings);
            asked.setIdentity("somebody");
            asked.setPreSharedKey(key);
        });
        world.server().trace().keys(asked -> {
            probe("where the server is asked for a key", world.server().socket(), findings);
            asked.setPreSharedKey(key);
        });
    }

    private void liveProbed(Version version, List<AssertionError> findings, Consumer<World> setting) {
        try (World world = World.of(subject(), version.range())) {
            for (Side side : List.of(world.client(), world.server())) {
                Set<String> seen = new HashSet<>();
                for (String event : Trace.EVENTS) {
                    side.trace().on(event, socket -> {
                        if (seen.add(event)) {
                            probe("inside " + event + " of the " + side.name(), socket, findings);
                        }
                    });
                }
            }
            setting.accept(world);
            world.start().encrypted();
            world.transfer(world.client(), world.server(), 1000);
            world.transfer(world.server(), world.client(), 1000);
            world.client().socket().disconnectFromHost();
            world.ended();
        }
    }

    private SslConfiguration.Builder probed(
            SslConfiguration.Builder builder, Side side, List<AssertionError> findings) {
        var verifier = builder.build().certificateVerifier();
        return builder.certificateVerifier(request -> {
            probe("inside the verifier of the " + side.name(), side.socket(), findings);
            return verifier.verify(request);
        });
    }

    /** What a listener throws is not heard by the property, so findings are collected. */
    private void probe(String where, SslSocket socket, List<AssertionError> findings) {
        if (findings.isEmpty()) { // one is enough
            try {
                Crowd.meanwhile(where, () -> Questions.askAll(socket));
                Crowd.meanwhile(where + ", a life of another socket", this::liveAnotherLife);
            } catch (AssertionError e) {
                findings.add(e);
            }
        }
    }

    private Void liveAnotherLife() {
        try (SslSocket other = subject().parts(ConnectionParts.PRODUCTION).openSocket()) {
            other.setListener(subject().listener(new SslSocketListener() {}));
            other.attach(new Wire().client());
            other.abort();
        }
        return null;
    }

    /**
     * Several threads make their configurations, contexts, engines and connections at the same time, and end them. Observes that
     * each comes to its end. If it fails, look at what is initialised on first use, and at the order of locks.
     */
    @Proves(value = W25, tries = 16)
    default void initialisationFromManyThreadsEnds(@ForAll Version version) {
        Ledger fresh = new Ledger(subject().backend());
        new Crowd(4).all(member -> {
            try (World world =
                    World.of(subject(), version.range()).backend(fresh).amongOthers()) {
                world.start().encrypted();
                world.transfer(world.client(), world.server(), 1000);
                world.server().socket().disconnectFromHost();
                world.ended();
            }
        });
    }

    /**
     * On each side one thread writes while another reads, from the handshake on, with key updates in between and a good end on
     * both sides at once; moved by those threads, and by an event loop. Observes that every byte arrives in its place,
     * and then the end. If it fails, look at what reading and writing share.
     */
    @Proves(value = W38, tries = 16)
    default void bothDirectionsMoveAtOnce(@ForAll Version version, @ForAll long seed) {
        for (Duplex.Driving driving : Duplex.Driving.values()) {
            Duplex.run(subject(), version, driving, seed);
        }
    }

    /**
     * The listener of either side misbehaves inside every event. Observes that the connection tells the same as one whose listener
     * behaves, that its bytes arrive, and that what was thrown is the thread's business. If it fails, look at how listeners are called.
     */
    @Proves(value = W42, tries = 8 * 6)
    default void aListenerThatMisbehavesHarmsNobody(@ForAll Version version, @ForAll Misdeed misdeed) {
        List<List<String>> expected = new ArrayList<>();
        List<List<String>> told = new ArrayList<>();
        Uncaught.during(thrown -> {
            for (boolean onServer : new boolean[] {false, true}) {
                expected.add(eventsOfALife(version, onServer, socket -> {}));
                check(thrown.isEmpty(), () -> "a listener was called that throws " + thrown.get(0));
                told.add(eventsOfALife(version, onServer, misdeed::commit));
                thrown.removeIf(one -> !(one instanceof AssertionError));
            }
        });
        equal(expected, told, "the events of a connection whose listener misbehaves");
    }

    /**
     * Whoever is asked about errors of the peer, or for a key, throws in place of an answer. Observes that both sides tell the same
     * as if it had come back without one. If it fails, look at what is made of an exception of somebody who decides.
     */
    @Proves(value = W42, tries = 16)
    default void whoThrowsHasNotAnswered(@ForAll Version version) {
        for (Decision asked : Decision.values()) {
            if (asked.isPossible(subject().backend().capabilities(), version)) {
                Uncaught.during(thrown -> {
                    List<String> silent = endOfALife(version, asked, () -> {});
                    List<String> throwing = endOfALife(version, asked, () -> {
                        throw new IllegalStateException("a handler throws");
                    });
                    equal(silent, throwing, asked + ": what both sides tell where a handler throws");
                    check(
                            !thrown.isEmpty(),
                            () -> asked + ": the exception is lost, expected it to be the thread's business");
                    thrown.removeIf(one -> !(one instanceof AssertionError));
                });
            }
        }
    }

    private List<String> endOfALife(Version version, Decision asked, Runnable handler) {
        try (World world = World.of(subject(), version.range())) {
            asked.prepare(world, handler);
            world.start().ended();
            List<String> told = new ArrayList<>(world.client().trace().order());
            told.addAll(world.server().trace().order());
            told.add(world.client().socket().error() + " at the client");
            told.add(world.server().socket().error() + " at the server");
            return told;
        }
    }

    private List<String> eventsOfALife(Version version, boolean onServer, Consumer<SslSocket> misdeed) {
        try (World world = World.of(subject(), version.range())) {
            Side culprit = onServer ? world.server() : world.client();
            Trace.EVENTS.forEach(event -> culprit.trace().on(event, misdeed));
            world.start();
            check(
                    isEncrypted(world),
                    () -> "a misbehaving listener has ended the connection, or is told nothing of it\n" + world);
            world.transfer(world.client(), world.server(), 1000);
            world.transfer(world.server(), world.client(), 1000);
            world.client().socket().disconnectFromHost();
            world.until(
                    () -> world.client().socket().state() == SocketState.UNCONNECTED
                            && world.server().socket().state() == SocketState.UNCONNECTED,
                    "the end of both sides");
            world.settle();
            check(
                    culprit.trace().has("disconnected"),
                    () -> "a connection whose listener misbehaves tells no end\n" + world);
            return culprit.trace().order().stream()
                    .filter(event -> !event.equals("readyRead") && !event.equals("bytesWritten"))
                    .toList();
        }
    }

    /**
     * The client's listener stands still inside {@code encrypted} until another connection has come and gone on another thread.
     * Observes that it does. If it fails, look at what connections have in common.
     */
    @Proves(value = W42, tries = 16)
    default void aListenerThatBlocksHoldsUpNobodyElse(@ForAll Version version) {
        List<AssertionError> findings = new ArrayList<>();
        try (World world = World.of(subject(), version.range())) {
            world.client().trace().on("encrypted", socket -> {
                try {
                    Crowd.meanwhile("a listener blocks, and with it another connection", () -> {
                        try (World other = World.of(subject(), version.range()).amongOthers()) {
                            other.start().encrypted();
                            other.client().socket().disconnectFromHost();
                            other.ended();
                        }
                        return null;
                    });
                } catch (AssertionError e) {
                    findings.add(e);
                }
            });
            world.start().encrypted();
        }
        check(findings.isEmpty(), () -> String.valueOf(findings.get(0).getMessage()));
    }

    /**
     * A pair of sockets takes a stranger for good, because nothing was verified or all errors were ignored; then it is used
     * again, by the rules. Observes that the stranger is refused. If it fails, look at what of the first connection is left.
     */
    @Proves(value = W30, tries = 8 * 6)
    default void nothingThatWasAcceptedIsAcceptedAgain(@ForAll Version version, @ForAll boolean verified) {
        FirstLife lenient = verified ? FirstLife.IGNORED_ERRORS : FirstLife.UNVERIFIED;
        try (World world = World.of(subject(), version.range())) {
            lenient.live(world, version);
            world.client(builder -> builder.peerVerifyMode(PeerVerifyMode.VERIFY_PEER))
                    .again()
                    .start();
            world.until(() -> world.client().isOver() || world.client().socket().isEncrypted(), "a verdict");
            check(
                    !world.client().trace().has("encrypted"),
                    () -> "a stranger was taken for good because an earlier connection had not verified it (" + lenient
                            + ")\n" + world);
            equal(SslSocketError.SSL_HANDSHAKE_FAILED, world.client().socket().error(), "the error of the client");
        }
    }

    /**
     * A pair of sockets lives any first life, with one version, and then a good second one, perhaps with the other version.
     * Observes that the second tells on both sides what a first one tells, in its events and in its getters, and that its bytes
     * arrive. If it fails, look at what of the first connection is left.
     */
    @Proves(value = W30, tries = 16)
    default void aSecondLifeIsLikeAFirst(@ForAll Version before) {
        for (Version now : Version.values()) {
            secondLivesAreLikeAFirst(before, now);
        }
    }

    private void secondLivesAreLikeAFirst(Version before, Version now) {
        List<List<String>> expected;
        try (World world = World.of(subject(), now.range())) {
            expected = goodLife(world, now);
        }
        for (FirstLife first : FirstLife.values()) {
            try (World world = World.of(subject(), now.range())) {
                first.live(world, before);
                world.again();
                List<List<String>> told = goodLife(world, now);
                for (int i = 0; i < expected.size(); i++) {
                    equal(
                            expected.get(i),
                            told.get(i),
                            ACCOUNTS.get(i) + " on a connection after another (" + first + ")");
                }
            }
        }
    }

    private static List<List<String>> goodLife(World world, Version version) {
        FirstLife.GOOD.prepare(world, version);
        world.start();
        check(isEncrypted(world), () -> "a connection fails that would succeed as the first of its sockets\n" + world);
        equal(SslSocketError.UNKNOWN, world.client().socket().error(), "the error of the client while all is well");
        world.transfer(world.client(), world.server(), 1000);
        world.transfer(world.server(), world.client(), 1000);
        List<String> clientSays = new ArrayList<>(factsOf(world.client().socket()));
        List<String> serverSays = new ArrayList<>(factsOf(world.server().socket()));
        clientSays.add(
                "new keys " + sentForNewKeys(world, world.client(), world.wire().toServer()));
        serverSays.add(
                "new keys " + sentForNewKeys(world, world.server(), world.wire().toClient()));
        world.transfer(world.client(), world.server(), 1000);
        world.client().socket().disconnectFromHost();
        world.ended();
        return List.of(world.client().trace().order(), world.server().trace().order(), clientSays, serverSays);
    }

    /** How many bytes it takes to change keys: none where there is no such thing. */
    private static long sentForNewKeys(World world, Side side, Lane lane) {
        world.settle();
        long before = lane.written();
        side.socket().updateKeys();
        world.settle();
        return lane.written() - before;
    }

    /** What a socket says of its peer and its session. Who the peer is depends on no earlier connection either. */
    private static List<String> factsOf(SslSocket socket) {
        return List.of(
                "cipher " + socket.sessionCipher(),
                "protocol " + socket.sessionProtocol(),
                "application protocol " + socket.applicationProtocol(),
                "resumed " + socket.isSessionResumed(),
                "peer " + socket.peerCertificateChain(),
                "errors " + socket.sslHandshakeErrors(),
                "asked for " + socket.requestedServerName(),
                "transaction " + socket.isTransactionStarted());
    }

    /** Moves both sides until they are encrypted, as the sockets say, or one has ended. */
    private static boolean isEncrypted(World world) {
        SslSocket client = world.client().socket();
        SslSocket server = world.server().socket();
        boolean settled = world.eventually(() -> (client.isEncrypted() && server.isEncrypted())
                || client.state() == SocketState.UNCONNECTED
                || server.state() == SocketState.UNCONNECTED);
        return settled && client.isEncrypted() && server.isEncrypted();
    }
}
