package dev.sluice.jsse;

import dev.sluice.NamedGroup;
import dev.sluice.SessionStore;
import dev.sluice.SignatureScheme;
import dev.sluice.SslProtocol;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.ClientAuthentication;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.FeatureSettings;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import dev.sluice.spi.TlsFeature;
import dev.sluice.x509.SslCertificate;
import io.netty.util.IllegalReferenceCountException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.KeyManagementException;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * An {@link SSLContext} of its own for one specification: keys, sessions and ticket keys are shared by nobody else.
 *
 * <p>Every setting is checked against what the provider was found to do before it is handed over, since JSSE drops
 * silently what it does not know and throws for the rest only when the handshake begins.
 */
final class JsseContext extends TlsContext {
    /** The longest life of a ticket (RFC 8446 §4.6.1); with a longer one SunJSSE sends and keeps none. */
    private static final long MAX_SESSION_SECONDS = 7 * 24 * 60 * 60;

    private static final List<String> CONSCRYPT_KEY_TYPE_SUITES =
            List.of("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");

    private final JsseProvider provider;
    private final ContextSpec spec;
    private final BackendCapabilities capabilities;
    private final SSLContext context;
    private final JsseKeyManager keyManager;
    private final CurrentJudge currentJudge;
    private final String[] protocols;
    private final String[] suites;

    private JsseContext(
            JsseProvider provider,
            ContextSpec spec,
            BackendCapabilities capabilities,
            SSLContext context,
            JsseKeyManager keyManager,
            CurrentJudge currentJudge,
            SuiteNames suiteNames) {
        this.provider = provider;
        this.spec = spec;
        this.capabilities = capabilities;
        this.context = context;
        this.keyManager = keyManager;
        this.currentJudge = currentJudge;
        this.protocols = spec.protocols().protocols().stream()
                .map(SslProtocol::standardName)
                .toArray(String[]::new);
        this.suites = suitesOf(provider, spec, suiteNames);
    }

    /**
     * Creates a context, all or nothing.
     *
     * @throws TlsContextException if the provider cannot do what the specification asks for; the message says what
     */
    static JsseContext create(
            JsseProvider provider,
            BackendCapabilities capabilities,
            SuiteNames suiteNames,
            Rehearsals rehearsals,
            ContextSpec spec)
            throws TlsContextException {
        checkAgainst(capabilities, provider, spec);
        CurrentJudge currentJudge = new CurrentJudge();
        JsseKeyManager keyManager = new JsseKeyManager(
                spec.identities(),
                spec.sessions().isPresent() ? JsseKeyManager.ServerSessions.KEPT : JsseKeyManager.ServerSessions.NONE,
                provider.kind());
        JsseTrustManager trustManager = new JsseTrustManager(
                currentJudge,
                spec.acceptedIssuers().stream().map(SslCertificate::toX509).toList());
        SSLContext context = provider.newContext();
        try {
            // The default source of randomness of the provider is meant by null.
            context.init(new KeyManager[] {keyManager}, new TrustManager[] {trustManager}, null);
        } catch (KeyManagementException | RuntimeException e) {
            keyManager.wipe();
            throw new TlsContextException(provider + " refuses the identities or the trust manager", e);
        }
        JsseContext created =
                new JsseContext(provider, spec, capabilities, context, keyManager, currentJudge, suiteNames);
        try {
            created.limitSessions();
            if (!rehearsals.isKnown(spec, created.protocols, created.suites)) {
                created.rehearse();
                rehearsals.remember(spec, created.protocols, created.suites);
            }
        } catch (TlsContextException | RuntimeException e) {
            created.release();
            throw e;
        }
        return created;
    }

    /** The suites to enable: those of other versions are left out, so that given and taken can be compared. */
    private static String[] suitesOf(JsseProvider provider, ContextSpec spec, SuiteNames suiteNames) {
        Set<String> names = new LinkedHashSet<>();
        spec.ciphers().stream()
                .filter(cipher -> cipher.protocols().stream().anyMatch(spec.protocols()::contains))
                .map(suiteNames::of)
                .forEach(names::add);
        if (provider.kind() == JsseProvider.Kind.CONSCRYPT && !spec.protocols().contains(SslProtocol.TLS_1_2)) {
            // Conscrypt (2.5 to 2.9) derives the types of key to ask a server's key manager for from its suites of
            // TLS 1.2 and fails without any (NO_CERTIFICATE_SET). With TLS 1.2 off they are never negotiated. To be
            // deleted once a server of TLS 1.3 alone handshakes with suites of TLS 1.3 alone.
            names.addAll(CONSCRYPT_KEY_TYPE_SUITES);
        }
        return names.toArray(new String[0]);
    }

    @Override
    public TlsEngine createEngine(EngineSpec engineSpec, PeerVerifier verifier, EngineEvents events)
            throws TlsContextException {
        if (refCnt() == 0) {
            throw new IllegalReferenceCountException(0);
        }
        if (engineSpec.tasksMayWait() && provider.kind() != JsseProvider.Kind.SUN) {
            // Conscrypt and BCJSSE verify inside unwrap, where nothing may wait; of others nothing is known.
            throw new TlsContextException(
                    "verification that may wait for an answer is set, expected none: " + provider
                            + " has no task to wait in",
                    null);
        }
        if (engineSpec.side() == Side.CLIENT
                && engineSpec.ocspStapling()
                && !capabilities.has(TlsFeature.OCSP_CLIENT)) {
            throw new TlsContextException("OCSP stapling is asked for; " + provider + " sends no status_request", null);
        }
        SSLEngine engine = newEngine(engineSpec);
        return new JsseEngine(engine, this, engineSpec, verifier, events);
    }

    JsseProvider provider() {
        return provider;
    }

    CurrentJudge currentJudge() {
        return currentJudge;
    }

    /** Whether sessions of such an engine may be resumed. */
    boolean keepsSessions(EngineSpec engineSpec) {
        return spec.sessions().isPresent()
                && (engineSpec.side() == Side.SERVER
                        || engineSpec.sessionIdentity().isPresent());
    }

    /**
     * Forgets the session of an engine, with all tickets that came of it.
     *
     * <p>On clients every session of the same identity goes too, on servers every one of the same full handshake. Quirk
     * of SunJSSE (17 to 25): a ticket that is made or arrives after its session was invalidated is kept all the same, as a
     * session of its own, and the first invalidation is the only one that reaches the tickets. To be narrowed once a
     * session that is invalid takes no more tickets.
     *
     * <p>What cannot be forgotten: a stateless ticket of TLS 1.2 that a server of SunJSSE has sent. The connection judges
     * the peer again on every resumption.
     */
    void forget(SSLEngine engine, EngineSpec engineSpec) {
        SSLSession current = engine.getSession();
        current.invalidate();
        if (engineSpec.side() == Side.CLIENT && keepsSessions(engineSpec)) {
            String host = SyntheticHost.of(engineSpec.sessionIdentity().orElseThrow());
            invalidate(context.getClientSessionContext(), session -> host.equalsIgnoreCase(session.getPeerHost()));
        } else if (engineSpec.side() == Side.SERVER && keepsSessions(engineSpec)) {
            invalidate(context.getServerSessionContext(), session -> JsseKeyManager.isSameLineage(current, session));
        }
    }

    /** The protocol that ALPN agreed on; empty if none. */
    Optional<String> applicationProtocol(SSLEngine engine) {
        String protocol = engine.getApplicationProtocol();
        return protocol == null || protocol.isEmpty()
                ? Optional.empty()
                : Optional.of(new String(protocol.getBytes(alpnCharset()), StandardCharsets.UTF_8));
    }

    @Override
    protected void deallocate() {
        invalidate(context.getClientSessionContext(), session -> true);
        invalidate(context.getServerSessionContext(), session -> true);
        // Keys of the platform refuse destroy(); once this reference is gone the user's configuration alone holds them.
        keyManager.wipe();
    }

    private static void checkAgainst(BackendCapabilities capabilities, JsseProvider provider, ContextSpec spec)
            throws TlsContextException {
        check("protocol versions", spec.protocols().protocols(), capabilities.protocols(), provider);
        check("cipher suites", spec.ciphers(), capabilities.ciphers(), provider);
        if (spec.ciphers().stream()
                .noneMatch(cipher -> cipher.protocols().stream().anyMatch(spec.protocols()::contains))) {
            throw new TlsContextException(
                    "cipher suites " + spec.ciphers() + " are of other protocol versions, expected 1 or more of "
                            + spec.protocols(),
                    null);
        }
        if (spec.dhParameters().isPresent()) {
            throw new TlsContextException(
                    "Diffie-Hellman parameters are set, expected none: JSSE has no interface for them", null);
        }
        if (!spec.groups().isEmpty()) {
            if (TunableParameters.NAMED_GROUPS.isEmpty() || !capabilities.has(TlsFeature.GROUP_SELECTION)) {
                throw noInterface("groups", spec.groups(), provider);
            }
            check("groups", spec.groups(), capabilities.groups(), provider);
        }
        if (!spec.signatureSchemes().isEmpty()) {
            if (TunableParameters.SIGNATURE_SCHEMES.isEmpty()
                    || !capabilities.has(TlsFeature.SIGNATURE_SCHEME_SELECTION)) {
                throw noInterface("signature schemes", spec.signatureSchemes(), provider);
            }
            check("signature schemes", spec.signatureSchemes(), capabilities.signatureSchemes(), provider);
        }
    }

    private static <T> void check(String setting, List<T> wanted, Collection<T> offered, JsseProvider provider)
            throws TlsContextException {
        List<T> missing = wanted.stream().filter(one -> !offered.contains(one)).toList();
        if (!missing.isEmpty()) {
            throw new TlsContextException(
                    setting + " " + missing + " are not offered by " + provider + ", expected some of " + offered,
                    null);
        }
    }

    private static TlsContextException noInterface(String setting, List<?> wanted, JsseProvider provider) {
        return new TlsContextException(
                setting + " are set to " + wanted + ", expected none: " + provider + " on Java "
                        + Runtime.version().feature() + " has no interface for choosing them",
                null);
    }

    private void limitSessions() {
        SSLSessionContext client = context.getClientSessionContext();
        SSLSessionContext server = context.getServerSessionContext();
        Optional<SessionStore> store = spec.sessions();
        // JSSE takes 0 for "no limit", so both numbers stay at 1 or more. Without a store nothing is found or resumed
        // anyhow; the small cache only keeps unfindable tickets from piling up.
        int size = store.map(s -> Math.max(1, s.maximumSessions())).orElse(1);
        long seconds = store.map(s -> s.lifetime().toSeconds()).orElse(MAX_SESSION_SECONDS);
        int timeout = (int) Math.max(1, Math.min(MAX_SESSION_SECONDS, seconds));
        client.setSessionCacheSize(size);
        client.setSessionTimeout(timeout);
        server.setSessionCacheSize(size);
        server.setSessionTimeout(timeout);
    }

    /** Begins a handshake that goes nowhere: a combination that the provider refuses is refused now, not on the wire. */
    private void rehearse() throws TlsContextException {
        for (Side side : Side.values()) {
            EngineSpec dry = new EngineSpec(
                    side,
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    ClientAuthentication.NONE,
                    true,
                    false,
                    false,
                    0,
                    FeatureSettings.NONE);
            SSLEngine engine = newEngine(dry);
            try {
                engine.beginHandshake();
            } catch (SSLException | RuntimeException e) {
                throw new TlsContextException(
                        provider + " refuses to begin a handshake as " + side + " with protocol versions "
                                + spec.protocols() + ", cipher suites " + List.of(suites) + ", groups "
                                + spec.groups(),
                        e);
            } finally {
                provider.dispose(engine);
            }
        }
    }

    private SSLEngine newEngine(EngineSpec engineSpec) throws TlsContextException {
        boolean findable = engineSpec.side() == Side.CLIENT && keepsSessions(engineSpec);
        SSLEngine engine = findable
                ? context.createSSLEngine(
                        SyntheticHost.of(engineSpec.sessionIdentity().orElseThrow()), SyntheticHost.PORT)
                : context.createSSLEngine();
        boolean complete = false;
        try {
            engine.setUseClientMode(engineSpec.side() == Side.CLIENT);
            engine.setSSLParameters(parameters(engine, engineSpec));
            if (engineSpec.side() == Side.SERVER
                    && !engineSpec.applicationProtocols().isEmpty()) {
                preferOrderOfClient(engine, applicationProtocols(engineSpec));
            }
            checkTaken("protocol versions", protocols, engine.getEnabledProtocols());
            checkTaken("cipher suites", suites, engine.getEnabledCipherSuites());
            complete = true;
            return engine;
        } catch (IllegalArgumentException | UnsupportedOperationException e) {
            throw new TlsContextException(provider + " refuses the settings of an engine: " + e.getMessage(), e);
        } finally {
            if (!complete) {
                provider.dispose(engine);
            }
        }
    }

    private SSLParameters parameters(SSLEngine engine, EngineSpec engineSpec) throws TlsContextException {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(protocols);
        parameters.setCipherSuites(suites);
        parameters.setUseCipherSuitesOrder(engineSpec.serverCipherPreference());
        // Names are checked by the verifier of the connection.
        parameters.setEndpointIdentificationAlgorithm(null);
        parameters.setApplicationProtocols(applicationProtocols(engineSpec).toArray(String[]::new));
        if (engineSpec.side() == Side.CLIENT) {
            // Always set, an empty list included: else JSSE derives a name from the host, which is a synthetic one.
            parameters.setServerNames(
                    engineSpec.serverName().isPresent()
                            ? List.of(hostName(engineSpec.serverName().get()))
                            : List.of());
        } else {
            setClientAuthentication(parameters, engineSpec);
        }
        if (!spec.groups().isEmpty()) {
            TunableParameters.NAMED_GROUPS
                    .orElseThrow()
                    .set(
                            parameters,
                            spec.groups().stream().map(NamedGroup::standardName).toArray(String[]::new));
        }
        if (!spec.signatureSchemes().isEmpty()) {
            TunableParameters.SIGNATURE_SCHEMES
                    .orElseThrow()
                    .set(
                            parameters,
                            spec.signatureSchemes().stream()
                                    .map(SignatureScheme::standardName)
                                    .toArray(String[]::new));
        }
        return parameters;
    }

    private List<String> applicationProtocols(EngineSpec engineSpec) {
        return engineSpec.applicationProtocols().stream()
                .map(name -> new String(name.getBytes(StandardCharsets.UTF_8), alpnCharset()))
                .toList();
    }

    /** Left alone, JSSE goes by the order of the server (RFC 7301 §3.2 leaves it to the server). */
    private static void preferOrderOfClient(SSLEngine engine, List<String> known) {
        BiFunction<SSLEngine, List<String>, @Nullable String> firstOfClient = (asking, offered) ->
                offered.stream().filter(known::contains).findFirst().orElse(null); // null: no_application_protocol
        engine.setHandshakeApplicationProtocolSelector(firstOfClient);
    }

    private static void setClientAuthentication(SSLParameters parameters, EngineSpec engineSpec) {
        switch (engineSpec.clientAuthentication()) {
            case NONE -> parameters.setWantClientAuth(false); // clears "need" as well
            case REQUEST -> parameters.setWantClientAuth(true);
            case REQUIRE -> parameters.setNeedClientAuth(true);
        }
    }

    private static SNIHostName hostName(String name) throws TlsContextException {
        try {
            return new SNIHostName(name);
        } catch (IllegalArgumentException e) {
            throw new TlsContextException("server name \"" + name + "\" is no host name for SNI (RFC 6066 §3)", e);
        }
    }

    /** What a setter took silently must be what it was given. Order is not compared: not all providers keep it. */
    private void checkTaken(String setting, String[] given, String[] taken) throws TlsContextException {
        if (!Set.of(given).equals(Set.of(taken))) {
            throw new TlsContextException(
                    setting + " were set to " + new TreeSet<>(List.of(given)) + ", " + provider + " took "
                            + new TreeSet<>(List.of(taken)),
                    null);
        }
    }

    /**
     * How the provider turns a string of ALPN into bytes. SunJSSE (17 to 25) takes Latin-1 unless a system property says
     * otherwise; the names of RFC 7301 are bytes, by custom UTF-8.
     */
    private Charset alpnCharset() {
        return provider.kind() == JsseProvider.Kind.SUN ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8;
    }

    private static void invalidate(SSLSessionContext sessions, Predicate<SSLSession> which) {
        try {
            for (byte[] id : Collections.list(sessions.getIds())) {
                SSLSession session = sessions.getSession(id);
                if (session != null && which.test(session)) { // one can expire between the two calls
                    session.invalidate();
                }
            }
        } catch (UnsupportedOperationException e) {
            // Conscrypt (2.5 to 2.9) cannot invalidate a cached session; emptying the cache forgets more, yet surely.
            // To be deleted once its cached sessions can be invalidated.
            int size = sessions.getSessionCacheSize();
            sessions.setSessionCacheSize(0);
            sessions.setSessionCacheSize(size);
        }
    }

    @Override
    public String toString() {
        return "JsseContext[" + provider + ", " + spec.protocols() + ", " + capabilities.bufferKind() + "]";
    }
}
