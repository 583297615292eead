package dev.sluice.examples.conscrypt;

import dev.sluice.SslCipher;
import dev.sluice.SslProtocol;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import dev.sluice.x509.SslCertificate;
import io.netty.util.IllegalReferenceCountException;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.TrustManager;
import org.conscrypt.Conscrypt;

/**
 * An {@link SSLContext} of its own for one specification.
 *
 * <p>Each engine has a number, which Conscrypt is told as the port of the peer. Two things follow. No session is ever
 * resumed by a client, since Conscrypt keeps them by host and port; a server resumes none anyhow, because tickets are off
 * and it has no other way. And the trust manager, which belongs to the context, finds the judge of the connection.
 */
final class ConscryptContext extends TlsContext {
    /**
     * A server of Conscrypt (2.9) derives the types of key to ask for from its suites of TLS 1.2, and has no certificate
     * without any. Where TLS 1.2 is off they are never negotiated.
     */
    private static final List<String> KEY_TYPE_SUITES =
            List.of("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");

    private final ContextSpec spec;
    private final SSLContext context;
    private final IdentityKeyManager keys;
    private final Map<Integer, DeferringTrustManager.Court> courts;
    private final AtomicInteger numbers = new AtomicInteger();
    private final String[] protocols;
    private final String[] suites;

    private ConscryptContext(
            ContextSpec spec,
            SSLContext context,
            IdentityKeyManager keys,
            Map<Integer, DeferringTrustManager.Court> courts) {
        this.spec = spec;
        this.context = context;
        this.keys = keys;
        this.courts = courts;
        this.protocols = ContextChecks.versions(spec).stream()
                .map(SslProtocol::standardName)
                .toArray(String[]::new);
        Set<String> names = new LinkedHashSet<>();
        spec.ciphers().stream().map(SslCipher::name).forEach(names::add);
        if (!ContextChecks.versions(spec).contains(SslProtocol.TLS_1_2)) {
            names.addAll(KEY_TYPE_SUITES);
        }
        this.suites = names.toArray(String[]::new);
    }

    /** Creates a context, all or nothing. */
    static ConscryptContext create(Provider provider, BackendCapabilities capabilities, ContextSpec spec)
            throws TlsContextException {
        ContextChecks.check(spec, capabilities, provider);
        IdentityKeyManager keys = new IdentityKeyManager(spec.identities());
        Map<Integer, DeferringTrustManager.Court> courts = new ConcurrentHashMap<>();
        DeferringTrustManager trust = new DeferringTrustManager(
                number -> Optional.ofNullable(courts.get(number)),
                spec.acceptedIssuers().stream().map(SslCertificate::toX509).toList());
        try {
            SSLContext context = SSLContext.getInstance("TLS", provider);
            context.init(new KeyManager[] {keys}, new TrustManager[] {trust}, null);
            // What is cached is never found, and 0 would mean "no limit".
            context.getClientSessionContext().setSessionCacheSize(1);
            context.getServerSessionContext().setSessionCacheSize(1);
            return new ConscryptContext(spec, context, keys, courts);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw new TlsContextException("Conscrypt cannot make a context: " + e.getMessage(), e);
        }
    }

    @Override
    public TlsEngine createEngine(EngineSpec engineSpec, PeerVerifier verifier, EngineEvents events)
            throws TlsContextException {
        if (refCnt() == 0) {
            throw new IllegalReferenceCountException(0);
        }
        ContextChecks.check(engineSpec, spec);
        int number = numbers.incrementAndGet() & Integer.MAX_VALUE;
        SSLEngine engine = context.createSSLEngine(null, number);
        try {
            AlpnSelector selector = configure(engine, engineSpec);
            PeerJudge judge = new PeerJudge(verifier, engineSpec.tasksMayWait());
            courts.put(number, new DeferringTrustManager.Court(judge, engine));
            return new ConscryptEngine(engine, engineSpec, judge, selector, events, () -> courts.remove(number));
        } catch (IllegalArgumentException e) {
            ConscryptEngine.dispose(engine);
            throw new TlsContextException("Conscrypt refuses a setting: " + e.getMessage(), e);
        }
    }

    private AlpnSelector configure(SSLEngine engine, EngineSpec engineSpec) throws TlsContextException {
        engine.setUseClientMode(engineSpec.side() == Side.CLIENT);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(protocols);
        parameters.setCipherSuites(suites);
        parameters.setEndpointIdentificationAlgorithm(null); // names are the verifier's business
        if (engineSpec.side() == Side.CLIENT && engineSpec.serverName().isPresent()) {
            parameters.setServerNames(
                    List.of(new SNIHostName(engineSpec.serverName().get())));
        }
        switch (engineSpec.clientAuthentication()) {
            case NONE -> parameters.setWantClientAuth(false);
            case REQUEST -> parameters.setWantClientAuth(true);
            case REQUIRE -> parameters.setNeedClientAuth(true);
        }
        engine.setSSLParameters(parameters);
        requireTaken("protocol versions", protocols, engine.getEnabledProtocols());
        requireTaken("cipher suites", suites, engine.getEnabledCipherSuites());
        AlpnSelector selector = new AlpnSelector(engineSpec.applicationProtocols());
        if (!engineSpec.applicationProtocols().isEmpty()) {
            switch (engineSpec.side()) {
                case CLIENT ->
                    Conscrypt.setApplicationProtocols(
                            engine, engineSpec.applicationProtocols().toArray(String[]::new));
                case SERVER -> Conscrypt.setApplicationProtocolSelector(engine, selector);
            }
        }
        return selector;
    }

    /** What a setter took silently must be what it was given; the suites of TLS 1.3 are always among them. */
    private static void requireTaken(String setting, String[] given, String[] taken) throws TlsContextException {
        Set<String> expected = new LinkedHashSet<>(List.of(given));
        Set<String> found = new LinkedHashSet<>(List.of(taken));
        if (!found.containsAll(expected)) {
            throw new TlsContextException(setting + " were set to " + expected + ", Conscrypt took " + found, null);
        }
        found.removeIf(name -> expected.contains(name) || isSuiteOfTls13(name));
        if (!found.isEmpty()) {
            throw new TlsContextException(setting + " were set to " + expected + ", Conscrypt added " + found, null);
        }
    }

    private static boolean isSuiteOfTls13(String name) {
        return SslCipher.fromName(name)
                .filter(cipher -> cipher.protocols().contains(SslProtocol.TLS_1_3))
                .isPresent();
    }

    @Override
    protected void deallocate() {
        forget(context.getClientSessionContext());
        forget(context.getServerSessionContext());
        keys.forgetKeys();
    }

    /** A cached session cannot be invalidated; a smaller cache drops what it held. No engine is left to add another. */
    private static void forget(SSLSessionContext sessions) {
        sessions.setSessionCacheSize(0);
    }

    @Override
    public String toString() {
        return "ConscryptContext[" + spec.protocols() + "]";
    }
}
