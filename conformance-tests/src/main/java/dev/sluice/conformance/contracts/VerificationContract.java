package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W18;
import static dev.sluice.conformance.Weakness.W24;
import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.PauseMode;
import dev.sluice.PeerVerifyMode;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketException;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.certificates.Identity;
import dev.sluice.conformance.certificates.IdentityMaker;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import dev.sluice.spi.TlsFeature;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import net.jqwik.api.ForAll;
import org.jspecify.annotations.Nullable;

/** How peers are judged. */
public interface VerificationContract extends ResumptionContract, NamesContract {
    /** More than all handshake messages of a side together. */
    int EARLY_BYTES = 60_000;

    /** What a side may send before the verdict: its handshake messages and an alert. */
    int HANDSHAKE_BYTES = 20_000;

    /** How long real time may be waited for a thread of the library. */
    long PATIENCE_NANOS = 10_000_000_000L;

    // ---- W18 ----

    /** Who judges the peer and is asked about it. */
    enum Judge {
        /** The client judges a server with another name. */
        CLIENT,
        /** The server judges a client that nobody vouches for. */
        SERVER;

        Side of(World world) {
            return this == CLIENT ? world.client() : world.server();
        }

        Side peer(World world) {
            return this == CLIENT ? world.server() : world.client();
        }

        private long sent(World world) {
            return (this == CLIENT ? world.wire().toServer() : world.wire().toClient()).written();
        }

        private World world(VerificationContract contract, Version version) {
            World world = World.of(contract.subject(), version.range());
            if (this == CLIENT) {
                return world.identity(Identities.wrongHost());
            }
            return world.client(builder -> builder.localCertificate(
                            Identities.selfSigned().chain(),
                            Identities.selfSigned().keys().getPrivate()))
                    .server(builder -> builder.peerVerifyMode(PeerVerifyMode.VERIFY_PEER));
        }
    }

    /** How the user is asked about a peer with errors. */
    enum Asked {
        /** The connection stands still until it is resumed. */
        PAUSED,
        /** The handshake is interrupted, and an error handler is asked then. */
        INTERRUPTED,
        /** Nobody is asked: the errors are fatal. */
        NOT_AT_ALL
    }

    /** What the user says of the errors. */
    enum Answer {
        /** They do not matter. */
        ACCEPTED,
        /** They do. */
        REFUSED
    }

    /**
     * Drives both sides writing as early as they can, while one of them asks its user about a peer with errors, over a network
     * that delivers in pieces. Observes getters and wire: until the user has accepted, the judging side neither sends more than
     * a handshake nor gives out a byte; after a refusal never. Nothing is observed of a side that has no errors to ask about,
     * and an engine that cannot wait for an answer may refuse to begin. If it fails, look at what stands between the end of
     * the engine's handshake and the queues.
     */
    @Proves(value = W18, tries = 16)
    default void noApplicationByteBeforeThePeerIsAccepted(
            @ForAll Version version, @ForAll Judge judge, @ForAll Answer answer, @ForAll byte seed) {
        for (Asked asked : Asked.values()) {
            drive(version, judge, asked, answer, new Random(seed));
        }
    }

    private void drive(Version version, Judge judge, Asked asked, Answer answer, Random random) {
        try (World world = judge.world(this, version)) {
            Side judging = judge.of(world);
            Side judged = judge.peer(world);
            AtomicBoolean accepted = new AtomicBoolean();
            ask(world, judging, judge, asked, answer, accepted);
            world.wire().toServer().readSizes(() -> 1 + random.nextInt(3_000));
            world.wire().toClient().readSizes(() -> 1 + random.nextInt(3_000));
            world.start();
            if (judging.isOver() && judge.sent(world) == 0) {
                return; // an engine that cannot wait has refused to begin
            }
            judged.write(1 + random.nextInt(EARLY_BYTES));
            judging.write(EARLY_BYTES / 2);
            boolean writtenWhileAsked = false;
            for (int turn = 0; turn < 60 && !isDecided(judging, asked); turn++) {
                world.pump();
                if (judging.trace().isAsked() && !writtenWhileAsked && asked != Asked.NOT_AT_ALL) {
                    writtenWhileAsked = true;
                    writeWhileAsked(world, judging, judge, asked);
                }
                nothingHasPassed(world, judging, judged, judge, accepted);
                if (judging.trace().isAsked()) {
                    LockSupport.parkNanos(20_000); // its helper thread may do what it must not
                }
            }
            boolean toldOfErrors =
                    judging.trace().has("sslErrors") || judging.trace().has("handshakeInterruptedOnError");
            if (!toldOfErrors) {
                return; // whether errors are found is another question
            }
            decide(world, judging, judged, judge, asked, answer);
        }
    }

    /** Whoever pauses is answered by the property alone: until then not one byte may leave because of a write. */
    private static void writeWhileAsked(World world, Side judging, Judge judge, Asked asked) {
        world.settle();
        long before = judge.sent(world);
        writeUnlessOver(judging);
        if (asked == Asked.PAUSED) {
            world.settle();
            check(
                    judge.sent(world) == before,
                    () -> "the " + judging.name() + " was written to before its peer was accepted, and "
                            + (judge.sent(world) - before) + " bytes have left: data that waits must not leave\n"
                            + world);
        }
    }

    private static void writeUnlessOver(Side side) {
        try {
            side.tryToWrite(EARLY_BYTES / 2);
        } catch (SslSocketException e) {
            // A handler has answered meanwhile, and the connection has ended: nothing can pass any more.
            check(String.valueOf(e.getMessage()).contains("cannot write"), () -> "a write was refused: " + e);
        }
    }

    private static void ask(
            World world, Side judging, Judge judge, Asked asked, Answer answer, AtomicBoolean accepted) {
        SslSocket socket = judging.socket();
        if (asked == Asked.PAUSED) {
            socket.setPauseMode(PauseMode.ON_SSL_ERRORS);
        } else if (asked == Asked.INTERRUPTED) {
            if (judge == Judge.CLIENT) {
                world.client(builder -> builder.handshakeMustInterruptOnError(true));
            } else {
                world.server(builder -> builder.handshakeMustInterruptOnError(true));
            }
            judging.trace().on("handshakeInterruptedOnError", SslSocket::continueInterruptedHandshake);
            socket.setErrorHandler((door, errors) -> {
                if (answer == Answer.ACCEPTED) {
                    accepted.set(true);
                    door.dangerouslyIgnoreAllSslErrors();
                }
            });
        }
    }

    /** Whether what comes next is allowed: in pause mode nothing is before the property itself has answered. */
    private static boolean isDecided(Side judging, Asked asked) {
        boolean answered = asked == Asked.INTERRUPTED && judging.trace().has("sslErrors");
        return answered || judging.isOver();
    }

    /** What is seen counts unless a handler has accepted before: it may do so on any turn. */
    private static void nothingHasPassed(World world, Side judging, Side judged, Judge judge, AtomicBoolean accepted) {
        boolean told = judging.trace().has("sslErrors") || judging.trace().has("handshakeInterruptedOnError");
        if (!told && judging.trace().has("encrypted")) {
            return; // no errors were found: another question
        }
        check(
                judge.sent(world) < HANDSHAKE_BYTES || accepted.get(),
                () -> "the " + judging.name() + " has sent " + judge.sent(world)
                        + " bytes before its peer was accepted, expected no more than a handshake: data that waits must"
                        + " not leave\n" + world);
        check(
                (judging.socket().bytesAvailable() == 0 && judging.trace().count("readyRead") == 0) || accepted.get(),
                () -> "the " + judging.name() + " has delivered data of a peer that was not accepted\n" + world);
        check(
                judged.socket().bytesAvailable() == 0 || accepted.get(),
                () -> "the " + judged.name() + " has received data before it was accepted\n" + world);
        check(
                !told || !judging.socket().isEncrypted() || accepted.get(),
                () -> "the " + judging.name() + " is encrypted before its peer was accepted\n" + world);
    }

    private static void decide(World world, Side judging, Side judged, Judge judge, Asked asked, Answer answer) {
        if (asked == Asked.PAUSED) {
            if (answer == Answer.ACCEPTED) {
                judging.socket().dangerouslyIgnoreAllSslErrors();
            }
            judging.socket().resume();
        }
        goOn(world, judging);
        if (asked != Asked.NOT_AT_ALL && answer == Answer.ACCEPTED) {
            world.encrypted();
            world.transfer(judging, judged, 1_000);
            world.transfer(judged, judging, 1_000);
            return;
        }
        world.until(() -> judging.isOver() || judging.trace().has("encrypted"), "what follows the refusal");
        check(
                !judging.trace().has("encrypted"),
                () -> "the " + judging.name() + " is encrypted before its peer was accepted: it was refused\n" + world);
        nothingHasPassed(world, judging, judged, judge, new AtomicBoolean());
    }

    /** A task that has its answer goes on by itself, on its own thread: real time passes until it has ended. */
    private static void goOn(World world, Side judging) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (judging.trace().isAsked() && System.nanoTime() - deadline < 0) {
            world.pump();
            LockSupport.parkNanos(20_000);
        }
    }

    // ---- W24 ----

    /** What is wrong with a peer. */
    enum Fault {
        /** Nobody vouches for the server. */
        UNTRUSTED_SERVER(Identities.selfSigned(), true),
        /** Its time is over. */
        EXPIRED_SERVER(Identities.expired(), true),
        /** Its time has not begun. */
        SERVER_OF_TOMORROW(Identities.notYetValid(), true),
        /** It is somebody else. */
        SERVER_WITH_ANOTHER_NAME(Identities.wrongHost(), true),
        /** It has the certificate of a client. */
        SERVER_WITH_ANOTHER_PURPOSE(Identities.clientAsServer(), true),
        /** Nobody vouches for the client but somebody with the name of the authority. */
        UNTRUSTED_CLIENT(
                IdentityMaker.client("client")
                        .issuedBy(IdentityMaker.authority("Conformance Root").selfSigned()),
                false),
        /** The client's time is over. */
        EXPIRED_CLIENT(IdentityMaker.client("client").expired().issuedBy(Identities.root()), false),
        /** The client has the certificate of a server. */
        CLIENT_WITH_ANOTHER_PURPOSE(Identities.server(), false),
        /** The client has none, and has to have one. */
        CLIENT_WITHOUT_CERTIFICATE(null, false);

        @SuppressWarnings("ImmutableEnumChecker") // a record of immutable things
        private final @Nullable Identity identity;

        private final boolean ofServer;

        Fault(@Nullable Identity identity, boolean ofServer) {
            this.identity = identity;
            this.ofServer = ofServer;
        }

        private World world(VerificationContract contract, Version version) {
            World world = World.of(contract.subject(), version.range());
            Identity shown = identity;
            if (shown != null && ofServer) {
                return world.identity(shown);
            }
            if (shown != null) {
                world.client(builder ->
                        builder.localCertificate(shown.chain(), shown.keys().getPrivate()));
            }
            return world.server(builder -> builder.peerVerifyMode(PeerVerifyMode.VERIFY_PEER));
        }
    }

    /**
     * Drives handshakes with every kind of bad peer; the configuration sets no more than the authority to trust, and on servers
     * that a certificate is required. Observes that each ends in one error, without a word of encryption on the side that
     * judges. Faults of clients apply where certificates of clients do. If it fails, look at what the engine says of the chain
     * that it has seen, and at who judges it.
     */
    @Proves(value = W24, tries = 8)
    default void everyErrorOfThePeerFailsTheHandshake(@ForAll Version version) {
        for (Fault fault : Fault.values()) {
            if (!fault.ofServer && !subject().backend().capabilities().has(TlsFeature.CLIENT_CERTIFICATES)) {
                continue;
            }
            try (World world = fault.world(this, version)) {
                Side judging = fault.ofServer ? world.client() : world.server();
                world.start()
                        .until(
                                () -> judging.isOver() || judging.trace().has("encrypted"),
                                "a verdict about the peer: " + fault);
                check(
                        !judging.trace().has("encrypted"),
                        () -> "the " + judging.name() + " accepts a peer that it must refuse: " + fault + "\n" + world);
                // A TLS 1.3 client is done before the server has judged it.
                check(
                        (!fault.ofServer && version == Version.TLS_1_3)
                                || !(fault.ofServer ? world.server() : world.client())
                                        .trace()
                                        .has("encrypted"),
                        () ->
                                "a peer that is refused was let end its handshake, and shown what only an accepted one may"
                                        + " see: " + fault + "\n" + world);
                world.ended();
                check(
                        judging.trace().count("errorOccurred") == 1,
                        () -> "a peer was refused (" + fault + ") with "
                                + judging.trace().count("errorOccurred") + " errors, expected one\n" + world);
            }
        }
    }
}
