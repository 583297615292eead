package dev.sluice.conformance.simulation;

import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.PauseMode;
import dev.sluice.SocketState;
import dev.sluice.SslError;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketException;
import dev.sluice.conformance.Subject;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.harness.Lane;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Trace;
import dev.sluice.conformance.harness.World;
import dev.sluice.conformance.simulation.Coverage.Met;
import dev.sluice.conformance.simulation.Setting.Opening;
import dev.sluice.conformance.simulation.Setting.Peer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Plays one {@link Script}. Invariants are looked at after every step, on both sides; conclusions are drawn at the end, when the
 * network has delivered what it holds and time enough has passed.
 *
 * <p>One thread, one script, once.
 */
public final class Simulation implements AutoCloseable {
    private static final int RECORD_BYTES = 16 * 1024;

    /** Less time than this does not run into any deadline of the configuration. */
    private static final int HARMLESS_MILLIS = 500;

    private static final int MAX_READ_BYTES = 256 * 1024;

    private final Script script;
    private final Coverage coverage = new Coverage();
    private final World world;
    private final Map<Actor, Life> lives = new EnumMap<>(Actor.class);
    private boolean tampered;
    private boolean broken;
    private boolean answered;
    private int millisPassed;
    private int turnsInARow;
    private Actor lastTurn = Actor.CLIENT;

    /** What one side has gone through in one connection. */
    private static final class Life {
        private int readLimitBytes;
        private boolean begunTls;
        private boolean endedItself;
        private boolean aborted;
        /** It ended itself before both sides were encrypted: there may never have been a connection to end in good order. */
        private boolean endedEarly;

        private boolean leftOver;
        /** Outside an event {@code close()} would wait, and in here nothing happens while somebody waits. */
        private boolean closesInNextEvent;

        private boolean sentAfterGoodBye;
    }

    private Simulation(Subject subject, Script script, boolean alone) {
        this.script = script;
        world = World.of(subject, script.setting().version().range());
        if (!alone) {
            world.amongOthers();
        }
        for (Actor actor : Actor.values()) {
            Trace.EVENTS.forEach(event -> side(actor).trace().on(event, socket -> closeIfWanted(actor)));
        }
    }

    private void closeIfWanted(Actor actor) {
        Life life = life(actor);
        if (life.closesInNextEvent) {
            life.closesInNextEvent = false;
            end(actor, side(actor).socket()::close);
        }
    }

    /**
     * Plays a script.
     *
     * @param subject what is judged
     * @param script what happens
     * @return what was met
     * @throws AssertionError if something does not hold; the message says what
     */
    public static Coverage play(Subject subject, Script script) {
        return play(subject, script, true);
    }

    /** The same; others may be playing on other threads, so that nothing can be said of what the library holds. */
    static Coverage play(Subject subject, Script script, boolean alone) {
        try (Simulation simulation = new Simulation(subject, script, alone)) {
            simulation.play();
            return simulation.coverage;
        }
    }

    private void play() {
        begin();
        int number = 0;
        for (Step step : script.steps()) {
            number++;
            take(step);
            int at = number;
            invariants(() -> "after step " + at + " (" + step + ")");
        }
        conclude();
    }

    // ---- beginning ----

    private void begin() {
        Setting setting = script.setting();
        for (Actor actor : Actor.values()) {
            Life life = new Life();
            life.readLimitBytes = setting.readLimitBytes();
            lives.put(actor, life);
            lane(actor).holdBack();
            lane(actor).capacity(setting.capacityBytes());
            side(actor).socket().setReadBufferSize(setting.readLimitBytes());
        }
        tampered = false;
        broken = false;
        answered = false;
        millisPassed = 0;
        if (setting.peer() != Peer.TRUSTED) {
            world.identity(Identities.selfSigned());
        }
        switch (setting.peer()) {
            case TRUSTED, SELF_SIGNED -> {}
            case ACCEPTED -> world.client().socket().dangerouslyIgnoreAllSslErrors();
            case ASKED -> {
                world.client().socket().setPauseMode(PauseMode.ON_SSL_ERRORS);
                coverage.met(Met.ASKED);
            }
        }
        switch (setting.opening()) {
            case ENCRYPTED -> world.start();
            case STARTTLS -> world.startPlain();
            case CLIENT_ALONE -> world.startClientOnly();
            case SERVER_ALONE -> world.startServerOnly();
        }
        boolean encrypted = setting.opening() != Opening.STARTTLS;
        lives.values().forEach(life -> life.begunTls = encrypted);
    }

    private Side side(Actor actor) {
        return switch (actor) {
            case CLIENT -> world.client();
            case SERVER -> world.server();
        };
    }

    private Life life(Actor actor) {
        Life life = lives.get(actor);
        if (life == null) {
            throw new IllegalStateException("nothing has begun");
        }
        return life;
    }

    /** The direction towards a side. */
    private Lane lane(Actor to) {
        return switch (to) {
            case CLIENT -> world.wire().toClient();
            case SERVER -> world.wire().toServer();
        };
    }

    private boolean isAlone(Actor actor) {
        return switch (script.setting().opening()) {
            case ENCRYPTED, STARTTLS -> false;
            case CLIENT_ALONE -> actor == Actor.CLIENT;
            case SERVER_ALONE -> actor == Actor.SERVER;
        };
    }

    private boolean isAbsent(Actor actor) {
        return isAlone(actor.peer());
    }

    // ---- steps ----

    private void take(Step step) {
        Actor actor = step.actor();
        int amount = step.amount();
        if (isAbsent(actor)) {
            return;
        }
        switch (step.kind()) {
            case TURN -> turn(actor);
            case WRITE -> write(actor, amount);
            case READ -> read(actor, amount);
            case READ_LIMIT -> limitReading(actor, amount);
            case UPDATE_KEYS -> side(actor).socket().updateKeys();
            case START_TLS -> startTls(actor);
            case ANSWER -> answer(amount == 1);
            case DISCONNECT -> end(actor, side(actor).socket()::disconnectFromHost);
            case CLOSE -> life(actor).closesInNextEvent = true;
            case ABORT -> {
                life(actor).aborted = true;
                end(actor, side(actor).socket()::abort);
            }
            case DELIVER -> deliver(actor, amount);
            case DELIVER_ALL -> deliver(actor, Integer.MAX_VALUE);
            case DROP, DUPLICATE, FLIP, INJECT -> tamper(step);
            case SHORT_WRITES -> shorten(amount, Met.SHORT_WRITE, lane(actor.peer())::writeSizes);
            case SHORT_READS -> shorten(amount, Met.SHORT_READ, lane(actor)::readSizes);
            case FIN -> {
                broken = true;
                fault(actor, Met.FIN);
                lane(actor).fin();
            }
            case LOSE_FIN -> lane(actor).loseFin();
            case RST -> {
                broken = true;
                fault(actor, Met.RST);
                world.wire().reset();
            }
            case PASS_TIME -> passTime(amount);
            case RECONNECT -> {
                conclude();
                world.again();
                begin();
                coverage.met(Met.RECONNECT);
            }
        }
    }

    private void turn(Actor actor) {
        turnsInARow = actor == lastTurn ? turnsInARow + 1 : 0;
        lastTurn = actor;
        if (turnsInARow == 2) {
            coverage.met(Met.REORDERED_READINESS);
        }
        side(actor).socket().flush();
        world.awaitHelpers();
    }

    private void write(Actor actor, int amount) {
        boolean goodByeHeard = side(actor).trace().countText("alertReceived(close_notify)") > 0;
        try {
            int taken = side(actor).tryToWrite(amount);
            if (taken > 0 && goodByeHeard) {
                life(actor).sentAfterGoodBye = true;
                coverage.met(Met.HALF_CLOSE);
            }
        } catch (SslSocketException e) {
            SocketState state = side(actor).socket().state();
            boolean mayRefuse = life(actor).endedItself
                    || goodByeHeard
                    || state != SocketState.CONNECTED
                    || side(actor).trace().has("errorOccurred");
            check(mayRefuse, () -> actor + ": a write was refused while connected: " + e.getMessage() + "\n" + world);
        }
    }

    private void read(Actor actor, int amount) {
        // Who is still in the clear when the other has upgraded would read the other's records as text.
        if (life(actor).begunTls || !life(actor.peer()).begunTls) {
            side(actor).read(amount, side(actor.peer()));
        }
    }

    private void limitReading(Actor actor, int amount) {
        int limit = Math.max(1, amount);
        life(actor).readLimitBytes = Math.max(limit, side(actor).socket().bytesAvailable());
        side(actor).socket().setReadBufferSize(limit);
    }

    private void startTls(Actor actor) {
        Side side = side(actor);
        if (life(actor).begunTls || side.socket().state() != SocketState.CONNECTED) {
            return;
        }
        life(actor).begunTls = true;
        life(actor).leftOver = side.socket().bytesAvailable() > 0;
        tampered |= side.received() < side(actor.peer()).sent(); // text on its way will be taken for a record
        coverage.met(Met.STARTTLS);
        if (life(actor).leftOver) {
            coverage.met(Met.LEFT_OVER);
        }
        switch (actor) {
            case CLIENT -> side.socket().startClientEncryption();
            case SERVER -> side.socket().startServerEncryption();
        }
    }

    private void answer(boolean accept) {
        if (answered || !world.client().trace().isAsked()) {
            return;
        }
        answered = true;
        if (accept) {
            world.client().socket().dangerouslyIgnoreAllSslErrors();
        }
        world.client().socket().resume();
        world.awaitAnsweredHelpers();
    }

    private void end(Actor actor, Runnable how) {
        life(actor).endedItself = true;
        life(actor).endedEarly |= !world.client().trace().has("encrypted")
                || !world.server().trace().has("encrypted");
        how.run();
    }

    private void deliver(Actor actor, int amount) {
        int inFlight = lane(actor).inFlight();
        int delivered = lane(actor).deliver(amount);
        if (inFlight > 0) {
            coverage.met(delivered < inFlight ? Met.SPLIT : Met.COALESCED);
            coverage.met(Met.DELAY);
        }
    }

    /** Does to bytes in flight what TLS has to find out. Bytes in the clear are at anybody's mercy. */
    private void tamper(Step step) {
        Actor actor = step.actor();
        boolean upgraded = world.client().trace().has("encrypted")
                && world.server().trace().has("encrypted");
        if (script.setting().opening() == Opening.STARTTLS && !upgraded) {
            return;
        }
        int amount = step.amount();
        switch (step.kind()) {
            case DROP -> tampered(actor, Met.DROPPED, lane(actor).drop(amount) > 0);
            case DUPLICATE -> tampered(actor, Met.DUPLICATED, lane(actor).duplicate(amount) > 0);
            case FLIP -> tampered(actor, Met.BIT_FLIP, lane(actor).flip(amount / 8, amount % 8));
            case INJECT -> {
                lane(actor).inject(Nonsense.make(amount));
                tampered(actor, isAlone(actor) ? Met.NONSENSE : Met.INJECTED, true);
            }
            default -> throw new IllegalArgumentException(step + " does nothing to bytes in flight");
        }
    }

    private void tampered(Actor actor, Met what, boolean done) {
        if (done) {
            tampered = true;
            fault(actor, what);
        }
    }

    private void fault(Actor actor, Met what) {
        coverage.met(what);
        Side side = side(actor);
        Met phase;
        if (side.socket().state() == SocketState.CLOSING || life(actor).endedItself) {
            phase = Met.WHILE_CLOSING;
        } else if (side.socket().isEncrypted()) {
            phase = Met.WHEN_ENCRYPTED;
        } else {
            phase = life(actor).begunTls ? Met.IN_HANDSHAKE : Met.IN_THE_CLEAR;
        }
        coverage.met(phase);
    }

    /** Three times as the step says, then as much as there is: a would-block passes. */
    private void shorten(int amount, Met what, Consumer<IntSupplier> setter) {
        int[] left = {3};
        coverage.met(amount == 0 ? Met.WOULD_BLOCK : what);
        setter.accept(() -> left[0]-- > 0 ? amount : Integer.MAX_VALUE);
    }

    private void passTime(int millis) {
        world.clock().advance(Duration.ofMillis(millis));
        millisPassed += millis;
    }

    // ---- what always holds ----

    private void invariants(Supplier<String> when) {
        for (Actor actor : Actor.values()) {
            if (isAbsent(actor)) {
                continue;
            }
            Side side = side(actor);
            Life life = life(actor);
            check(
                    side.trace().violations().isEmpty(),
                    () -> when.get() + ": " + side.trace().violations() + "\n" + world);
            int unread = side.socket().bytesAvailable();
            check(
                    unread <= life.readLimitBytes + RECORD_BYTES,
                    () -> when.get() + ": " + actor + " keeps " + unread + " unread bytes, expected at most "
                            + life.readLimitBytes + " and one record\n" + world);
            if (unread >= life.readLimitBytes) {
                coverage.met(Met.SLOW_READER);
            }
            check(
                    !life.leftOver || !side.trace().has("encrypted"),
                    () -> when.get() + ": " + actor + " is encrypted though plaintext was left unread at the upgrade\n"
                            + world);
            boolean refuses = actor == Actor.CLIENT && script.setting().peer() == Peer.SELF_SIGNED;
            check(
                    !refuses || !side.trace().has("encrypted"),
                    () -> when.get() + ": the client is encrypted with a peer that nobody vouches for\n" + world);
        }
    }

    // ---- what holds at the end ----

    private void conclude() {
        for (Actor actor : Actor.values()) {
            lane(actor).capacity(Lane.CAPACITY_BYTES);
            lane(actor).readSizes(() -> Integer.MAX_VALUE);
            lane(actor).writeSizes(() -> Integer.MAX_VALUE);
            lane(actor).release();
        }
        calm();
        boolean quiet = isQuiet();
        Set<Actor> passive = EnumSet.noneOf(Actor.class);
        lives.forEach((actor, life) -> {
            if (!life.endedItself) {
                passive.add(actor);
            }
        });
        for (Actor actor : Actor.values()) {
            if (!isAbsent(actor) && !side(actor).isOver()) {
                end(actor, side(actor).socket()::disconnectFromHost);
            }
        }
        check(
                world.eventually(() -> {
                    readAll();
                    return isOver(Actor.CLIENT) && isOver(Actor.SERVER);
                }),
                () -> "a side does not come to its end\n" + world);
        invariants(() -> "at the end");
        for (Actor actor : Actor.values()) {
            if (!isAbsent(actor)) {
                conclude(actor);
                check(
                        !quiet || !passive.contains(actor) || isWhole(actor),
                        () -> "nothing went wrong on the way, yet " + actor + " got "
                                + side(actor).received() + " of "
                                + side(actor.peer()).sent() + " bytes and reports "
                                + side(actor).socket().error() + "\n" + world);
            }
        }
    }

    /** Nothing has happened that might keep bytes from arriving. */
    private boolean isQuiet() {
        boolean trusted = switch (script.setting().peer()) {
            case TRUSTED, ACCEPTED -> true;
            case SELF_SIGNED, ASKED -> false;
        };
        return trusted
                && !tampered
                && !broken
                && millisPassed <= HARMLESS_MILLIS
                && lives.values().stream()
                        .noneMatch(life -> life.aborted || life.leftOver || life.endedEarly || !life.begunTls)
                && !isAlone(Actor.CLIENT)
                && !isAlone(Actor.SERVER);
    }

    /** All that the peer has sent has arrived, and nobody complains. */
    private boolean isWhole(Actor actor) {
        return side(actor).received() == side(actor.peer()).sent()
                && !side(actor).trace().has("errorOccurred");
    }

    /** Lets everything arrive and be read, as long as something moves. */
    private void calm() {
        long before = -1;
        for (long now = 0; now != before; ) {
            before = now;
            readAll();
            world.settle();
            now = world.client().received()
                    + world.server().received()
                    + world.client().socket().bytesAvailable()
                    + world.server().socket().bytesAvailable();
        }
    }

    private void readAll() {
        for (Actor actor : Actor.values()) {
            if (!isAbsent(actor)) {
                read(actor, MAX_READ_BYTES);
            }
        }
    }

    private boolean isOver(Actor actor) {
        return isAbsent(actor) || side(actor).isOver();
    }

    private void conclude(Actor actor) {
        Side side = side(actor);
        Side peer = side(actor.peer());
        Life life = life(actor);
        SslSocketError error = side.socket().error();
        boolean failed = side.trace().has("errorOccurred");
        boolean goodBye = side.trace().countText("alertReceived(close_notify)") > 0;
        boolean wasEncrypted = side.trace().has("encrypted");
        coverage.met(wayOfEnding(life, error, failed, side));
        if (error == SslSocketError.SOCKET_TIMEOUT) {
            coverage.met(Met.TIMEOUT);
        }
        check(
                side.socket().sessionCipher().isEmpty()
                        && side.socket().sessionProtocol().isEmpty(),
                () -> actor + " shows a session after its end\n" + world);
        check(
                wasEncrypted
                        || life.begunTls == false
                        || side.received() == 0
                        || script.setting().opening() == Opening.STARTTLS,
                () -> actor + " has received " + side.received() + " bytes without a handshake\n" + world);
        // A clean end of a stream says that nothing is missing, whatever the network did to it.
        boolean cleanEnd = wasEncrypted && goodBye && !failed && !life.endedItself;
        check(
                !cleanEnd
                        || isAbsent(actor.peer())
                        || side.received() == peer.sent()
                        || life(actor.peer()).sentAfterGoodBye,
                () -> actor + " heard the peer's good-bye and no error, but got " + side.received() + " of "
                        + peer.sent() + " bytes\n" + world);
        check(
                !(failed && error == SslSocketError.TRUNCATED && goodBye),
                () -> actor + " reports a truncation though the peer has said good-bye\n" + world);
    }

    private Met wayOfEnding(Life life, SslSocketError error, boolean failed, Side side) {
        if (life.aborted) {
            return Met.ENDED_BY_ABORT;
        }
        if (failed) {
            boolean refused = side.socket().sslHandshakeErrors().stream()
                    .anyMatch(found -> found.code() == SslError.Code.SELF_SIGNED_CERTIFICATE);
            return error == SslSocketError.TRUNCATED
                    ? Met.ENDED_TRUNCATED
                    : refused ? Met.ENDED_REFUSED : Met.ENDED_FAILED;
        }
        return life.endedItself ? Met.ENDED_BY_CLOSE : Met.ENDED_CLEAN;
    }

    @Override
    public void close() {
        world.close();
    }
}
