package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W13;
import static dev.sluice.conformance.Weakness.W21;
import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.SslSocketError;
import dev.sluice.SslSocketException;
import dev.sluice.TlsAlert;
import dev.sluice.conformance.Contract;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import dev.sluice.spi.TlsFeature;
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
     * alert reaches the peer where both ends can say so, and that the connection then ends in time and takes and gives nothing
     * any more. If it fails, look for a second way out on error.
     */
    @Proves(value = W13, tries = 16)
    default void everyFatalErrorIsToldOnceAndEndsTheConnection(@ForAll Version version) {
        boolean alertsAreSeen = subject()
                .backend()
                .capabilities()
                .features()
                .containsAll(EnumSet.of(TlsFeature.ALERTS_SENT, TlsFeature.FATAL_ALERTS_RECEIVED));
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
                }
                if (alertsAreSeen && error.alertArrives() && sentFatal(world.client())) {
                    check(
                            receivedFatal(world.server()),
                            () -> error + ": a fatal alert was sent and did not arrive at the peer\n" + world);
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
     * Breaks an engine in every method and with every alert, known and unknown, in the handshake and after it. Observes that
     * the socket tells one defined error and keeps what the engine raised, and the alert. If it fails, look at how steps become
     * failures.
     */
    @Proves(value = W21, tries = 96)
    default void everyErrorOfAnEngineHasAMeaningAndKeepsItsCause(
            @ForAll EngineDefect defect, @ForAll @IntRange(max = 255) int alert, @ForAll boolean inHandshake) {
        for (Version version : Version.values()) {
            try (World world = World.of(subject(), version.range())) {
                IllegalStateException raised = new IllegalStateException("raised by the engine");
                TlsAlert told = new TlsAlert(TlsAlert.Level.FATAL, alert);
                BreakableEngine.Switch breakage = new BreakableEngine.Switch(defect, raised, told, inHandshake);
                world.backend(new ChangedEngines(
                        subject().backend(), dev.sluice.spi.Side.CLIENT, (engine, events) -> breakage.around(engine)));
                world.start();
                if (!inHandshake) {
                    world.encrypted();
                    breakage.now();
                    world.server().write(100);
                    world.client().write(100);
                }
                world.settle();
                if (breakage.hasBroken()) { // not every engine has tasks, and none after the handshake
                    world.until(world.client()::isOver, "the end of a connection whose engine does " + defect);
                    judge(world, defect, raised, told);
                }
            }
        }
    }

    private static void judge(World world, EngineDefect defect, Throwable raised, TlsAlert told) {
        Side side = world.client();
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
