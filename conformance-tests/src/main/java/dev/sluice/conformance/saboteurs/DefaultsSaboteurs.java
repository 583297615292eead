package dev.sluice.conformance.saboteurs;

import dev.sluice.PeerVerifyMode;
import dev.sluice.SessionStore;
import dev.sluice.SslCipher;
import dev.sluice.SslConfiguration;
import dev.sluice.SslProtocol;
import dev.sluice.conformance.Subject;
import dev.sluice.conformance.Weakness;
import dev.sluice.conformance.harness.EnginePair;
import dev.sluice.conformance.harness.EngineSpecs;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** Faults in what holds where nobody has chosen anything. */
final class DefaultsSaboteurs {
    private static final SslCipher WEAK =
            SslCipher.fromName("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256").orElseThrow();

    private DefaultsSaboteurs() {}

    static List<Saboteur> all() {
        return List.of(
                Saboteur.ofBackend(
                                "KeepsSessionsUnasked",
                                Weakness.W44,
                                "an engine keeps sessions that nobody has asked it to keep",
                                KeepsSessionsUnasked::new)
                        .where(VerificationSaboteurs::resumes),
                Saboteur.of("AllowsAWeakSuiteByDefault", Weakness.W44, "an untouched", AllowsAWeakSuiteByDefault::new)
                        .where(capabilities -> capabilities.ciphers().contains(WEAK)),
                Saboteur.of(
                        "VerifiesNobodyWithoutAuthorities",
                        Weakness.W44,
                        "an untouched",
                        VerifiesNobodyWithoutAuthorities::new));
    }

    /** Has a cache of its own, as some libraries do for all of a process, and contexts that live on for it. */
    private static final class KeepsSessionsUnasked extends DelegatingBackend {
        private final SessionStore cache = SessionStore.create();
        private final Map<ContextSpec, TlsContext> kept = new ConcurrentHashMap<>();

        KeepsSessionsUnasked(TlsBackend delegate) {
            super(delegate);
        }

        @Override
        public TlsContext createContext(ContextSpec spec) throws TlsContextException {
            if (spec.sessions().isPresent()) {
                return super.createContext(spec);
            }
            TlsContext context = kept.get(spec);
            if (context == null) {
                context = delegate().createContext(EnginePair.with(spec, cache));
                kept.put(spec, context);
            }
            context.retain();
            return new DelegatingContext(context, this);
        }

        @Override
        protected TlsEngine createEngine(
                TlsContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events)
                throws TlsContextException {
            if (spec.side() == Side.SERVER || spec.sessionIdentity().isPresent()) {
                return super.createEngine(context, spec, verifier, events);
            }
            return new DelegatingEngine(super.createEngine(
                    context, EngineSpecs.withSessionIdentity(spec, spec.serverName()), verifier, events)) {
                @Override
                public void forgetSession() {
                    // What nobody knows of is not forgotten either.
                }
            };
        }
    }

    /** Adds a suite without authenticated encryption to those that nobody has chosen. */
    private static final class AllowsAWeakSuiteByDefault extends Subject {
        AllowsAWeakSuiteByDefault(TlsBackend backend) {
            super(backend);
        }

        @Override
        public SslConfiguration build(SslConfiguration.Builder builder) {
            SslConfiguration built = super.build(builder);
            boolean chosen = built.hasExplicitCiphers() || built.preSharedKeyEnabled();
            if (chosen || !built.protocols().contains(SslProtocol.TLS_1_2)) {
                return built;
            }
            List<SslCipher> more = new ArrayList<>(built.ciphers());
            more.retainAll(backend().capabilities().ciphers());
            more.removeIf(suite -> suite.protocols().stream().noneMatch(built.protocols()::contains));
            more.add(WEAK);
            return built.toBuilder()
                    .dangerouslyAllowWeakCiphers(true)
                    .ciphers(more)
                    .build();
        }
    }

    /** Takes whoever says nothing of authorities for somebody who wants no verification. */
    private static final class VerifiesNobodyWithoutAuthorities extends Subject {
        VerifiesNobodyWithoutAuthorities(TlsBackend backend) {
            super(backend);
        }

        @Override
        public SslConfiguration build(SslConfiguration.Builder builder) {
            SslConfiguration built = super.build(builder);
            boolean silent =
                    built.caCertificates().isEmpty() && built.peerVerifyMode() == PeerVerifyMode.AUTO_VERIFY_PEER;
            UnaryOperator<SslConfiguration.Builder> fault =
                    silent ? same -> same.peerVerifyMode(PeerVerifyMode.VERIFY_NONE) : UnaryOperator.identity();
            return fault.apply(built.toBuilder()).build();
        }
    }
}
