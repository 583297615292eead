package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W13;
import static dev.sluice.conformance.Weakness.W21;
import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.SslSocketError;
import dev.sluice.SslSocketException;
import dev.sluice.TlsAlert;
import dev.sluice.conformance.Contract;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.harness.Lane;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import dev.sluice.spi.TlsFeature;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.constraints.IntRange;

/** What becomes of a connection that fails. */
public interface FailureContract extends Contract {
    /** What an engine that gives up may be told as. */
    Set<SslSocketError> ENGINE_ERRORS = EnumSet.of(SslSocketError.SSL_HANDSHAKE_FAILED, SslSocketError.SSL_INTERNAL);

    /**
     * Brings about one fatal error after the other at a client: corrupted and senseless bytes, a refused peer, versions
     * that do not fit, a broken engine, a silent peer, a network that takes nothing. Observes that each is told once, that the
     * alert reaches the peer where both ends can say so, that a peer which gets it tells an error as well and not a clean end, and that
     * the connection ends in time and takes and gives nothing any more. If it fails, look for a second way out on error.
     */
    @Proves(value = W13, tries = 16)
    default void everyFatalErrorIsToldOnceAndEndsTheConnection(@ForAll Version version) {
        boolean alertsAreSeen = subject()
                .backend()
                .capabilities()
                .features()
                .containsAll(EnumSet.of(TlsFeature.ALERTS_SENT, TlsFeature.FATAL_ALERTS_RECEIVED));
        boolean mayChoose = subject().backend().capabilities().has(TlsFeature.CHOSEN_ALERT);
        for (FatalError error : FatalError.values()) {
            try (World world = World.of(subject(), version.range())) {
                world.client(builder -> builder.alertFlushTimeout(Ending.ALERT_LIMIT));
                Ending ending = new Ending(world, world.client(), world.wire().client());
                error.bringAbout(world, version, subject().backend());
                ending.judge(error.name());
                if (error.hasPeer()) {
                    check(
                            world.eventually(world.server()::isOver),
                            () -> error + ": the peer of the failed connection does not end\n" + world);
                    check(
                            !receivedFatal(world.server())
                                    || world.server().trace().count("errorOccurred") == 1,
                            () -> error + ": a fatal alert came, and the peer of the failed connection has told "
                                    + world.server().trace().count("errorOccurred") + " errors, expected one\n"
                                    + world);
                }
                if (alertsAreSeen && mayChoose && error.hasAlertOfOurs()) {
                    check(sentFatal(world.client()), () -> error + ": no fatal alert was sent, expected one\n" + world);
                }
                if (alertsAreSeen && error.alertArrives() && sentFatal(world.client())) {
                    check(
                            receivedFatal(world.server()),
                            () -> error + ": a fatal alert was sent and did not arrive at the peer\n" + world);
                }
            }
        }
    }

    /**
     * The same at a server: bytes that are no TLS instead of a ClientHello, behind it and after the handshake, and a record that
     * was corrupted. If it fails, look at what servers do otherwise than clients.
     */
    @Proves(value = W13, tries = 16)
    default void everyFatalErrorOfAServerIsToldOnceAndEndsTheConnection(@ForAll Version version) {
        for (Spoilt spoilt : Spoilt.values()) {
            try (World world = World.of(subject(), version.range())) {
                world.server(builder -> builder.alertFlushTimeout(Ending.ALERT_LIMIT));
                Ending ending = new Ending(world, world.server(), world.wire().server());
                spoilt.spoil(world);
                ending.judge(spoilt + " at the server");
                check(
                        world.eventually(world.client()::isOver),
                        () -> spoilt + " at the server: the client does not end\n" + world);
                check(
                        !receivedFatal(world.client()) || world.client().trace().count("errorOccurred") == 1,
                        () -> spoilt + " at the server: a fatal alert came, and the client has told "
                                + world.client().trace().count("errorOccurred") + " errors, expected one\n" + world);
            }
        }
    }

    /** What a server gets to read that it cannot read. */
    enum Spoilt {
        /** No TLS at all. */
        BEGINNING,
        /** No TLS behind the first message. */
        HANDSHAKE,
        /** No TLS behind the first data. */
        DATA,
        /** A record with a wrong bit. */
        RECORD;

        private static final byte[] NONSENSE = "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

        private void spoil(World world) {
            Lane lane = world.wire().toServer();
            switch (this) {
                case BEGINNING -> {
                    lane.inject(NONSENSE);
                    world.start();
                }
                case HANDSHAKE -> {
                    world.wire().toClient().holdBack();
                    world.start().settle();
                    lane.inject(NONSENSE);
                    world.settle();
                    world.wire().toClient().release();
                }
                case DATA -> {
                    world.start().encrypted();
                    world.transfer(world.client(), world.server(), 100);
                    lane.inject(NONSENSE);
                }
                case RECORD -> {
                    world.start().encrypted();
                    world.transfer(world.client(), world.server(), 100);
                    lane.holdBack();
                    world.client().write(1000);
                    world.client().socket().flush();
                    lane.flip(40, 3);
                    world.client().write(1000);
                    lane.release();
                }
            }
        }
    }

    private static boolean sentFatal(Side side) {
        return side.trace().events().stream().anyMatch(event -> event.text().startsWith("alertSent(FATAL"));
    }

    private static boolean receivedFatal(Side side) {
        return side.trace().events().stream().anyMatch(event -> event.text().startsWith("alertReceived(FATAL"));
    }

    /**
     * Sends a fatal alert in the clear in the middle of the handshake, with numbers that RFC 8446 knows and numbers that nobody
     * knows. Observes that the client fails at once, with one error, and tells the number where the engine tells alerts. If it
     * fails, look at what the adapter does with an alert that is in no table.
     */
    @Proves(value = W21, tries = 24)
    default void everyFatalAlertOfThePeerEndsTheHandshake(@ForAll @IntRange(min = 120, max = 255) int another) {
        boolean told = subject().backend().capabilities().has(TlsFeature.FATAL_ALERTS_RECEIVED);
        for (int number : new int[] {40, 80, 1, 99, another}) {
            for (Version version : Version.values()) {
                try (World world = World.of(subject(), version.range())) {
                    world.startClientOnly().settle();
                    world.wire().toClient().inject(Records.fatalAlert(number));
                    world.settle();
                    Side client = world.client();
                    check(
                            client.trace().count("errorOccurred") == 1
                                    && client.socket().error() == SslSocketError.SSL_HANDSHAKE_FAILED,
                            () -> "the peer sent the fatal alert " + number
                                    + " and the handshake did not fail: the error is "
                                    + client.socket().error() + "\n" + world);
                    check(
                            !told || client.trace().countText("alertReceived(FATAL " + number + ")") == 1,
                            () -> "the peer sent the fatal alert " + number + ", and nobody was told so\n" + world);
                }
            }
        }
    }

    /**
     * Breaks an engine of either side in every method and with every alert, known and unknown, in the handshake and after it, by
     * an exception and by an error, as a native library does that cannot be linked. Observes that the socket tells one defined error and keeps what the engine raised, and the alert. If it fails, look at how steps become
     * failures.
     */
    @Proves(value = W21, tries = 64)
    default void everyErrorOfAnEngineHasAMeaningAndKeepsItsCause(
            @ForAll EngineDefect defect,
            @ForAll @IntRange(max = 255) int alert,
            @ForAll boolean inHandshake,
            @ForAll boolean cannotLink) {
        for (Version version : Version.values()) {
            for (dev.sluice.spi.Side side : dev.sluice.spi.Side.values()) {
                Throwable raised = cannotLink
                        ? new UnsatisfiedLinkError("raised by the engine")
                        : new IllegalStateException("raised by the engine");
                breakEngine(version, side, defect, raised, new TlsAlert(TlsAlert.Level.FATAL, alert), inHandshake);
            }
        }
    }

    private void breakEngine(
            Version version,
            dev.sluice.spi.Side ofEngine,
            EngineDefect defect,
            Throwable raised,
            TlsAlert told,
            boolean inHandshake) {
        try (World world = World.of(subject(), version.range())) {
            BreakableEngine.Switch breakage = new BreakableEngine.Switch(defect, raised, told, inHandshake);
            world.backend(
                    new ChangedEngines(subject().backend(), ofEngine, (engine, events) -> breakage.around(engine)));
            world.start();
            if (!inHandshake) {
                world.encrypted();
                breakage.now();
                world.server().write(100);
                world.client().write(100);
            }
            world.settle();
            if (breakage.hasBroken()) { // not every engine has tasks, and none after the handshake
                Side side = ofEngine == dev.sluice.spi.Side.CLIENT ? world.client() : world.server();
                world.until(side::isOver, "the end of a connection whose engine does " + defect);
                judge(world, side, defect, raised, told);
            }
        }
    }

    private static void judge(World world, Side side, EngineDefect defect, Throwable raised, TlsAlert told) {
        check(
                side.trace().count("errorOccurred") == 1
                        && ENGINE_ERRORS.contains(side.socket().error()),
                () -> defect + ": the error is " + side.socket().error() + ", expected it told once as one of "
                        + ENGINE_ERRORS + "\n" + world);
        SslSocketException failure = side.socket().failure().orElseThrow();
        if (defect.raises()) {
            check(
                    isCausedBy(failure, raised),
                    () -> defect + ": the cause that the engine raised is lost; the failure is caused by "
                            + failure.getCause());
        }
        if (defect.tellsAlert()) {
            check(
                    failure.alert().filter(told::equals).isPresent(),
                    () -> defect + ": the engine told of " + told + ", the failure of "
                            + failure.alert().map(TlsAlert::toString).orElse("no alert"));
        }
    }

    private static boolean isCausedBy(Throwable failure, Throwable wanted) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause == wanted) {
                return true;
            }
        }
        return false;
    }

    /**
     * Corrupts a record, so that the engine itself finds an error. Observes that the error is told at once, as one of the engine,
     * with the exception of the engine as its cause. If it fails, look at what the adapter makes of an exception of its library.
     */
    @Proves(value = W21, tries = 16)
    default void anErrorThatTheEngineItselfFindsKeepsItsCause(@ForAll Version version) {
        try (World world = World.of(subject(), version.range())) {
            FatalError.CORRUPTED_RECORD.bringAbout(world, version, subject().backend());
            world.until(world.client()::isOver, "the end of a connection that got a corrupted record");
            check(
                    ENGINE_ERRORS.contains(world.client().socket().error()),
                    () -> "a corrupted record is told as "
                            + world.client().socket().error() + ", expected one of " + ENGINE_ERRORS + "\n" + world);
            SslSocketException failure = world.client().socket().failure().orElseThrow();
            check(
                    failure.getCause() != null,
                    () -> "what the engine raised is lost: the failure \"" + failure.getMessage()
                            + "\" has no cause, expected the engine's");
        }
    }
}
