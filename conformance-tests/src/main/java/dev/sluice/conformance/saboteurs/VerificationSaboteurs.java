package dev.sluice.conformance.saboteurs;

import dev.sluice.PeerVerifyMode;
import dev.sluice.SslError;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketListener;
import dev.sluice.conformance.Subject;
import dev.sluice.conformance.Weakness;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.connection.Buffers;
import dev.sluice.connection.Connection;
import dev.sluice.connection.ConnectionEvents;
import dev.sluice.connection.ConnectionLimits;
import dev.sluice.connection.ConnectionParts;
import dev.sluice.connection.Phase;
import dev.sluice.connection.VerificationSettings;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.KeyMaterial;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import dev.sluice.spi.TlsFeature;
import dev.sluice.x509.CertificateVerifier;
import dev.sluice.x509.PeerName;
import dev.sluice.x509.Purpose;
import dev.sluice.x509.SubjectAltName;
import dev.sluice.x509.VerificationRequest;
import dev.sluice.x509.VerificationResult;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Faults against {@link dev.sluice.conformance.contracts.VerificationContract}. */
final class VerificationSaboteurs {
    private VerificationSaboteurs() {}

    static List<Saboteur> all() {
        return List.of(
                Saboteur.of(
                        "TakesBeingToldForConsent",
                        Weakness.W18,
                        "before its peer was accepted",
                        TakesBeingToldForConsent::new),
                Saboteur.of(
                        "SendsInTheClearWhileAsking",
                        Weakness.W18,
                        "data that waits must not leave",
                        backend -> connections(backend, SendsInTheClearWhileAsking::new)),
                overlooking("TrustsWhoSignsForItself", SslError.Code.SELF_SIGNED_CERTIFICATE)
                        .showing(
                                "refusing such a peer is how other properties make a connection fail",
                                Weakness.W13,
                                Weakness.W30),
                overlooking("KnowsNoTime", SslError.Code.CERTIFICATE_EXPIRED),
                Saboteur.of(
                                "DemandsNoCertificateOfClients",
                                Weakness.W24,
                                "accepts a peer that it must refuse",
                                backend -> verification(backend, VerificationSaboteurs::onlyAskingClients))
                        .where(capabilities -> capabilities.has(TlsFeature.CLIENT_CERTIFICATES)),
                Saboteur.of(
                                "TrustsWhoWasResumed",
                                Weakness.W31,
                                "was taken for an answer to a new demand",
                                TrustsWhoWasResumed::new)
                        .showing("the same check is left out when time has passed", Weakness.W24)
                        .where(VerificationSaboteurs::resumes),
                Saboteur.ofEngine("ForgetsNoSession", Weakness.W31, "that it was told to forget", ForgetsNoSession::new)
                        .where(VerificationSaboteurs::resumes),
                Saboteur.ofBackend(
                        "BelievesWithoutASignature",
                        Weakness.W24,
                        "whoever has seen a certificate can show it",
                        BelievesWithoutASignature::new),
                naming("CutsNamesAtZero", VerificationSaboteurs::isInFrontOfZero),
                naming("AcceptsTheCommonName", VerificationSaboteurs::isCommonName),
                naming("TakesAnAddressForAHostName", VerificationSaboteurs::isAddressAmongHosts),
                naming("LetsAWildcardSpanLabels", VerificationSaboteurs::isBelowAWildcard));
    }

    static boolean resumes(BackendCapabilities capabilities) {
        return capabilities.has(TlsFeature.RESUMPTION_TLS_1_2) || capabilities.has(TlsFeature.RESUMPTION_TLS_1_3);
    }

    private static Saboteur overlooking(String name, SslError.Code code) {
        return Saboteur.of(
                name,
                Weakness.W24,
                "accepts a peer that it must refuse",
                backend -> verifier(backend, (request, error) -> error.code() == code));
    }

    private static Saboteur naming(String name, BiPredicate<VerificationRequest, String> accepts) {
        return Saboteur.of(
                name,
                Weakness.W37,
                "accepted",
                backend -> verifier(
                        backend,
                        (request, error) -> error.code() == SslError.Code.HOST_NAME_MISMATCH
                                && request.peerName() instanceof PeerName.Name wanted
                                && accepts.test(request, wanted.value())));
    }

    // ---- where the faults are put ----

    /** A subject whose verifier overlooks some errors. */
    private static Subject verifier(TlsBackend backend, BiPredicate<VerificationRequest, SslError> overlooked) {
        return verification(
                backend,
                settings -> with(settings, settings.mode(), request -> {
                    VerificationResult honest = settings.verifier().verify(request);
                    return new VerificationResult(
                            honest.errors().stream()
                                    .filter(error -> !overlooked.test(request, error))
                                    .toList(),
                            honest.path());
                }));
    }

    /** A subject that demands something else of its peers. */
    static Subject verification(TlsBackend backend, UnaryOperator<VerificationSettings> fault) {
        return ExchangedPart.parts(parts -> parts.withVerification(fault)).apply(backend);
    }

    /** A subject with other connections. */
    static Subject connections(TlsBackend backend, ConnectionParts.ConnectionFactory factory) {
        return ExchangedPart.parts(parts -> parts.withConnections(factory)).apply(backend);
    }

    private static VerificationSettings onlyAskingClients(VerificationSettings settings) {
        return settings.purpose() == Purpose.CLIENT && settings.mode() == PeerVerifyMode.VERIFY_PEER
                ? with(settings, PeerVerifyMode.QUERY_PEER, settings.verifier())
                : settings;
    }

    private static VerificationSettings with(
            VerificationSettings settings, PeerVerifyMode mode, CertificateVerifier verifier) {
        return new VerificationSettings(
                verifier,
                mode,
                settings.name(),
                settings.purpose(),
                settings.trustAnchors(),
                settings.maximumDepth(),
                settings.policy(),
                settings.revocationLists(),
                settings.stapling(),
                settings.pins(),
                settings.clock(),
                settings.preSharedKeyGiven());
    }

    // ---- the faults ----

    private static boolean isCommonName(VerificationRequest request, String wanted) {
        String subject =
                request.chain().get(0).toX509().getSubjectX500Principal().getName();
        return !wanted.isEmpty() && subject.equalsIgnoreCase("CN=" + wanted);
    }

    private static boolean isAddressAmongHosts(VerificationRequest request, String wanted) {
        return !wanted.isEmpty()
                && wanted.chars().noneMatch(Character::isLetter)
                && hosts(request).contains(wanted);
    }

    private static boolean isBelowAWildcard(VerificationRequest request, String wanted) {
        return hosts(request).stream()
                .filter(host -> host.startsWith("*.") && host.indexOf('.', 2) > 0)
                .anyMatch(host -> wanted.toLowerCase(Locale.ROOT).endsWith(host.substring(1)));
    }

    /** As readers do for which a text ends with the first zero (CVE-2009-2408). */
    private static boolean isInFrontOfZero(VerificationRequest request, String wanted) {
        return hosts(request).stream().anyMatch(host -> host.startsWith(wanted + "\0"));
    }

    private static List<String> hosts(VerificationRequest request) {
        return request.chain().get(0).subjectAlternativeNames().stream()
                .filter(SubjectAltName.Dns.class::isInstance)
                .map(name -> ((SubjectAltName.Dns) name).name())
                .toList();
    }

    /** Goes on with a peer that has errors once its owner was told of them, if something waits to be sent. */
    private static final class TakesBeingToldForConsent extends Subject {
        TakesBeingToldForConsent(TlsBackend backend) {
            super(backend);
        }

        @Override
        public SslSocketListener listener(SslSocketListener listener) {
            return (SslSocketListener) Proxy.newProxyInstance(
                    SslSocketListener.class.getClassLoader(),
                    new Class<?>[] {SslSocketListener.class},
                    (proxy, method, arguments) -> {
                        Object result = method.invoke(listener, arguments);
                        if (method.getName().equals("sslErrors")) {
                            goOn((SslSocket) arguments[0]);
                        }
                        return result;
                    });
        }

        private static void goOn(SslSocket socket) {
            if (socket.bytesToWrite() > 0) {
                socket.dangerouslyIgnoreAllSslErrors();
                socket.resume();
            }
        }
    }

    /** Lets what is written while the user is being asked pass the engine by. */
    private static final class SendsInTheClearWhileAsking extends Connection {
        private @Nullable ByteBuffer inTheClear;
        private boolean lent;

        SendsInTheClearWhileAsking(
                Buffers buffers, BufferKind bufferKind, ConnectionLimits limits, ConnectionEvents events) {
            super(buffers, bufferKind, limits, events);
        }

        @Override
        public int write(ByteBuffer source) {
            if (phase() != Phase.VERIFYING || inTheClear != null) {
                return super.write(source);
            }
            int bytes = source.remaining();
            inTheClear = ByteBuffer.allocate(bytes).put(source).flip();
            return bytes;
        }

        @Override
        public @Nullable ByteBuffer beginDrain() {
            ByteBuffer clear = inTheClear;
            if (clear == null || !clear.hasRemaining()) {
                return super.beginDrain();
            }
            lent = true;
            return clear;
        }

        @Override
        public void endDrain(int bytes) {
            if (!lent) {
                super.endDrain(bytes);
            }
            lent = false;
        }
    }

    /** Believes every engine that has resumed a session. */
    private static final class TrustsWhoWasResumed extends Subject {
        private final Newest newest;

        TrustsWhoWasResumed(TlsBackend backend) {
            this(backend, new Newest());
        }

        private TrustsWhoWasResumed(TlsBackend backend, Newest newest) {
            super(new TellsOfResumption(backend, newest));
            this.newest = newest;
        }

        @Override
        public ConnectionParts parts(ConnectionParts parts) {
            return parts.withVerification(this::unlessResumed);
        }

        private VerificationSettings unlessResumed(VerificationSettings settings) {
            AtomicBoolean resumed = new AtomicBoolean();
            newest.resumed = resumed;
            return with(
                    settings,
                    settings.mode(),
                    request -> resumed.get()
                            ? new VerificationResult(List.of(), request.chain())
                            : settings.verifier().verify(request));
        }
    }

    /** Whether the connection that is being made was resumed: made with its demands, taken by its engine. */
    private static final class Newest {
        private volatile AtomicBoolean resumed = new AtomicBoolean();
    }

    private static final class TellsOfResumption extends DelegatingBackend {
        private final Newest newest;

        TellsOfResumption(TlsBackend delegate, Newest newest) {
            super(delegate);
            this.newest = newest;
        }

        @Override
        protected TlsEngine createEngine(
                TlsContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events)
                throws TlsContextException {
            AtomicBoolean resumed = newest.resumed;
            return new DelegatingEngine(super.createEngine(context, spec, verifier, events)) {
                @Override
                public SessionFacts sessionFacts() {
                    SessionFacts facts = super.sessionFacts();
                    resumed.set(facts.resumed());
                    return facts;
                }
            };
        }
    }

    /** Keeps every session, whatever it is told. */
    private static final class ForgetsNoSession extends DelegatingEngine {
        ForgetsNoSession(TlsEngine delegate) {
            super(delegate);
        }

        @Override
        public void forgetSession() {}
    }

    /**
     * Stands for clients that do not look at the signature of their server: as that cannot be taken out of an engine, a
     * server that shows the suite's own certificate is given the key that it has not.
     */
    private static final class BelievesWithoutASignature extends DelegatingBackend {
        BelievesWithoutASignature(TlsBackend delegate) {
            super(delegate);
        }

        @Override
        public TlsContext createContext(ContextSpec spec) throws TlsContextException {
            return super.createContext(new ContextSpec(
                    spec.protocols(),
                    spec.ciphers(),
                    spec.groups(),
                    spec.signatureSchemes(),
                    spec.identities().stream()
                            .map(BelievesWithoutASignature::withItsKey)
                            .toList(),
                    spec.acceptedIssuers(),
                    spec.dhParameters(),
                    spec.sessions()));
        }

        private static KeyMaterial withItsKey(KeyMaterial material) {
            boolean shown = material instanceof KeyMaterial.KeyAndChain given
                    && given.chain().equals(Identities.server().chain());
            return shown
                    ? new KeyMaterial.KeyAndChain(
                            Identities.server().chain(),
                            Identities.server().keys().getPrivate())
                    : material;
        }
    }
}
