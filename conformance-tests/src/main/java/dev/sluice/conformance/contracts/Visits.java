package dev.sluice.conformance.contracts;

import dev.sluice.SessionStore;
import dev.sluice.conformance.Subject;
import dev.sluice.conformance.harness.ClientHello;
import dev.sluice.conformance.harness.EngineSpecs;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.Wire;
import dev.sluice.conformance.harness.World;
import dev.sluice.conformance.saboteurs.DelegatingBackend;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import dev.sluice.spi.TlsFeature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One client that visits one server again and again, both with a store for sessions: the second visit may be resumed.
 *
 * <p>The client offers the session of the visit before whatever has changed meanwhile. The library would not even offer it to
 * another peer; here it is shown that a session which is offered all the same saves no check.
 *
 * <p>One thread at a time.
 */
final class Visits implements AutoCloseable {
    private final Subject subject;
    private final Version version;
    private final TlsBackend backend;
    private final SessionStore ofClient = SessionStore.create();
    private final SessionStore ofServer = SessionStore.create();

    /** What became of a visit. */
    enum Outcome {
        /** The handshake failed. */
        REFUSED,
        /** With a full handshake. */
        FULL,
        /** With the session of an earlier visit. */
        RESUMED
    }

    Visits(Subject subject, Version version) {
        this(subject, version, subject.backend());
    }

    /** With another backend, made from that of the subject, below both sides. */
    Visits(Subject subject, Version version, TlsBackend below) {
        this.subject = subject;
        this.version = version;
        backend = new OffersEverySession(below);
    }

    /** Whether the subject has declared that it can resume sessions of a version. */
    static boolean arePossible(Subject subject, Version version) {
        return subject.backend()
                .capabilities()
                .has(
                        switch (version) {
                            case TLS_1_2 -> TlsFeature.RESUMPTION_TLS_1_2;
                            case TLS_1_3 -> TlsFeature.RESUMPTION_TLS_1_3;
                        });
    }

    /**
     * One visit with data both ways.
     *
     * @param change what is different this time
     */
    Outcome visit(Consumer<World> change) {
        try (World world = World.of(subject, version.range()).backend(backend)) {
            world.client(builder -> builder.sessionStore(ofClient)).server(builder -> builder.sessionStore(ofServer));
            world.amongOthers(); // the stores keep contexts
            change.accept(world);
            world.start()
                    .until(
                            () -> (world.client().trace().has("encrypted")
                                            && world.server().trace().has("encrypted"))
                                    || (world.client().isOver()
                                            && world.server().isOver()),
                            "an outcome");
            if (!world.client().socket().isEncrypted()
                    || !world.server().socket().isEncrypted()) {
                return Outcome.REFUSED;
            }
            // A TLS 1.3 server may judge its client after the client has finished: only data show that it is content.
            world.client().write(1);
            world.settle();
            if (!world.server().socket().isEncrypted()) {
                return Outcome.REFUSED;
            }
            world.transfer(world.client(), world.server(), 100);
            world.transfer(world.server(), world.client(), 100); // and with it the ticket
            boolean resumed = world.client().socket().isSessionResumed();
            world.client().socket().disconnectFromHost();
            world.ended();
            return resumed ? Outcome.RESUMED : Outcome.FULL;
        }
    }

    /**
     * Visits a server twice, and reads the ticket that the second visit shows on the wire.
     *
     * @param change what is to be done at each visit
     * @return the ticket; empty if sessions of the version are resumed without, or not at all
     */
    static Optional<byte[]> ticketOf(Subject subject, Version version, Consumer<World> change) {
        List<Wire> wires = new ArrayList<>();
        try (Visits visits = new Visits(subject, version)) {
            for (int visit = 0; visit < 2; visit++) {
                visits.visit(world -> {
                    world.wire().toServer().record();
                    wires.add(world.wire());
                    change.accept(world);
                });
            }
        }
        return ClientHello.read(wires.get(1).toServer().recorded()).ticket();
    }

    @Override
    public void close() {
        ofClient.close();
        ofServer.close();
    }

    /** Makes every client look for a session under one name. */
    private static final class OffersEverySession extends DelegatingBackend {
        OffersEverySession(TlsBackend delegate) {
            super(delegate);
        }

        @Override
        protected TlsEngine createEngine(
                TlsContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events)
                throws TlsContextException {
            return super.createEngine(
                    context,
                    spec.side() == Side.CLIENT
                            ? EngineSpecs.withSessionIdentity(spec, Optional.of("the only one"))
                            : spec,
                    verifier,
                    events);
        }
    }
}
