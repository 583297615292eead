package dev.sluice.conformance.saboteurs;

import dev.sluice.conformance.Weakness;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import dev.sluice.spi.TlsFeature;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Faults against {@link dev.sluice.conformance.contracts.CapabilityContract}. */
final class CapabilitySaboteurs {
    private CapabilitySaboteurs() {}

    static List<Saboteur> all() {
        return List.of(
                Saboteur.ofBackend("ClaimsAnExporter", Weakness.W22, "EXPORTER is declared", ClaimsAnExporter::new),
                Saboteur.ofBackend("ClaimsKeyUpdates", Weakness.W22, "KEY_UPDATE is declared", ClaimsKeyUpdates::new),
                Saboteur.ofBackend(
                                "HidesItsServerNames",
                                Weakness.W22,
                                "SNI_CLIENT is there after all",
                                backend -> new Declares(backend, features -> without(features, TlsFeature.SNI_CLIENT)))
                        .where(capabilities -> capabilities.has(TlsFeature.SNI_CLIENT)));
    }

    private static Set<TlsFeature> with(Set<TlsFeature> features, TlsFeature more) {
        Set<TlsFeature> changed = EnumSet.of(more);
        changed.addAll(features);
        return changed;
    }

    private static Set<TlsFeature> without(Set<TlsFeature> features, TlsFeature less) {
        Set<TlsFeature> changed = EnumSet.copyOf(features);
        changed.remove(less);
        return changed;
    }

    /** Declares other features than its library has. */
    private static class Declares extends DelegatingBackend {
        private final UnaryOperator<Set<TlsFeature>> change;

        Declares(TlsBackend delegate, UnaryOperator<Set<TlsFeature>> change) {
            super(delegate);
            this.change = change;
        }

        @Override
        public BackendCapabilities capabilities() {
            BackendCapabilities honest = super.capabilities();
            return new BackendCapabilities(
                    honest.protocols(),
                    honest.ciphers(),
                    honest.unmappedSuites(),
                    honest.groups(),
                    honest.signatureSchemes(),
                    change.apply(honest.features()),
                    honest.bufferKind());
        }
    }

    private static final class ClaimsAnExporter extends Declares {
        ClaimsAnExporter(TlsBackend delegate) {
            super(delegate, features -> with(features, TlsFeature.EXPORTER));
        }

        @Override
        protected TlsEngine createEngine(
                TlsContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events)
                throws TlsContextException {
            return new DelegatingEngine(super.createEngine(context, spec, verifier, events)) {
                @Override
                public Optional<byte[]> exportKeyingMaterial(
                        String label, byte @Nullable [] exported, int lengthBytes) {
                    return Optional.empty();
                }
            };
        }
    }

    private static final class ClaimsKeyUpdates extends Declares {
        ClaimsKeyUpdates(TlsBackend delegate) {
            super(delegate, features -> with(features, TlsFeature.KEY_UPDATE));
        }

        @Override
        protected TlsEngine createEngine(
                TlsContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events)
                throws TlsContextException {
            return new DelegatingEngine(super.createEngine(context, spec, verifier, events)) {
                @Override
                public boolean updateKeys() {
                    return false;
                }
            };
        }
    }
}
