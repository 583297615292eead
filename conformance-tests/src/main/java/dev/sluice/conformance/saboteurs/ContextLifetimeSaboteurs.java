package dev.sluice.conformance.saboteurs;

import dev.sluice.ProtocolRange;
import dev.sluice.SslCipher;
import dev.sluice.conformance.Subject;
import dev.sluice.conformance.Weakness;
import dev.sluice.connection.ContextCache;
import dev.sluice.connection.ContextLease;
import dev.sluice.connection.ContextSource;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.LibraryVersion;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import dev.sluice.spi.TlsFeature;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Faults against {@link dev.sluice.conformance.contracts.ContextLifetimeContract}. */
final class ContextLifetimeSaboteurs {
    private ContextLifetimeSaboteurs() {}

    static List<Saboteur> all() {
        return List.of(
                Saboteur.ofBackend(
                        "HoldsAContextForTheVersion",
                        Weakness.W01,
                        "asking for the version has changed what the library holds",
                        HoldsAContextForTheVersion::new),
                ofContexts(
                        "LooksUpOutsideTheLock",
                        Weakness.W02,
                        "contexts were created for one specification",
                        LooksUpOutsideTheLock::new),
                ofContexts(
                                "ForgetsWhatWasShared",
                                Weakness.W03,
                                "destroyed after their last user had gone",
                                ForgetsWhatWasShared::new)
                        .showing(
                                "a context that nobody frees is kept alive by the sequence that shared it, and after a"
                                        + " failure beside it",
                                Weakness.W17,
                                Weakness.W04),
                Saboteur.ofBackend(
                                "KeepsContextsOfResumedSessions",
                                Weakness.W03,
                                "and the stores of sessions were closed",
                                KeepsContextsOfResumedSessions::new)
                        .where(capabilities -> capabilities.has(TlsFeature.RESUMPTION_TLS_1_2)
                                || capabilities.has(TlsFeature.RESUMPTION_TLS_1_3)),
                ofContexts(
                        "FailedEngineKeepsItsContext",
                        Weakness.W04,
                        "destroyed after a step of creation had failed",
                        FailedEngineKeepsItsContext::new),
                ofContexts(
                        "RemembersFailedCreation",
                        Weakness.W04,
                        "though only an earlier one could not be created",
                        RemembersFailedCreation::new),
                Saboteur.ofBackend(
                        "MakesEnginesAfterItsEnd",
                        Weakness.W05,
                        "a freed context still makes engines",
                        MakesEnginesAfterItsEnd::new),
                Saboteur.ofEngine(
                                "ExportsAfterItsRelease",
                                Weakness.W05,
                                "exports keying material after it was released",
                                ExportsAfterItsRelease::new)
                        .where(capabilities -> capabilities.has(TlsFeature.EXPORTER)),
                Saboteur.of(
                        "ForgetsItsEngineWhileItsUserIsAsked",
                        Weakness.W06,
                        "an engine was never released after a handshake that ended over a verdict",
                        ExchangedPart.connections(FailedReleases::neverWhileAsked)),
                Saboteur.of(
                        "FailedConnectionKeepsItsEngine",
                        Weakness.W06,
                        "an engine was never released",
                        backend -> ofFailedReleases(backend, 0)),
                Saboteur.of(
                        "FailedConnectionReleasesTwice",
                        Weakness.W06,
                        "an engine was released 2 times",
                        backend -> ofFailedReleases(backend, 2)),
                ofContexts(
                                "HandsOneLeaseToTwo",
                                Weakness.W17,
                                "freed while one of its holders had not given it back",
                                HandsOneLeaseToTwo::new)
                        .showing(
                                "the second user of a context cannot go on without the first one",
                                Weakness.W03,
                                Weakness.W25),
                ofContexts(
                        "SharesContextsWhateverTheRange",
                        Weakness.W19,
                        "the client offers the versions",
                        SharesContextsWhateverTheRange::new));
    }

    private static Saboteur ofContexts(
            String name, Weakness breaks, String says, Supplier<? extends ContextSource> contexts) {
        return Saboteur.of(name, breaks, says, backend -> {
            ContextSource source = contexts.get();
            return ExchangedPart.parts(parts -> parts.withContexts(source)).apply(backend);
        });
    }

    /** Contexts of which the library keeps no count: shared and freed as they should be. */
    static class PlainSource implements ContextSource {
        /** For what a context is shared. */
        record Key(TlsBackend backend, ContextSpec spec) {}

        /** Guarded by this. */
        final Map<Key, TlsContext> contexts = new HashMap<>();

        @Override
        public synchronized ContextLease lease(TlsBackend backend, ContextSpec spec) throws TlsContextException {
            Key key = new Key(backend, spec);
            TlsContext present = contexts.get(key);
            if (present != null) {
                present.retain();
                return leased(key, present);
            }
            TlsContext made = create(key);
            contexts.put(key, made);
            return leased(key, made);
        }

        TlsContext create(Key key) throws TlsContextException {
            try {
                return key.backend().createContext(key.spec());
            } catch (RuntimeException e) {
                throw new TlsContextException("the backend breaks: " + e.getMessage(), e);
            }
        }

        ContextLease leased(Key key, TlsContext context) {
            return new ContextLease(context, given -> giveBack(key, given));
        }

        synchronized void giveBack(Key key, TlsContext context) {
            if (context.refCnt() == 1) {
                contexts.remove(key, context);
            }
            context.release();
        }
    }

    /** Makes a context to read the version off it, and forgets it until it is asked for something else. */
    private static final class HoldsAContextForTheVersion extends DelegatingBackend {
        private @Nullable ContextLease held;

        HoldsAContextForTheVersion(TlsBackend delegate) {
            super(delegate);
        }

        @Override
        public synchronized LibraryVersion runtimeVersion() {
            if (held == null) {
                held = leased();
            }
            return super.runtimeVersion();
        }

        private ContextLease leased() {
            List<SslCipher> ciphers = delegate().capabilities().ciphers().stream()
                    .filter(cipher -> cipher.protocols().stream().anyMatch(ProtocolRange.TLS_1_2::contains))
                    .toList();
            try {
                return ContextCache.SHARED.lease(
                        delegate(),
                        new ContextSpec(
                                ProtocolRange.TLS_1_2,
                                ciphers,
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(),
                                Optional.empty(),
                                Optional.empty()));
            } catch (TlsContextException e) {
                throw new IllegalStateException("the library refuses a context of its own", e);
            }
        }

        @Override
        public synchronized BackendCapabilities capabilities() {
            if (held != null) {
                held.release();
                held = null;
            }
            return super.capabilities();
        }
    }

    /** Two threads can both find that there is no context yet. */
    private static final class LooksUpOutsideTheLock extends PlainSource {
        @Override
        @SuppressWarnings("UnsynchronizedOverridesSynchronized") // the fault
        public ContextLease lease(TlsBackend backend, ContextSpec spec) throws TlsContextException {
            Key key = new Key(backend, spec);
            synchronized (this) {
                TlsContext present = contexts.get(key);
                if (present != null) {
                    present.retain();
                    return leased(key, present);
                }
            }
            TlsContext made = create(key);
            synchronized (this) {
                contexts.put(key, made);
            }
            return leased(key, made);
        }
    }

    /** Loses count of a context that has had two users at a time. */
    private static final class ForgetsWhatWasShared extends PlainSource {
        private final Set<TlsContext> shared = new HashSet<>();

        @Override
        synchronized void giveBack(Key key, TlsContext context) {
            if (context.refCnt() > 1) {
                shared.add(context);
            } else if (shared.remove(context)) {
                contexts.remove(key, context);
                return;
            }
            super.giveBack(key, context);
        }
    }

    /** The adapter takes a reference for its engine first; if the engine cannot be made, nobody gives it back. */
    private static final class FailedEngineKeepsItsContext extends PlainSource {
        @Override
        TlsContext create(Key key) throws TlsContextException {
            TlsContext real = super.create(key);
            return new TlsContext() {
                @Override
                public TlsEngine createEngine(EngineSpec spec, PeerVerifier verifier, EngineEvents events)
                        throws TlsContextException {
                    real.retain();
                    return new DelegatingEngine(real.createEngine(spec, verifier, events)) {
                        @Override
                        public void release() {
                            super.release();
                            real.release();
                        }
                    };
                }

                @Override
                protected void deallocate() {
                    real.release();
                }
            };
        }
    }

    /** What could not be created once is taken for broken for ever. */
    private static final class RemembersFailedCreation extends PlainSource {
        private final Map<Key, TlsContextException> failed = new HashMap<>();

        @Override
        TlsContext create(Key key) throws TlsContextException {
            TlsContextException earlier = failed.get(key);
            if (earlier != null) {
                throw new TlsContextException(String.valueOf(earlier.getMessage()), earlier);
            }
            try {
                return super.create(key);
            } catch (TlsContextException e) {
                failed.put(key, e);
                throw e;
            }
        }
    }

    /** Its contexts stay as they are when their last user has gone. */
    private static final class MakesEnginesAfterItsEnd extends DelegatingBackend {
        MakesEnginesAfterItsEnd(TlsBackend delegate) {
            super(delegate);
        }

        @Override
        public TlsContext createContext(ContextSpec spec) throws TlsContextException {
            TlsContext real = delegate().createContext(spec);
            return new TlsContext() {
                @Override
                public TlsEngine createEngine(EngineSpec engineSpec, PeerVerifier verifier, EngineEvents events)
                        throws TlsContextException {
                    return real.createEngine(engineSpec, verifier, events);
                }

                @Override
                protected void deallocate() {
                    // nothing: the fault
                }
            };
        }
    }

    /** Takes a reference for each session that was resumed, so that it does not end too soon, and never gives it back. */
    private static final class KeepsContextsOfResumedSessions extends DelegatingBackend {
        KeepsContextsOfResumedSessions(TlsBackend delegate) {
            super(delegate);
        }

        @Override
        public TlsContext createContext(ContextSpec spec) throws TlsContextException {
            TlsContext real = delegate().createContext(spec);
            return new TlsContext() {
                @Override
                public TlsEngine createEngine(EngineSpec engineSpec, PeerVerifier verifier, EngineEvents events)
                        throws TlsContextException {
                    TlsContext self = this;
                    return new DelegatingEngine(real.createEngine(engineSpec, verifier, events)) {
                        @Override
                        public void release() {
                            if (sessionFacts().resumed()) {
                                self.retain();
                            }
                            super.release();
                        }
                    };
                }

                @Override
                protected void deallocate() {
                    real.release();
                }
            };
        }
    }

    /** Keeps what it has exported, and goes on giving it. */
    private static final class ExportsAfterItsRelease extends DelegatingEngine {
        private Optional<byte[]> kept = Optional.empty();
        private boolean released;

        ExportsAfterItsRelease(TlsEngine delegate) {
            super(delegate);
        }

        @Override
        public Optional<byte[]> exportKeyingMaterial(String label, byte @Nullable [] context, int lengthBytes) {
            return released ? kept : super.exportKeyingMaterial(label, context, lengthBytes);
        }

        @Override
        public void release() {
            kept = super.exportKeyingMaterial("EXPORTER-kept", null, 32);
            released = true;
            super.release();
        }
    }

    /** Takes clients with the same suites and keys for equal: one range is as good as another while somebody uses it. */
    private static final class SharesContextsWhateverTheRange extends PlainSource {
        @Override
        public synchronized ContextLease lease(TlsBackend backend, ContextSpec spec) throws TlsContextException {
            for (Key key : contexts.keySet()) {
                boolean clients =
                        spec.identities().isEmpty() && key.spec().identities().isEmpty();
                if (clients && key.backend() == backend && key.spec().sessions().equals(spec.sessions())) {
                    return super.lease(backend, key.spec());
                }
            }
            return super.lease(backend, spec);
        }
    }

    /** The engine of a connection that has failed is released another number of times than once. */
    private static Subject ofFailedReleases(TlsBackend backend, int times) {
        return ExchangedPart.connections(() -> FailedReleases.times(times)).apply(backend);
    }

    /** A second user gets the right of the first one, not one of its own. */
    private static final class HandsOneLeaseToTwo implements ContextSource {
        private final PlainSource source = new PlainSource();
        /** Guarded by this. */
        private final Map<PlainSource.Key, ContextLease> leases = new HashMap<>();

        @Override
        public synchronized ContextLease lease(TlsBackend backend, ContextSpec spec) throws TlsContextException {
            PlainSource.Key key = new PlainSource.Key(backend, spec);
            ContextLease present = leases.get(key);
            if (present != null && isAlive(key)) {
                return present;
            }
            ContextLease made = source.lease(backend, spec);
            leases.put(key, made);
            return made;
        }

        private boolean isAlive(PlainSource.Key key) {
            synchronized (source) {
                return source.contexts.containsKey(key);
            }
        }
    }
}
