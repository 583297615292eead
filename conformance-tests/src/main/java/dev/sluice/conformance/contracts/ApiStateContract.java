package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W07;
import static dev.sluice.conformance.Weakness.W08;
import static dev.sluice.conformance.Weakness.W40;
import static dev.sluice.conformance.harness.Verdict.check;
import static dev.sluice.conformance.harness.Verdict.equal;

import dev.sluice.SslCipher;
import dev.sluice.SslSocketException;
import dev.sluice.conformance.Contract;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.harness.EnginePair;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Trace;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;

/** What the getters say in every state. */
public interface ApiStateContract extends Contract {
    /**
     * A pair of sockets connects, fails to connect, and connects again with the other version; the session cipher is asked
     * for inside every event of both sides and in between. Observes that it is empty but from {@code encrypted} to the
     * end, and then one of this connection's version, the same on both sides. If it fails, look at what is kept of a session.
     */
    @Proves(value = W07, tries = 32)
    default void theSessionCipherIsThatOfTheConnection(@ForAll Version first, @ForAll FailingHandshake between) {
        threeLives(Facet.CIPHER, first, between);
    }

    /**
     * The same for the session protocol, which has to be exactly the version that was spoken. If it fails, look at what is kept
     * of a session.
     */
    @Proves(value = W08, tries = 32)
    default void theSessionProtocolIsThatOfTheConnection(@ForAll Version first, @ForAll FailingHandshake between) {
        threeLives(Facet.PROTOCOL, first, between);
    }

    /**
     * Connections end in every way there is, and are resumed where the backend can do that; the session cipher is asked for inside
     * every event of both sides. Observes that it is there until the end and not after it. If it fails, look at the
     * ends that are not good ones, and at what an engine tells of a session that it has resumed.
     */
    @Proves(value = W07, tries = 16)
    default void theSessionCipherEndsWithTheConnection(@ForAll Version version) {
        everyEnd(Facet.CIPHER, version);
    }

    /**
     * The same for the session protocol. If it fails, look at the ends that are not good ones.
     */
    @Proves(value = W08, tries = 16)
    default void theSessionProtocolEndsWithTheConnection(@ForAll Version version) {
        everyEnd(Facet.PROTOCOL, version);
    }

    private void everyEnd(Facet facet, Version version) {
        for (EndOfLife end : EndOfLife.values()) {
            try (World world = World.of(subject(), version.range())) {
                List<SessionWatch> watches = watch(facet, world, version);
                world.start().encrypted();
                end.toTheEnd(world);
                watches.forEach(SessionWatch::look);
                watches.forEach(SessionWatch::checkNothingFound);
            }
        }
        if (Visits.arePossible(subject(), version)) {
            try (Visits visits = new Visits(subject(), version)) {
                for (int visit = 0; visit < 2; visit++) {
                    List<SessionWatch> watches = new ArrayList<>();
                    visits.visit(world -> watches.addAll(watch(facet, world, version)));
                    watches.forEach(SessionWatch::look);
                    watches.forEach(SessionWatch::checkNothingFound);
                }
            }
        }
    }

    private static List<SessionWatch> watch(Facet facet, World world, Version version) {
        return List.of(
                new SessionWatch(facet, world.client(), version), new SessionWatch(facet, world.server(), version));
    }

    /**
     * A pair of sockets connects again and again, each time with one other suite of the same version. Observes that both sides
     * report the suite of this connection. An engine that cannot leave out the other suites of a version may refuse to begin. If
     * it fails, look at what is kept of a session, or of a version, from one connection to the next.
     */
    @Proves(value = W07, tries = 16)
    default void theSessionCipherIsNotThatOfAnEarlierConnection(@ForAll Version version) {
        List<SslCipher> suites = EnginePair.suites(subject().backend(), version.range()).stream()
                .filter(suite -> SuiteNeeds.of(suite) == SuiteNeeds.KEY_ON_CURVE)
                .limit(3)
                .toList();
        try (World world = World.of(subject(), version.range())) {
            for (SslCipher suite : suites) {
                world.again()
                        .client(builder -> builder.ciphers(List.of(suite)))
                        .server(builder -> builder.ciphers(List.of(suite)))
                        .start();
                world.until(
                        () -> world.client().isOver() || world.server().trace().has("encrypted"), "an outcome");
                if (world.client().isOver()) {
                    world.ended();
                    continue; // whether a suite can be negotiated alone is another question
                }
                world.encrypted();
                for (Side side : List.of(world.client(), world.server())) {
                    equal(
                            Optional.of(suite),
                            side.socket().sessionCipher(),
                            "the session cipher of the " + side.name() + " is not that of this connection");
                }
                world.client().socket().disconnectFromHost();
                world.ended();
            }
        }
    }

    private void threeLives(Facet facet, Version first, FailingHandshake between) {
        try (World world = World.of(subject(), first.range())) {
            SessionWatch client = new SessionWatch(facet, world.client(), first);
            SessionWatch server = new SessionWatch(facet, world.server(), first);
            List<SessionWatch> watches = List.of(client, server);
            watches.forEach(SessionWatch::look);
            goodLife(world, facet, watches, first);
            watches.forEach(watch -> watch.expect(first));
            between.play(world.again(), first);
            for (int i = 0; i < 4; i++) {
                watches.forEach(SessionWatch::look);
                world.pump();
            }
            world.ended();
            watches.forEach(SessionWatch::look);
            world.again();
            goodLife(world, facet, watches, FailingHandshake.other(first));
            watches.forEach(SessionWatch::checkNothingFound);
        }
    }

    private static void goodLife(World world, Facet facet, List<SessionWatch> watches, Version version) {
        watches.forEach(watch -> watch.expect(version));
        FirstLife.GOOD.prepare(world, version);
        world.start();
        watches.forEach(SessionWatch::look);
        world.encrypted();
        watches.forEach(SessionWatch::look);
        equal(
                facet.ask(world.client().socket()),
                facet.ask(world.server().socket()),
                "the " + facet + " of both sides: client and server");
        world.transfer(world.client(), world.server(), 100);
        watches.forEach(SessionWatch::look);
        world.client().socket().disconnectFromHost();
        world.ended();
        watches.forEach(SessionWatch::look);
    }

    /**
     * Brings either side into every state in which it cannot send any more, and writes. Observes that the write is refused and
     * nothing of it is kept. If it fails, look at who decides whether a write is taken.
     */
    @Proves(value = W40, tries = 8 * 8)
    default void aWriteThatCannotBeSentIsRefused(@ForAll DeadEnd state) {
        for (boolean onServer : new boolean[] {false, true}) {
            try (World world = World.of(subject(), state.version().range())) {
                Side writer = onServer ? world.server() : world.client();
                state.reach(world, writer);
                int waiting = writer.socket().bytesToWrite();
                boolean refused = isRefused(writer);
                check(
                        refused,
                        () -> "a write was taken on a connection that cannot send any more: " + state + " on the "
                                + writer.name() + "\n" + world);
                equal(waiting, writer.socket().bytesToWrite(), "bytes that wait to be sent after a refused write");
            }
        }
    }

    private static boolean isRefused(Side side) {
        try {
            side.tryToWrite(10);
            return false;
        } catch (SslSocketException e) {
            return true;
        }
    }

    /**
     * Inside every event the client tries to write, and it is the client that closes in the end. Observes that all that was
     * taken has arrived, whatever the moment. If it fails, look at the moments between the last byte and the end.
     */
    @Proves(value = W40, tries = 24)
    default void whatWasTakenIsSent(@ForAll Version version, @ForAll long seed) {
        Random random = new Random(seed);
        try (World world = World.of(subject(), version.range())) {
            for (String event : Trace.EVENTS) {
                world.client().trace().on(event, socket -> {
                    // Events that a write causes would cause writes without end.
                    if (!event.equals("bytesWritten") && !event.equals("encryptedBytesWritten")) {
                        isRefused(world.client());
                    }
                });
            }
            world.start().encrypted();
            world.transfer(world.server(), world.client(), 1 + random.nextInt(5000));
            world.client().write(1 + random.nextInt(5000));
            world.client().socket().disconnectFromHost();
            while (world.server().read(64 * 1024, world.client()) >= 0
                    && !world.server().isOver()) {
                world.pump();
            }
            world.ended();
            equal(world.client().sent(), world.server().received(), "bytes that arrived of those that were taken");
        }
    }
}
