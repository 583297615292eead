package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W11;
import static dev.sluice.conformance.Weakness.W16;
import static dev.sluice.conformance.Weakness.W33;
import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.SslMode;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketException;
import dev.sluice.conformance.Contract;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import dev.sluice.spi.EngineStep;
import java.time.Duration;
import java.util.Random;
import net.jqwik.api.ForAll;

/** What holds whatever an engine or a transport reports. */
public interface EngineStatusContract extends Contract {
    /** Calls of an engine that one turn may make beside those for records. */
    int CALLS_PER_TURN = 16;

    /** Calls of an engine for each record that moved. */
    int CALLS_PER_RECORD = 4;

    /** RFC 5246 §6.2.3; a TLS 1.3 engine may be stricter. */
    int LONGEST_RECORD_BYTES = (1 << 14) + 2048;

    /** What ends so soon has not waited for a timeout. */
    Duration PROMPT = Duration.ofMillis(500);

    /** Enough turns for each life here. */
    int TURNS = 12;

    /**
     * Lets the engine of one side say of its buffers what cannot be: that indices went back, that there was more than was offered,
     * that buffers were kept or released, in the handshake and after it. Observes that this connection fails at once, with an
     * error of the engine, and that all bytes delivered before are right. If it fails, look for a length of an engine that is used
     * before it was compared with what was offered.
     */
    @Proves(value = W11, tries = 16)
    default void anEngineThatLiesAboutItsBuffersHasFailed(@ForAll Version version) {
        boolean ofClient = version == Version.TLS_1_2;
        for (LyingEngine.Lie lie : LyingEngine.Lie.values()) {
            for (dev.sluice.spi.Side side : dev.sluice.spi.Side.values()) {
                lie(version, side, new LyingEngine.Script(lie, true), true);
            }
            for (boolean inUnwrap : new boolean[] {true, false}) {
                // Half of them for each version, so that both versions together are all of them.
                ofClient = !ofClient;
                dev.sluice.spi.Side side = ofClient ? dev.sluice.spi.Side.CLIENT : dev.sluice.spi.Side.SERVER;
                lie(version, side, new LyingEngine.Script(lie, inUnwrap), false);
            }
        }
    }

    private void lie(Version version, dev.sluice.spi.Side ofEngine, LyingEngine.Script script, boolean inHandshake) {
        try (World world = World.of(subject(), version.range())) {
            world.backend(new ChangedEngines(subject().backend(), ofEngine, (engine, events) -> script.around(engine)));
            Side liar = ofEngine == dev.sluice.spi.Side.CLIENT ? world.client() : world.server();
            Side other = liar == world.client() ? world.server() : world.client();
            if (inHandshake) {
                script.now();
                world.start();
                world.eventually(() -> world.client().isOver()
                        || (world.client().socket().isEncrypted()
                                && world.server().socket().isEncrypted()));
            } else {
                world.start().encrypted();
                world.transfer(world.client(), world.server(), 1000);
                script.now();
                lieWhileBytesMove(world);
            }
            if (script.isTold()) {
                script.giveBack();
                checkFailed(
                        world,
                        liar,
                        other,
                        "the engine of the " + liar.name() + " told " + script
                                + (inHandshake ? " in the handshake" : " after it"),
                        liar.trace().has("encrypted")
                                ? SslSocketError.SSL_INTERNAL
                                : SslSocketError.SSL_HANDSHAKE_FAILED);
            }
        } finally {
            script.giveBack();
        }
    }

    private static void lieWhileBytesMove(World world) {
        for (int i = 0; i < 3; i++) {
            world.wire().toClient().holdBack();
            write(world.server(), 20_000);
            write(world.server(), 3000);
            world.server().socket().flush();
            world.wire().toClient().release();
            write(world.client(), 3000);
            write(world.client(), 20_000);
            world.settle();
            world.client().read(64 * 1024, world.server());
            world.server().read(64 * 1024, world.client());
        }
    }

    private static void write(Side side, int bytes) {
        try {
            side.tryToWrite(bytes);
        } catch (SslSocketException ended) {
            check(
                    side.trace().has("errorOccurred") || side.isOver(),
                    () -> side.name() + ": a connection that has not failed refuses a write: " + ended.getMessage());
        }
    }

    private static void checkFailed(World world, Side liar, Side other, String what, SslSocketError expected) {
        check(
                world.eventually(liar::isOver)
                        && liar.trace().count("errorOccurred") == 1
                        && liar.socket().error() == expected,
                () -> what + ": the lie was believed; the error is "
                        + liar.socket().error() + ", expected the connection to fail once with " + expected
                        + "\n" + world);
        liar.read(64 * 1024, other);
        world.until(other::isOver, "the end of the other side");
    }

    /**
     * Forges the header of a record that claims to be longer than the protocol allows, by one byte and by far, in the handshake and
     * after it, on either side. Observes that the connection fails at once and does not wait for so many bytes. If it fails, look
     * at what is done with the length in a record header.
     */
    @Proves(value = W11, tries = 16)
    default void aPeerThatLiesAboutTheLengthOfARecordHasFailed(@ForAll Version version) {
        for (int claimed : new int[] {LONGEST_RECORD_BYTES + 1, 0xffff}) {
            for (boolean inHandshake : new boolean[] {true, false}) {
                for (boolean toServer : new boolean[] {true, false}) {
                    try (World world = World.of(subject(), version.range())) {
                        if (!inHandshake) {
                            world.start().encrypted();
                            world.settle();
                        } else if (toServer) {
                            world.startServerOnly();
                        } else {
                            world.startClientOnly();
                        }
                        (toServer ? world.wire().toServer() : world.wire().toClient())
                                .inject(Records.header(inHandshake ? 22 : 23, claimed));
                        world.settle();
                        Side side = toServer ? world.server() : world.client();
                        check(
                                side.trace().count("errorOccurred") == 1,
                                () -> "the " + side.name() + " waits for a record that claims " + claimed
                                        + " bytes, expected an error at once\n" + world);
                    }
                }
            }
        }
    }

    /**
     * Lets the client's transport say of reads and writes what cannot be: more than was offered, less than was done, negative
     * numbers. Observes that this connection fails with an error of the network, and that no byte is delivered that was not sent. If
     * it fails, look at what becomes of the result of a read or a write.
     */
    @Proves(value = W11, tries = 16)
    default void aTransportThatLiesAboutItsBytesHasFailed(@ForAll Version version) {
        for (LyingTransport.Lie lie : LyingTransport.Lie.values()) {
            try (World world = World.of(subject(), version.range())) {
                LyingTransport transport = new LyingTransport(world.wire().client(), lie);
                world.startServerOnly();
                world.client().socket().setSslConfiguration(world.clientConfiguration());
                world.client().socket().setPeerVerifyName("localhost");
                world.client().socket().attachEncrypted(transport, SslMode.CLIENT);
                world.encrypted();
                transport.now();
                lieWhileBytesMove(world);
                check(transport.isTold(), "the transport was never asked for anything");
                checkFailed(world, world.client(), world.server(), lie.toString(), SslSocketError.NETWORK);
            }
        }
    }

    /**
     * Replaces one step of the engine of one side by each other kind in turn, in the handshake and after it, with and without the
     * work having been done; and lets the engine of each side say that it has a task, after the handshake and while closing. Observes
     * that the connection then works, or fails, or ends, and that closing it comes to an end; and that the engine is not called for
     * ever. If it fails, look for a kind of step that one phase does not expect.
     */
    @Proves(value = W16, tries = 16)
    default void whateverAnEngineReportsTheConnectionGoesOnOrEnds(@ForAll Version version, @ForAll long seed) {
        Random random = new Random(seed);
        for (EngineStep.Kind kind : EngineStep.Kind.values()) {
            boolean works = random.nextBoolean();
            reportInHandshake(
                    version, either(random), new StrangeEngine.Script(kind, works, false, random.nextInt(12)), kind);
            reportAfterHandshake(
                    version, either(random), new StrangeEngine.Script(kind, !works, false, Integer.MAX_VALUE), kind);
        }
        for (dev.sluice.spi.Side side : dev.sluice.spi.Side.values()) {
            boolean works = random.nextBoolean();
            EngineStep.Kind task = EngineStep.Kind.NEEDS_TASK;
            reportAfterHandshake(version, side, new StrangeEngine.Script(task, works, false, Integer.MAX_VALUE), task);
            reportWhileClosing(version, side, new StrangeEngine.Script(task, works, false, Integer.MAX_VALUE), task);
        }
    }

    private static dev.sluice.spi.Side either(Random random) {
        return random.nextBoolean() ? dev.sluice.spi.Side.CLIENT : dev.sluice.spi.Side.SERVER;
    }

    private void reportInHandshake(
            Version version, dev.sluice.spi.Side ofEngine, StrangeEngine.Script script, EngineStep.Kind kind) {
        try (World world = World.of(subject(), version.range())) {
            world.backend(around(script, ofEngine));
            world.start();
            boolean clear =
                    world.eventually(() -> (isEncryptedOrOver(world.client()) && isEncryptedOrOver(world.server()))
                            || world.client().isOver()
                            || world.server().isOver());
            check(
                    clear,
                    () -> "the engine reported " + kind + " in the handshake, which neither goes on nor ends\n"
                            + world);
            checkGoesOnOrEnds(world, kind + " in the handshake");
            script.checkEndOfCalls();
        }
    }

    private void reportAfterHandshake(
            Version version, dev.sluice.spi.Side ofEngine, StrangeEngine.Script script, EngineStep.Kind kind) {
        try (World world = World.of(subject(), version.range())) {
            world.backend(around(script, ofEngine));
            world.start().encrypted();
            world.settle();
            script.now();
            checkGoesOnOrEnds(world, kind + " after the handshake");
            script.checkEndOfCalls();
        }
    }

    private void reportWhileClosing(
            Version version, dev.sluice.spi.Side ofEngine, StrangeEngine.Script script, EngineStep.Kind kind) {
        try (World world = World.of(subject(), version.range())) {
            world.backend(around(script, ofEngine));
            world.start().encrypted();
            world.settle();
            Side closing = ofEngine == dev.sluice.spi.Side.CLIENT ? world.client() : world.server();
            script.now();
            closing.socket().disconnectFromHost();
            check(
                    world.eventually(
                            () -> world.client().isOver() && world.server().isOver()),
                    () -> "the engine reported " + kind + " while closing: closing does not come to an end\n" + world);
            check(
                    world.clock().elapsed().compareTo(PROMPT) < 0,
                    () -> "the engine reported " + kind + " while closing: nobody ran the task, and the end came by a"
                            + " timeout, after " + world.clock().elapsed() + "\n" + world);
            script.checkEndOfCalls();
        }
    }

    private ChangedEngines around(StrangeEngine.Script script, dev.sluice.spi.Side ofEngine) {
        return new ChangedEngines(subject().backend(), ofEngine, (engine, events) -> script.around(engine));
    }

    private static boolean isEncryptedOrOver(Side side) {
        return side.trace().has("encrypted") || side.isOver();
    }

    private static void checkGoesOnOrEnds(World world, String what) {
        write(world.server(), 1000);
        write(world.client(), 1000);
        boolean clear = world.eventually(
                () -> hasReadAll(world.client(), world.server()) && hasReadAll(world.server(), world.client()));
        check(clear, () -> "the engine reported " + what + ": nothing moves any more and nobody has failed\n" + world);
        world.client().socket().disconnectFromHost();
        world.server().socket().disconnectFromHost();
        check(
                world.eventually(() -> world.client().isOver() && world.server().isOver()),
                () -> "the engine reported " + what + ": closing does not come to an end\n" + world);
    }

    private static boolean hasReadAll(Side reader, Side writer) {
        reader.read(64 * 1024, writer);
        return reader.received() >= writer.sent()
                || reader.isOver()
                || writer.isOver()
                || reader.trace().has("readChannelFinished");
    }

    /**
     * Counts the calls of both engines in each turn of a whole life: handshake, data, key updates, rest, and each kind of
     * end. Observes that there are at most four for each record that moved and sixteen more. If it fails, look for a loop that
     * does not ask whether something moved.
     */
    @Proves(value = W33, tries = 16)
    default void anEngineIsCalledForWhatMovesOnly(@ForAll Version version) {
        for (EndOfLife end : EndOfLife.values()) {
            Meter client = new Meter("client", StrangeEngine.Script.honest());
            Meter server = new Meter("server", StrangeEngine.Script.honest());
            try (World world = World.of(subject(), version.range())) {
                world.backend(new ChangedEngines(
                        new ChangedEngines(
                                subject().backend(),
                                dev.sluice.spi.Side.CLIENT,
                                (engine, events) -> client.script().around(engine)),
                        dev.sluice.spi.Side.SERVER,
                        (engine, events) -> server.script().around(engine)));
                world.start();
                turns(world, client, server);
                write(world.client(), 50_000);
                write(world.server(), 50_000);
                turns(world, client, server);
                world.client().read(64 * 1024, world.server());
                world.client().socket().updateKeys(); // changes nothing where there is no such thing
                turns(world, client, server);
                end.bringAbout(world);
                turns(world, client, server);
            }
        }
    }

    private static void turns(World world, Meter client, Meter server) {
        for (int i = 0; i < TURNS; i++) {
            client.begin();
            server.begin();
            world.pump();
            client.check();
            server.check();
        }
    }

    /**
     * Lets the client's engine report one kind of step for ever and move nothing, in the handshake and after it. Observes that
     * it is called at most sixteen times in a turn. If it fails, look for a loop that trusts an engine to come to an end.
     */
    @Proves(value = W33, tries = 16)
    default void anEngineThatMovesNothingIsNotCalledForEver(@ForAll Version version) {
        for (EngineStep.Kind kind : EngineStep.Kind.values()) {
            for (boolean inHandshake : new boolean[] {true, false}) {
                StrangeEngine.Script script =
                        new StrangeEngine.Script(kind, false, true, inHandshake ? 2 : Integer.MAX_VALUE);
                Meter client = new Meter("client, whose engine reports " + kind + " for ever,", script);
                Meter server = new Meter("server", StrangeEngine.Script.honest());
                try (World world = World.of(subject(), version.range())) {
                    world.backend(around(script, dev.sluice.spi.Side.CLIENT));
                    world.start();
                    if (!inHandshake) {
                        world.encrypted();
                        script.now();
                    }
                    write(world.server(), 1000);
                    write(world.client(), 1000);
                    turns(world, client, server);
                    world.client().socket().disconnectFromHost();
                    turns(world, client, server);
                }
            }
        }
    }
}
