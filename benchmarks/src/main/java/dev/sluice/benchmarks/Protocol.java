package dev.sluice.benchmarks;

import dev.sluice.NamedGroup;
import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SslCipher;
import dev.sluice.SslConfiguration;
import dev.sluice.SslSocket;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsFeature;
import dev.sluice.x509.SslCertificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;

/** What all contenders negotiate: one version, one suite. */
public enum Protocol {
    TLS_1_3("TLSv1.3", "TLS_AES_128_GCM_SHA256", ProtocolRange.TLS_1_3),
    TLS_1_2("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", ProtocolRange.TLS_1_2);

    /** The JDK's names for groups, the preferred one first, separated by commas. */
    static final String GROUPS_PROPERTY = "jdk.tls.namedGroups";

    /** The JDK finds sessions by host and port. A port that nobody used before finds none, so the handshake is full. */
    private static final AtomicInteger PORTS = new AtomicInteger(1);

    private final String standardName;
    private final String cipher;
    private final ProtocolRange range;

    Protocol(String standardName, String cipher, ProtocolRange range) {
        this.standardName = standardName;
        this.cipher = cipher;
        this.range = range;
    }

    String standardName() {
        return standardName;
    }

    String cipher() {
        return cipher;
    }

    /** Refuses figures of a connection that negotiated something else than the others. */
    void requireNegotiated(String negotiatedProtocol, String negotiatedCipher) {
        if (!standardName.equals(negotiatedProtocol) || !cipher.equals(negotiatedCipher)) {
            throw new IllegalStateException("negotiated " + negotiatedProtocol + " with " + negotiatedCipher
                    + ", expected " + standardName + " with " + cipher);
        }
    }

    /** Leaves a client nothing to resume; sockets, unlike engines, cannot be given a port of their own. */
    static void forgetSessions(SSLContext clientContext) {
        SSLSessionContext sessions = clientContext.getClientSessionContext();
        for (byte[] id : Collections.list(sessions.getIds())) {
            SSLSession session = sessions.getSession(id);
            if (session != null) {
                session.invalidate();
            }
        }
    }

    /** A port number under which no session is known. */
    static int unusedPort() {
        return PORTS.getAndUpdate(port -> port == 65_535 ? 1 : port + 1);
    }

    /** The parameters of a client (which verifies certificate and name) or of a server. */
    SSLParameters parameters(boolean server) {
        SSLParameters parameters = new SSLParameters(new String[] {cipher}, new String[] {standardName});
        if (!server) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        return parameters;
    }

    SSLEngine clientEngine(SSLContext context) {
        SSLEngine engine = context.createSSLEngine(Identity.HOST, unusedPort());
        engine.setUseClientMode(true);
        engine.setSSLParameters(parameters(false));
        return engine;
    }

    SSLEngine serverEngine(SSLContext context) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(parameters(true));
        return engine;
    }

    /**
     * The groups of this run, the preferred one first. The JDK's engine takes them from this system property, and before
     * JDK 20 from nowhere else; so that all contenders have the same, those that can be told are told the same.
     */
    static List<NamedGroup> groups() {
        return Arrays.stream(System.getProperty(GROUPS_PROPERTY, "").split(","))
                .filter(name -> !name.isEmpty())
                .map(name -> NamedGroup.fromStandardName(name).orElseThrow())
                .toList();
    }

    /** As {@link #groups()} for a backend; empty if it cannot be told. */
    static List<NamedGroup> groupsFor(TlsBackend backend) {
        return backend.capabilities().has(TlsFeature.GROUP_SELECTION) ? groups() : List.of();
    }

    /** Refuses figures of a connection of ours that used another group than the preferred one of {@link #groups()}. */
    static void requireGroup(Optional<NamedGroup> group) {
        Optional<NamedGroup> expected = groups().stream().findFirst();
        if (group.isPresent() && expected.isPresent() && !group.equals(expected)) {
            throw new IllegalStateException("the key exchange used " + group.get() + ", expected " + expected.get());
        }
    }

    /** Refuses figures of one of our sockets that negotiated something else than the others, or resumed a session. */
    void requireNegotiated(SslSocket socket) {
        requireNegotiated(
                socket.sessionProtocol().orElseThrow().standardName(),
                socket.sessionCipher().orElseThrow().name());
        requireGroup(socket.ephemeralServerKey());
        if (socket.isSessionResumed()) {
            throw new IllegalStateException("the session was resumed, expected a full handshake");
        }
    }

    /** The same for a connection without a socket. */
    void requireNegotiated(SessionFacts facts) {
        requireNegotiated(
                facts.protocol().orElseThrow().standardName(),
                facts.cipher().orElseThrow().name());
        requireGroup(facts.group());
        if (facts.resumed()) {
            throw new IllegalStateException("the session was resumed, expected a full handshake");
        }
    }

    SslConfiguration clientConfiguration(Identity identity, TlsBackend backend) {
        return common(backend)
                .addCaCertificate(SslCertificate.of(identity.root()))
                .build();
    }

    SslConfiguration serverConfiguration(Identity identity, TlsBackend backend) {
        return common(backend)
                .localCertificate(
                        List.of(SslCertificate.of(identity.certificate()), SslCertificate.of(identity.root())),
                        identity.key())
                // Nobody's client sends a certificate, and the other servers do not ask for one.
                .peerVerifyMode(PeerVerifyMode.VERIFY_NONE)
                .build();
    }

    private SslConfiguration.Builder common(TlsBackend backend) {
        SslConfiguration.Builder builder =
                SslConfiguration.builder(backend).protocols(range).ciphers(ciphers());
        List<NamedGroup> groups = groupsFor(backend);
        return groups.isEmpty() ? builder : builder.groups(groups);
    }

    ProtocolRange range() {
        return range;
    }

    List<SslCipher> ciphers() {
        return List.of(SslCipher.fromName(cipher).orElseThrow());
    }
}
