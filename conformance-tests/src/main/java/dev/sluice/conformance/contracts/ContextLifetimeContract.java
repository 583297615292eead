package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W01;
import static dev.sluice.conformance.Weakness.W02;
import static dev.sluice.conformance.Weakness.W03;
import static dev.sluice.conformance.Weakness.W04;
import static dev.sluice.conformance.Weakness.W05;
import static dev.sluice.conformance.Weakness.W06;
import static dev.sluice.conformance.Weakness.W17;
import static dev.sluice.conformance.harness.Verdict.check;
import static dev.sluice.conformance.harness.Verdict.equal;

import dev.sluice.conformance.Contract;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Verdict;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import dev.sluice.connection.ConnectionParts;
import dev.sluice.connection.ContextLease;
import dev.sluice.connection.ContextSource;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.constraints.IntRange;

/** How contexts are made, shared and freed. */
public interface ContextLifetimeContract extends Contract {
    /** Enough to be in each other's way on any machine. */
    int THREADS = 8;

    /**
     * Asks for the version of the engine's library from many threads. Observes that the library holds what it held before. If
     * it fails, look at where the backend reads its version from.
     */
    @Proves(value = W01, tries = 8)
    default void askingForTheVersionCreatesNothing() {
        TlsBackend backend = subject().backend();
        Verdict.Held before = Verdict.held();
        new Crowd(THREADS).all(member -> {
            for (int i = 0; i < 50; i++) {
                check(
                        !backend.runtimeVersion().text().isEmpty()
                                && backend.runtimeVersion().number() > 0,
                        "the version is empty, expected a text and a number");
            }
        });
        equal(before, Verdict.held(), "asking for the version has changed what the library holds");
    }

    /**
     * Leases the context for one specification on many threads; its creation takes until all others wait for it or create one
     * as well. Observes that one was created and all have the same. If it fails, look at what lies between look-up
     * and creation.
     */
    @Proves(value = W02, tries = 16)
    default void equalSpecificationsShareOneContext(@ForAll Version version) {
        ContextSource source = subject().parts(ConnectionParts.PRODUCTION).contexts();
        Crowd crowd = new Crowd(THREADS);
        AtomicInteger creating = new AtomicInteger();
        Ledger ledger = new Ledger(subject().backend());
        ledger.whileCreating(() -> {
            creating.incrementAndGet();
            Crowd.until(() -> creating.get() > 1 || crowd.othersRest(), "the other threads");
        });
        ContextSpec spec = Specs.client(subject(), version.range());
        Set<TlsContext> seen = ConcurrentHashMap.newKeySet();
        List<ContextLease> leases = new ArrayList<>();
        crowd.all(member -> {
            ContextLease lease = source.lease(ledger, spec);
            seen.add(lease.context());
            synchronized (leases) {
                leases.add(lease);
            }
        });
        leases.forEach(ContextLease::release);
        check(
                creating.get() == 1 && seen.size() == 1,
                () -> creating.get() + " contexts were created for one specification and " + seen.size()
                        + " given out to " + THREADS + " threads, expected one");
    }

    /**
     * Two connections of equal specifications share their contexts and end one after the other, in all the ways there are.
     * Observes that the second can go on alone, and that the contexts are destroyed when it has ended as well. If it
     * fails, look at how references are counted.
     */
    @Proves(value = W03, tries = 16)
    default void contextsEndWithTheirLastUser(@ForAll Version version, @ForAll long seed) {
        Random random = new Random(seed);
        Ledger ledger = new Ledger(subject().backend());
        try (World first = World.of(subject(), version.range()).backend(ledger).amongOthers();
                World second =
                        World.of(subject(), version.range()).backend(ledger).amongOthers()) {
            first.start().encrypted();
            second.start();
            if (random.nextBoolean()) {
                second.encrypted();
            }
            end(first, random);
            second.encrypted().transfer(second.client(), second.server(), 1000);
            end(second, random);
        }
        ledger.checkContextsBack("after their last user had gone");
    }

    private static void end(World world, Random random) {
        Side side = random.nextBoolean() ? world.client() : world.server();
        switch (random.nextInt(3)) {
            case 0 -> side.socket().abort();
            case 1 -> side.socket().disconnectFromHost();
            case 2 -> world.wire().reset();
            default -> throw new AssertionError("there are three ways");
        }
        world.ended();
    }

    /**
     * A step of creation fails, on either side, by refusal or by an exception from the depths. Observes that the contexts made
     * until then are destroyed, and that the same connection succeeds once nothing fails any more. If it fails, look
     * at what the failed step had taken before.
     */
    @Proves(value = W04, tries = 8 * 8)
    default void aFailedCreationLeavesNothing(@ForAll Refusal refusal, @ForAll boolean client) {
        Version version = client ? Version.TLS_1_3 : Version.TLS_1_2;
        Ledger ledger = new Ledger(subject().backend()).refuse(refusal);
        try (World world = World.of(subject(), version.range()).backend(ledger)) {
            Side side = client ? world.client() : world.server();
            if (client) {
                world.startClientOnly();
            } else {
                world.startServerOnly();
            }
            world.until(side::isOver, "the end after creation has failed");
            ledger.checkContextsBack("after a step of creation had failed");
            ledger.refuse(null);
            world.again().start();
            check(
                    world.eventually(() -> world.client().socket().isEncrypted()
                                    || world.client().isOver())
                            && world.client().socket().isEncrypted(),
                    () -> "a connection fails though only an earlier one could not be created\n" + world);
        }
    }

    /**
     * Frees a context and goes on using it. Observes that it makes no engine any more and cannot be retained. If it
     * fails, look at what the backend's context does when its last reference has gone.
     */
    @Proves(value = W05, tries = 16)
    default void aFreedContextIsOfNoUse(@ForAll Version version) throws TlsContextException {
        TlsContext context = subject().backend().createContext(Specs.client(subject(), version.range()));
        Specs.engine(context).release();
        check(context.release(), "the only reference was released, expected the context to be freed");
        check(isRefused(() -> Specs.engine(context)), "a freed context still makes engines, expected a refusal");
        check(isRefused(context::retain), "a freed context can be retained, expected a refusal");
    }

    private static boolean isRefused(Callable<?> use) {
        try {
            use.call();
            return false;
        } catch (IllegalStateException e) {
            return true;
        } catch (Exception e) {
            throw new AssertionError("a freed context was used and refused with " + e, e);
        }
    }

    /**
     * Lets a handshake fail in every way there is. Observes that engines, contexts and buffers come back, each exactly once. If
     * it fails, look at the ends of a connection that are not good ones.
     */
    @Proves(value = W06, tries = 8 * 8)
    default void aFailedHandshakeGivesEverythingBackOnce(@ForAll Version version, @ForAll FailingHandshake way) {
        Ledger ledger = new Ledger(subject().backend());
        try (World world = World.of(subject(), version.range()).backend(ledger)) {
            way.play(world, version);
            world.ended();
            check(!world.client().trace().has("encrypted"), () -> "the handshake did not fail\n" + world);
            ledger.checkEnginesBack("after a failed handshake");
            ledger.checkContextsBack("after a failed handshake");
        }
    }

    /**
     * Some threads lease, release and release again, at random, contexts of a few specifications. Observes that a context is
     * alive as long as one of its holders has not given it back, that giving back twice does nothing, and that all
     * are destroyed in the end. If it fails, look at the leases.
     */
    @Proves(W17)
    default void noSequenceOfLeasesFreesTwiceOrKeeps(
            @ForAll @IntRange(min = 1, max = 4) int threads, @ForAll long seed) {
        ContextSource source = subject().parts(ConnectionParts.PRODUCTION).contexts();
        Ledger ledger = new Ledger(subject().backend());
        List<ContextSpec> specs = List.of(
                Specs.client(subject(), Version.TLS_1_2.range()), Specs.client(subject(), Version.TLS_1_3.range()));
        new Crowd(threads).all(member -> {
            Random random = new Random(seed + member);
            LeaseHolder holder = new LeaseHolder(source, ledger);
            for (int i = 0; i < 40; i++) {
                switch (random.nextInt(5)) {
                    case 0, 1 -> holder.lease(specs.get(random.nextInt(specs.size())));
                    case 2, 3 -> holder.release(random);
                    case 4 -> holder.releaseAgain(random);
                    default -> throw new AssertionError("there are five");
                }
            }
            holder.releaseAll();
        });
        ledger.checkContextsBack("after everybody had given back what was leased");
    }

    /**
     * One pair of sockets is connected again and again, and ended at random moments by abort, disconnect and reset, more than
     * once. Observes that the contexts come back. If it fails, look at the ends that follow each other.
     */
    @Proves(value = W17, tries = 16)
    default void noSequenceOfConnectionsFreesTwiceOrKeeps(@ForAll Version version, @ForAll long seed) {
        Random random = new Random(seed);
        Ledger ledger = new Ledger(subject().backend());
        try (World world = World.of(subject(), version.range()).backend(ledger)) {
            for (int life = 0; life < 4; life++) {
                world.again().start();
                for (int turns = random.nextInt(6); turns > 0; turns--) {
                    world.pump();
                }
                Side side = random.nextBoolean() ? world.client() : world.server();
                side.socket().disconnectFromHost();
                if (random.nextBoolean()) {
                    side.socket().abort();
                }
                side.socket().disconnectFromHost();
                world.ended();
                side.socket().abort();
                side.socket().close();
            }
            ledger.checkContextsBack("after several connections of one pair of sockets");
        }
    }
}
