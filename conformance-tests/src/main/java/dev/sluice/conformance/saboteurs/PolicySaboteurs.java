package dev.sluice.conformance.saboteurs;

import dev.sluice.NamedGroup;
import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SessionStore;
import dev.sluice.SignatureScheme;
import dev.sluice.SslCipher;
import dev.sluice.SslConfiguration;
import dev.sluice.SslProtocol;
import dev.sluice.conformance.Subject;
import dev.sluice.conformance.Weakness;
import dev.sluice.conformance.harness.ClientHello;
import dev.sluice.connection.Buffers;
import dev.sluice.connection.Connection;
import dev.sluice.connection.ConnectionEvents;
import dev.sluice.connection.ConnectionLimits;
import dev.sluice.connection.Phase;
import dev.sluice.connection.RecordInspector;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.LibraryVersion;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import dev.sluice.spi.TlsFeature;
import io.netty.buffer.ByteBuf;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Faults against {@link dev.sluice.conformance.contracts.PolicyContract}. */
final class PolicySaboteurs {
    /** Nobody's first choice, and of a version whose suites every engine can select. */
    private static final SslCipher UNREPORTED =
            SslCipher.fromName("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256").orElseThrow();

    private static final SslCipher WEAK =
            SslCipher.fromName("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256").orElseThrow();

    private PolicySaboteurs() {}

    static List<Saboteur> all() {
        return Stream.concat(ofThePolicy().stream(), CapabilitySaboteurs.all().stream())
                .toList();
    }

    private static List<Saboteur> ofThePolicy() {
        return List.of(
                ofContext(
                        "LeavesOutSuitesThatItDoesNotKnow",
                        Weakness.W12,
                        "expected a refusal that names it, nothing left out",
                        PolicySaboteurs::knownSuites),
                Saboteur.ofEngine(
                                "ReportsNoSuiteForOneOfIts",
                                Weakness.W12,
                                "yet no handshake ends with it",
                                ReportsNoSuiteForOneOfIts::new)
                        .where(capabilities -> capabilities.ciphers().contains(UNREPORTED)),
                ofContext(
                        "OffersItsOwnSuitesToo",
                        Weakness.W19,
                        "the client offers the suites",
                        PolicySaboteurs::allSuites),
                ofContext(
                        "OffersTls12ToBeSafe",
                        Weakness.W19,
                        "the client offers the versions",
                        PolicySaboteurs::withTls12),
                ofContext(
                        "LeavesOutGroupsThatItDoesNotKnow",
                        Weakness.W19,
                        "a context takes the group",
                        PolicySaboteurs::knownGroups),
                ofContext("IgnoresTheGroups", Weakness.W19, "groups", PolicySaboteurs::withoutGroups)
                        .showing("a selection of groups that is declared is not there", Weakness.W22)
                        .where(capabilities -> capabilities.has(TlsFeature.GROUP_SELECTION)),
                ofContext("TakesOrLaterForTheLatest", Weakness.W20, "negotiate", PolicySaboteurs::latest),
                Saboteur.of(
                        "ComparesVersionsAsText",
                        Weakness.W22,
                        "expected it to be refused",
                        ComparesVersionsAsText::new),
                Saboteur.ofBackend(
                                "GoesOnWithoutAnApplicationProtocol",
                                Weakness.W39,
                                "expected a refusal",
                                GoesOnWithoutAnApplicationProtocol::new)
                        .where(capabilities -> capabilities.has(TlsFeature.ALPN)),
                Saboteur.of(
                        "LetsRenegotiationThrough",
                        Weakness.W43,
                        "an engine was given a handshake record after the handshake",
                        backend -> VerificationSaboteurs.connections(backend, LetsRenegotiationThrough::new)),
                Saboteur.of(
                        "LetsRenegotiationInBehindData",
                        Weakness.W43,
                        "(BEHIND_UNREAD_DATA)",
                        backend -> VerificationSaboteurs.connections(backend, LetsRenegotiationInBehindData::new)),
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
                List.<SignatureScheme>copyOf(spec.signatureSchemes()),
                spec.identities(),
                spec.acceptedIssuers(),
                spec.dhParameters(),
                spec.sessions());
    }

    /** Has no entry for one of the suites that it lists. */
    private static final class ReportsNoSuiteForOneOfIts extends DelegatingEngine {
        ReportsNoSuiteForOneOfIts(TlsEngine delegate) {
            super(delegate);
        }

        @Override
        public SessionFacts sessionFacts() {
            SessionFacts facts = super.sessionFacts();
            return new SessionFacts(
                    facts.protocol(),
                    facts.cipher().filter(suite -> !suite.equals(UNREPORTED)),
                    facts.applicationProtocol(),
                    facts.peer(),
                    facts.resumed(),
                    facts.preSharedKey(),
                    facts.group(),
                    facts.serverName(),
                    facts.ticketLifetime());
        }
    }

    /** Takes "9" for more than "10". */
    private static final class ComparesVersionsAsText extends Subject {
        ComparesVersionsAsText(TlsBackend backend) {
            super(backend);
        }

        @Override
        public SslConfiguration.Builder configuration(TlsBackend chosen) {
            if (chosen.runtimeVersion().text().compareTo(chosen.buildVersion().text()) < 0) {
                return super.configuration(chosen);
            }
            return super.configuration(new DelegatingBackend(chosen) {
                @Override
                public LibraryVersion buildVersion() {
                    return runtimeVersion();
                }
            });
        }
    }

    /** A server that negotiates no application protocol where it ought to refuse. */
    private static final class GoesOnWithoutAnApplicationProtocol extends DelegatingBackend {
        GoesOnWithoutAnApplicationProtocol(TlsBackend delegate) {
            super(delegate);
        }

        @Override
        protected TlsEngine createEngine(
                TlsContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events)
                throws TlsContextException {
            TlsEngine strict = super.createEngine(context, spec, verifier, events);
            if (spec.side() == Side.CLIENT || spec.applicationProtocols().isEmpty()) {
                return strict;
            }
            TlsEngine without = super.createEngine(context, withoutProtocols(spec), verifier, events);
            Choice choice = new Choice(spec.applicationProtocols(), strict, without);
            return (TlsEngine) Proxy.newProxyInstance(
                    TlsEngine.class.getClassLoader(),
                    new Class<?>[] {TlsEngine.class},
                    (proxy, method, arguments) -> choice.call(method, arguments));
        }

        private static EngineSpec withoutProtocols(EngineSpec spec) {
            return new EngineSpec(
                    spec.side(),
                    spec.serverName(),
                    spec.sessionIdentity(),
                    List.of(),
                    spec.clientAuthentication(),
                    spec.serverCipherPreference(),
                    spec.ocspStapling(),
                    spec.tasksMayWait(),
                    spec.handshakeLimitBytes(),
                    spec.features());
        }

        /** Two engines, one of which is used once the client has said what it offers. */
        private static final class Choice {
            private final List<String> protocols;
            private final TlsEngine strict;
            private final TlsEngine without;
            private Optional<TlsEngine> chosen = Optional.empty();

            Choice(List<String> protocols, TlsEngine strict, TlsEngine without) {
                this.protocols = protocols;
                this.strict = strict;
                this.without = without;
            }

            Object call(Method method, Object[] arguments) throws Throwable {
                if (chosen.isEmpty() && method.getName().equals("unwrap")) {
                    chosen = Optional.of(isCommon((ByteBuf) arguments[0]) ? strict : without);
                }
                TlsEngine engine = chosen.orElse(strict);
                if (method.getName().equals("release")) {
                    (engine == strict ? without : strict).release();
                }
                try {
                    return method.invoke(engine, arguments);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            }

            private boolean isCommon(ByteBuf record) {
                byte[] bytes = new byte[record.readableBytes()];
                record.getBytes(record.readerIndex(), bytes);
                boolean hello = bytes.length > 5 && bytes[0] == 22 && bytes[5] == 1;
                List<String> offered = hello ? ClientHello.read(bytes).applicationProtocols() : List.of();
                return offered.isEmpty() || offered.stream().anyMatch(protocols::contains);
            }
        }
    }

    /** Looks at records of the handshake after it as if it had not ended. */
    private static final class LetsRenegotiationThrough extends Connection {
        LetsRenegotiationThrough(
                Buffers buffers, BufferKind bufferKind, ConnectionLimits limits, ConnectionEvents events) {
            super(buffers, bufferKind, limits, events);
        }

        @Override
        protected RecordInspector inspector(int handshakeLimitBytes) {
            return new RecordInspector(handshakeLimitBytes) {
                @Override
                public int inspect(ByteBuf in) {
                    int judged = super.inspect(in);
                    boolean whole = in.readableBytes() > 5
                            && in.readableBytes() >= 5 + in.getUnsignedShort(in.readerIndex() + 3);
                    return judged < 0 && whole && in.getByte(in.readerIndex()) == 22
                            ? 5 + in.getUnsignedShort(in.readerIndex() + 3)
                            : judged;
                }
            };
        }
    }

    /** Looks at the first record of what has arrived together, and lets the others through. */
    private static final class LetsRenegotiationInBehindData extends Connection {
        LetsRenegotiationInBehindData(
                Buffers buffers, BufferKind bufferKind, ConnectionLimits limits, ConnectionEvents events) {
            super(buffers, bufferKind, limits, events);
        }

        @Override
        protected RecordInspector inspector(int handshakeLimitBytes) {
            return new RecordInspector(handshakeLimitBytes) {
                private boolean moreBehind;

                @Override
                public int inspect(ByteBuf in) {
                    int judged = super.inspect(in);
                    boolean whole = in.readableBytes() > 5
                            && in.readableBytes() >= 5 + in.getUnsignedShort(in.readerIndex() + 3);
                    if (judged < 0 && whole && moreBehind && in.getByte(in.readerIndex()) == 22) {
                        return 5 + in.getUnsignedShort(in.readerIndex() + 3);
                    }
                    moreBehind = judged > 0 && in.readableBytes() > judged && phase() == Phase.ESTABLISHED;
                    return judged;
                }
            };
        }
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
                context = delegate().createContext(withCache(spec));
                kept.put(spec, context);
            }
            context.retain();
            return new DelegatingContext(context, this);
        }

        private ContextSpec withCache(ContextSpec spec) {
            return new ContextSpec(
                    spec.protocols(),
                    spec.ciphers(),
                    spec.groups(),
                    spec.signatureSchemes(),
                    spec.identities(),
                    spec.acceptedIssuers(),
                    spec.dhParameters(),
                    Optional.of(cache));
        }

        @Override
        protected TlsEngine createEngine(
                TlsContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events)
                throws TlsContextException {
            if (spec.side() == Side.SERVER || spec.sessionIdentity().isPresent()) {
                return super.createEngine(context, spec, verifier, events);
            }
            return new DelegatingEngine(super.createEngine(context, withIdentity(spec), verifier, events)) {
                @Override
                public void forgetSession() {
                    // What nobody knows of is not forgotten either.
                }
            };
        }

        private static EngineSpec withIdentity(EngineSpec spec) {
            return new EngineSpec(
                    spec.side(),
                    spec.serverName(),
                    spec.serverName(),
                    spec.applicationProtocols(),
                    spec.clientAuthentication(),
                    spec.serverCipherPreference(),
                    spec.ocspStapling(),
                    spec.tasksMayWait(),
                    spec.handshakeLimitBytes(),
                    spec.features());
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
