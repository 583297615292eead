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

import dev.sluice.PauseMode;
import dev.sluice.PeerVerifyMode;
import dev.sluice.SessionStore;
import dev.sluice.conformance.Contract;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.harness.EnginePair;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Verdict;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import dev.sluice.connection.ConnectionParts;
import dev.sluice.connection.ContextLease;
import dev.sluice.connection.ContextSource;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.LibraryVersion;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import dev.sluice.spi.TlsFeature;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.constraints.IntRange;

/** How contexts are made, shared and freed. */
public interface ContextLifetimeContract extends Contract {
    /** Enough to be in each other's way on any machine. */
    int THREADS = 8;

    /**
     * Asks for both versions of the engine's library from many threads. Observes that the library holds what it held before,
     * after each answer and in the end. If it fails, look at where the backend reads its versions from.
     */
    @Proves(value = W01, tries = 8)
    default void askingForTheVersionCreatesNothing() {
        TlsBackend backend = subject().backend();
        Verdict.Held before = Verdict.held();
        new Crowd(THREADS).all(member -> {
            for (int i = 0; i < 50; i++) {
                for (LibraryVersion version : List.of(backend.runtimeVersion(), backend.buildVersion())) {
                    check(
                            !version.text().isEmpty() && version.number() > 0,
                            "the version is empty, expected a text and a number");
                }
                equal(
                        before.contexts(),
                        Verdict.held().contexts(),
                        "asking for the version has changed what the library holds, be it for a moment: contexts");
            }
        });
        equal(before, Verdict.held(), "asking for the version has changed what the library holds");
    }

    /**
     * Leases the context for one specification on many threads; its creation takes until all others wait for it or create one
     * as well. Each thread has a specification of its own, equal to the others', of a client or of a server with a key. Observes
     * that one was created and all have the same. If it fails, look at what lies between look-up and creation, and at what the
     * look-up compares.
     */
    @Proves(value = W02, tries = 32)
    default void equalSpecificationsShareOneContext(@ForAll Version version, @ForAll dev.sluice.spi.Side role) {
        ContextSource source = subject().parts(ConnectionParts.PRODUCTION).contexts();
        Crowd crowd = new Crowd(THREADS);
        AtomicInteger creating = new AtomicInteger();
        Ledger ledger = new Ledger(subject().backend());
        ledger.whileCreating(() -> {
            creating.incrementAndGet();
            Crowd.until(() -> creating.get() > 1 || crowd.othersRest(), "the other threads");
        });
        Set<TlsContext> seen = ConcurrentHashMap.newKeySet();
        List<ContextLease> leases = new ArrayList<>();
        crowd.all(member -> {
            ContextLease lease = source.lease(ledger, Specs.of(role, subject(), version.range()));
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
     * Two connections of equal specifications share their contexts, update their keys and end one after the other, in all the
     * ways there are. Observes that the second can go on alone, and that the contexts are destroyed when it has ended as
     * well. If it fails, look at how references are counted.
     */
    @Proves(value = W03, tries = 16)
    default void contextsEndWithTheirLastUser(@ForAll Version version, @ForAll long seed) {
        Random random = new Random(seed);
        EndOfLife[] ends = EndOfLife.values();
        for (EndOfLife end : ends) {
            Ledger ledger = new Ledger(subject().backend());
            try (World first =
                            World.of(subject(), version.range()).backend(ledger).amongOthers();
                    World second =
                            World.of(subject(), version.range()).backend(ledger).amongOthers()) {
                first.start().encrypted();
                second.start();
                if (random.nextBoolean()) {
                    second.encrypted();
                }
                end.toTheEnd(first);
                second.encrypted();
                second.client().socket().updateKeys(); // changes nothing where there is no such thing
                second.transfer(second.client(), second.server(), 1000);
                ends[random.nextInt(ends.length)].toTheEnd(second);
            }
            ledger.checkContextsBack("after their last user had gone (" + end + " first)");
        }
    }

    /**
     * A client visits a server again and again, both with a store for sessions, so that later visits are resumed. Observes that the
     * contexts are destroyed when the stores have been closed as well. Applies to versions that the backend can resume. If it
     * fails, look at what a session holds.
     */
    @Proves(value = W03, tries = 16)
    default void contextsEndWithTheirSessions(@ForAll Version version) {
        if (!Visits.arePossible(subject(), version)) {
            return;
        }
        Ledger ledger = new Ledger(subject().backend());
        try (Visits visits = new Visits(subject(), version, ledger)) {
            for (int visit = 0; visit < 3; visit++) {
                visits.visit(world -> {});
            }
        }
        ledger.checkContextsBack("after their last user had gone and the stores of sessions were closed");
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
     * A connection fails to get an engine while another one uses the contexts that it would have shared. Observes that the other
     * goes on, that a third one succeeds beside it, and that all contexts are destroyed in the end. If it fails, look at what
     * is given back when an engine cannot be made.
     */
    @Proves(value = W04, tries = 16)
    default void aFailedCreationHarmsNobodyElse(@ForAll Version version) {
        for (Refusal refusal : List.of(Refusal.ENGINE_REFUSED, Refusal.ENGINE_BREAKS)) {
            Ledger ledger = new Ledger(subject().backend());
            try (World neighbour =
                    World.of(subject(), version.range()).backend(ledger).amongOthers()) {
                neighbour.start().encrypted();
                for (boolean client : new boolean[] {true, false}) {
                    failBeside(version, ledger, refusal, client);
                }
                try (World third =
                        World.of(subject(), version.range()).backend(ledger).amongOthers()) {
                    third.start().encrypted();
                    third.client().socket().disconnectFromHost();
                    third.ended();
                }
                neighbour.transfer(neighbour.client(), neighbour.server(), 1000);
                neighbour.client().socket().disconnectFromHost();
                neighbour.ended();
            }
            ledger.checkContextsBack("after an engine could not be made beside a connection that goes on");
        }
    }

    private void failBeside(Version version, Ledger ledger, Refusal refusal, boolean client) {
        ledger.refuse(refusal);
        try (World world = World.of(subject(), version.range()).backend(ledger).amongOthers()) {
            Side side = client ? world.client() : world.server();
            if (client) {
                world.startClientOnly();
            } else {
                world.startServerOnly();
            }
            world.until(side::isOver, "the end after creation has failed");
        } finally {
            ledger.refuse(null);
        }
    }

    /**
     * Frees a context, of a client or of a server with a key, and with a store for sessions where there can be one, and goes on using
     * it. Observes that it makes no engine any more and cannot be retained. If it fails, look at what the backend's context does when its
     * last reference has gone.
     */
    @Proves(value = W05, tries = 32)
    default void aFreedContextIsOfNoUse(@ForAll Version version, @ForAll dev.sluice.spi.Side role)
            throws TlsContextException {
        ContextSpec plain = Specs.of(role, subject(), version.range());
        try (SessionStore store = SessionStore.create()) {
            List<ContextSpec> specs = Visits.arePossible(subject(), version)
                    ? List.of(plain, EnginePair.with(plain, store))
                    : List.of(plain);
            for (ContextSpec spec : specs) {
                TlsContext context = subject().backend().createContext(spec);
                Specs.engine(role, context).release();
                check(context.release(), "the only reference was released, expected the context to be freed");
                check(
                        isRefused(() -> Specs.engine(role, context)),
                        () -> "a freed context still makes engines, expected a refusal (" + role + ")");
                check(isRefused(context::retain), "a freed context can be retained, expected a refusal");
            }
        }
    }

    /**
     * Drives two engines at the seam to the end of a handshake and releases them. Observes that neither exports keying material
     * any more, though it did before. If it fails, look at what an engine keeps when it is released.
     */
    @Proves(
            value = W05,
            tries = 16,
            needs = {TlsFeature.EXPORTER})
    default void aReleasedEngineExportsNothing(@ForAll Version version) throws TlsContextException {
        TlsBackend backend = subject().backend();
        List<TlsEngine> released = new ArrayList<>();
        try (EnginePair.Contexts contexts = new EnginePair.Contexts(
                        backend,
                        EnginePair.clientContext(backend, version.range()),
                        EnginePair.serverContext(backend, version.range()));
                EnginePair pair =
                        EnginePair.of(contexts, wishes -> wishes, wishes -> wishes, PeerVerdict.Accepted.INSTANCE)) {
            pair.pump();
            released.add(pair.client().engine());
            released.add(pair.server().engine());
        }
        for (TlsEngine engine : released) {
            check(
                    engine.exportKeyingMaterial("EXPORTER-probe", null, 32).isEmpty(),
                    "an engine exports keying material after it was released, expected none");
        }
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
    @Proves(value = W06, tries = 16)
    default void aFailedHandshakeGivesEverythingBackOnce(@ForAll Version version) {
        for (FailingHandshake way : FailingHandshake.values()) {
            Ledger ledger = new Ledger(subject().backend());
            try (World world = World.of(subject(), version.range()).backend(ledger)) {
                way.play(world, version);
                world.eventually(
                        () -> (world.client().isOver() && world.server().isOver())
                                || world.client().socket().isEncrypted());
                if (world.client().socket().isEncrypted()) {
                    continue; // whether peers are refused is another question
                }
                world.ended();
                ledger.checkEnginesBack("after a failed handshake (" + way + ")");
                ledger.checkContextsBack("after a failed handshake (" + way + ")");
            }
        }
    }

    /**
     * A server refuses a client for its certificate; and each side in turn leaves, in good order or at once, while its user is
     * asked about a peer with errors.
     * Observes that engines, contexts and buffers come back, each exactly once. An engine that cannot wait for an answer may
     * refuse to begin. If it fails, look at what a connection still holds while it waits for a verdict.
     */
    @Proves(value = W06, tries = 16)
    default void aHandshakeThatEndsOverAVerdictGivesEverythingBackOnce(@ForAll Version version) {
        if (subject().backend().capabilities().has(TlsFeature.CLIENT_CERTIFICATES)) {
            overAVerdict(version, world -> refusableClient(world).start());
            for (Leaving leaving : List.of(Leaving.DISCONNECT, Leaving.ABORT)) {
                overAVerdict(version, world -> leave(refusableClient(world), world.server(), leaving));
            }
        }
        for (Leaving leaving : List.of(Leaving.DISCONNECT, Leaving.ABORT)) {
            overAVerdict(version, world -> leave(world.identity(Identities.wrongHost()), world.client(), leaving));
        }
    }

    private static World refusableClient(World world) {
        return world.client(builder -> builder.localCertificate(
                        Identities.selfSigned().chain(),
                        Identities.selfSigned().keys().getPrivate()))
                .server(builder -> builder.peerVerifyMode(PeerVerifyMode.VERIFY_PEER));
    }

    private static void leave(World world, Side asked, Leaving leaving) {
        asked.socket().setPauseMode(PauseMode.ON_SSL_ERRORS);
        world.start()
                .eventually(() -> asked.trace().isAsked()
                        || asked.isOver()
                        || asked.trace().has("encrypted"));
        if (asked.trace().isAsked()) {
            check(leaving.leave(asked.socket()), () -> leaving + " does not come back while the user is asked");
        }
    }

    private void overAVerdict(Version version, Consumer<World> way) {
        Ledger ledger = new Ledger(subject().backend());
        try (World world = World.of(subject(), version.range()).backend(ledger)) {
            way.accept(world);
            world.eventually(() -> (world.client().isOver() && world.server().isOver())
                    || (world.client().socket().isEncrypted()
                            && world.server().socket().isEncrypted()));
            if (world.server().socket().isEncrypted()) {
                return; // whether peers are refused is another question
            }
            world.ended();
            world.awaitHelpers();
            ledger.checkEnginesBack("after a handshake that ended over a verdict");
            ledger.checkContextsBack("after a handshake that ended over a verdict");
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
