package dev.sluice.conformance.saboteurs;

import dev.sluice.NamedGroup;
import dev.sluice.ProtocolRange;
import dev.sluice.SslCipher;
import dev.sluice.SslProtocol;
import dev.sluice.conformance.Weakness;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import dev.sluice.spi.TlsFeature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Faults in what a context is made for, and in how suites are mapped: against {@link
 * dev.sluice.conformance.contracts.SuiteContract} and {@link dev.sluice.conformance.contracts.RangeContract}. */
final class SpecificationSaboteurs {
    /** Nobody's first choice, and of a version whose suites every engine can select. */
    private static final SslCipher UNREPORTED =
            SslCipher.fromName("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256").orElseThrow();

    private SpecificationSaboteurs() {}

    static List<Saboteur> all() {
        return List.of(
                ofContext(
                        "LeavesOutSuitesThatItDoesNotKnow",
                        Weakness.W12,
                        "expected a refusal that names it, nothing left out",
                        SpecificationSaboteurs::knownSuites),
                Saboteur.ofEngine(
                                "ReportsNoSuiteForOneOfIts",
                                Weakness.W12,
                                "yet no handshake ends with it",
                                engine -> new ReportsAnotherSuite(engine, SpecificationSaboteurs::allButOne))
                        .where(capabilities -> capabilities.ciphers().contains(UNREPORTED)),
                Saboteur.ofEngine(
                                "TakesOneKindOfKeyForAnother",
                                Weakness.W12,
                                "no handshake ends with it",
                                engine -> new ReportsAnotherSuite(engine, SpecificationSaboteurs::asIfOnACurve))
                        .where(capabilities -> capabilities.ciphers().stream()
                                .anyMatch(suite -> !asIfOnACurve(suite).equals(Optional.of(suite)))),
                ofContext(
                        "OffersItsOwnSuitesToo",
                        Weakness.W19,
                        "the client offers the suites",
                        SpecificationSaboteurs::allSuites),
                ofContext(
                        "OffersTls12ToBeSafe",
                        Weakness.W19,
                        "the client offers the versions",
                        SpecificationSaboteurs::withTls12),
                ofContext(
                        "LeavesOutGroupsThatItDoesNotKnow",
                        Weakness.W19,
                        "a context takes the group",
                        SpecificationSaboteurs::knownGroups),
                ofContext("IgnoresTheGroups", Weakness.W19, "groups", SpecificationSaboteurs::withoutGroups)
                        .showing("a selection of groups that is declared is not there", Weakness.W22)
                        .where(capabilities -> capabilities.has(TlsFeature.GROUP_SELECTION)),
                ofContext("TakesOrLaterForTheLatest", Weakness.W20, "negotiate", SpecificationSaboteurs::latest));
    }

    /** A saboteur whose contexts are made for something else than was asked for. */
    private static Saboteur ofContext(String name, Weakness breaks, String says, UnaryContext fault) {
        return Saboteur.ofBackend(name, breaks, says, backend -> new DelegatingBackend(backend) {
            @Override
            public TlsContext createContext(ContextSpec spec) throws TlsContextException {
                return super.createContext(fault.change(spec, backend.capabilities()));
            }
        });
    }

    /** What is made of a specification. */
    @FunctionalInterface
    private interface UnaryContext {
        ContextSpec change(ContextSpec spec, BackendCapabilities capabilities);
    }

    private static ContextSpec knownSuites(ContextSpec spec, BackendCapabilities capabilities) {
        List<SslCipher> known = new ArrayList<>(spec.ciphers());
        known.retainAll(capabilities.ciphers());
        return with(spec, spec.protocols(), known, spec.groups());
    }

    /** In clients alone: servers that choose from their own would be found out by the library. */
    private static ContextSpec allSuites(ContextSpec spec, BackendCapabilities capabilities) {
        return spec.identities().isEmpty()
                ? with(spec, spec.protocols(), withDefaults(spec, capabilities, spec.protocols()), spec.groups())
                : spec;
    }

    private static ContextSpec withTls12(ContextSpec spec, BackendCapabilities capabilities) {
        return spec.identities().isEmpty() && spec.protocols().equals(ProtocolRange.TLS_1_3)
                ? with(
                        spec,
                        ProtocolRange.TLS_1_2_OR_LATER,
                        withDefaults(spec, capabilities, ProtocolRange.TLS_1_2),
                        spec.groups())
                : spec;
    }

    private static List<SslCipher> withDefaults(
            ContextSpec spec, BackendCapabilities capabilities, ProtocolRange range) {
        List<SslCipher> more = new ArrayList<>(spec.ciphers());
        SslCipher.defaults().stream()
                .filter(capabilities.ciphers()::contains)
                .filter(suite -> suite.protocols().stream().anyMatch(range::contains))
                .filter(suite -> !more.contains(suite))
                .forEach(more::add);
        return more;
    }

    private static ContextSpec knownGroups(ContextSpec spec, BackendCapabilities capabilities) {
        List<NamedGroup> known = new ArrayList<>(spec.groups());
        known.retainAll(capabilities.has(TlsFeature.GROUP_SELECTION) ? capabilities.groups() : List.of());
        return with(spec, spec.protocols(), spec.ciphers(), known);
    }

    private static ContextSpec withoutGroups(ContextSpec spec, BackendCapabilities capabilities) {
        boolean known = capabilities.groups().containsAll(spec.groups());
        return with(spec, spec.protocols(), spec.ciphers(), known ? List.<NamedGroup>of() : spec.groups());
    }

    /** As somebody would do who has one constant for "TLS 1.3" and another, above it, for "TLS 1.2 or later". */
    private static ContextSpec latest(ContextSpec spec, BackendCapabilities capabilities) {
        SslProtocol latest = spec.protocols().max();
        return with(spec, new ProtocolRange(latest, latest), spec.ciphers(), spec.groups());
    }

    private static ContextSpec with(
            ContextSpec spec, ProtocolRange protocols, List<SslCipher> suites, List<NamedGroup> groups) {
        return new ContextSpec(
                protocols,
                suites,
                groups,
                spec.signatureSchemes(),
                spec.identities(),
                spec.acceptedIssuers(),
                spec.dhParameters(),
                spec.sessions());
    }

    /** Has no entry for one of the suites that it lists. */
    private static Optional<SslCipher> allButOne(SslCipher suite) {
        return suite.equals(UNREPORTED) ? Optional.empty() : Optional.of(suite);
    }

    /** Goes by the key exchange and the cipher, and thinks that every server has a key on a curve. */
    private static Optional<SslCipher> asIfOnACurve(SslCipher suite) {
        return SslCipher.fromName(suite.name().replace("_ECDHE_RSA_", "_ECDHE_ECDSA_"))
                .or(() -> Optional.of(suite));
    }

    /** Its mapping of suites has a fault. */
    private static final class ReportsAnotherSuite extends DelegatingEngine {
        private final Function<SslCipher, Optional<SslCipher>> mapping;

        ReportsAnotherSuite(TlsEngine delegate, Function<SslCipher, Optional<SslCipher>> mapping) {
            super(delegate);
            this.mapping = mapping;
        }

        @Override
        public SessionFacts sessionFacts() {
            SessionFacts facts = super.sessionFacts();
            return ApiStateSaboteurs.with(facts, facts.cipher().flatMap(mapping), facts.protocol());
        }
    }
}
