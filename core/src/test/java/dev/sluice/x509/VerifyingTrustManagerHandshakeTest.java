package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The trust manager inside of handshakes of the JDK's engine, at both ends. */
class VerifyingTrustManagerHandshakeTest {
    private static final Issued ROOT = TestCertificates.ca("Handshake Root").selfSigned();
    private static final Issued SERVER = TestCertificates.server("example.test").issuedBy(ROOT);
    private static final int PORT = 443;

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aServerOfTheRightNameIsAcceptedAndOneOfAnotherNameIsNotThoughNobodyAskedForTheName(String protocol)
            throws Exception {
        VerifyingTrustManager trust = VerifyingTrustManager.of(List.of(ROOT.certificate()));

        MemoryHandshake right = handshake(protocol, SERVER, client(trust, "example.test"));
        MemoryHandshake wrong = handshake(protocol, SERVER, client(trust, "other.test"));

        assertTrue(right.succeeded(), right::toString);
        assertEquals(
                List.of(SslError.of(Code.HOST_NAME_MISMATCH, SERVER.certificate())),
                wrong.refusalOfServer().errors());
        assertTrue(String.valueOf(wrong.refusalOfServer().getMessage()).contains("the server other.test"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void everyFaultIsARefusalThatTheServerIsToldOf(String protocol) throws Exception {
        Issued expired = TestCertificates.server("example.test").expired().issuedBy(ROOT);
        Issued unknown = TestCertificates.server("example.test")
                .issuedBy(TestCertificates.ca("Unknown Root").freshKey().selfSigned());
        Issued constrained = TestCertificates.server("example.test")
                .issuedBy(TestCertificates.ca("Constrained")
                        .extension(Extension.nameConstraints.getId(), true, excluding("example.test"))
                        .issuedBy(ROOT));

        assertRefused(protocol, expired, Code.CERTIFICATE_EXPIRED, "certificate_expired");
        assertRefused(protocol, unknown, Code.UNABLE_TO_GET_LOCAL_ISSUER_CERTIFICATE, "certificate_unknown");
        assertRefused(protocol, constrained, Code.NAME_CONSTRAINT_VIOLATION, "bad_certificate");
    }

    private static void assertRefused(String protocol, Issued server, Code code, String alert) throws Exception {
        VerifyingTrustManager trust = VerifyingTrustManager.of(List.of(ROOT.certificate()));

        MemoryHandshake handshake = handshake(protocol, server, client(trust, "example.test"));

        List<SslError> errors = handshake.refusalOfServer().errors();
        assertTrue(errors.stream().anyMatch(error -> error.code() == code), errors::toString);
        // JDK 17 has one alert for nearly everything in TLS 1.3.
        boolean exact = protocol.equals("TLSv1.2") || Runtime.version().feature() >= 25;
        String told = String.valueOf(handshake.server().orElseThrow().getMessage());
        assertTrue(told.contains(exact ? alert : "certificate_unknown"), told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void anEngineThatWasMadeWithoutAHostRefusesEverybodyUnlessTheNameWasGiven(String protocol) throws Exception {
        VerifyingTrustManager strict = VerifyingTrustManager.of(List.of(ROOT.certificate()));
        VerifyingTrustManager.Builder named = VerifyingTrustManager.builder().trustAnchors(List.of(ROOT.certificate()));

        MemoryHandshake unnamed = handshake(protocol, SERVER, client(strict, null));
        MemoryHandshake given = handshake(
                protocol, SERVER, client(named.peerVerifyName("example.test").build(), null));
        MemoryHandshake replaced = handshake(
                protocol, SERVER, client(named.peerVerifyName("other.test").build(), "example.test"));

        assertEquals(
                List.of(SslError.of(Code.HOST_NAME_MISMATCH, SERVER.certificate())),
                unnamed.refusalOfServer().errors());
        assertTrue(String.valueOf(unnamed.refusalOfServer().getMessage()).contains("whose name is not known here"));
        assertTrue(given.succeeded(), given::toString);
        assertEquals(
                List.of(SslError.of(Code.HOST_NAME_MISMATCH, SERVER.certificate())),
                replaced.refusalOfServer().errors());
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTPS", "ldaps"})
    void theExceptionFromTheRuleEndsWhereTheProgramAsksForTheName(String algorithm) throws Exception {
        VerifyingTrustManager trust = VerifyingTrustManager.builder()
                .trustAnchors(List.of(ROOT.certificate()))
                .dangerouslyCheckNameOnlyIfAsked()
                .build();
        SSLEngine asking = client(trust, "other.test");
        SSLParameters parameters = asking.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm(algorithm);
        asking.setSSLParameters(parameters);

        MemoryHandshake notAsked = handshake("TLSv1.3", SERVER, client(trust, "other.test"));
        MemoryHandshake asked = handshake("TLSv1.3", SERVER, asking);

        assertTrue(notAsked.succeeded(), notAsked::toString);
        assertEquals(
                List.of(SslError.of(Code.HOST_NAME_MISMATCH, SERVER.certificate())),
                asked.refusalOfServer().errors());
    }

    @Test
    void theServerNameIsAskedForFirstAndTheHostThen() throws Exception {
        VerifyingTrustManager trust = VerifyingTrustManager.of(List.of(ROOT.certificate()));

        MemoryHandshake byServerName = handshake("TLSv1.3", SERVER, client(trust, "192.0.2.1", "example.test"));
        MemoryHandshake byHost = handshake("TLSv1.3", SERVER, client(trust, "example.test", "front.test"));
        MemoryHandshake neither = handshake("TLSv1.3", SERVER, client(trust, "192.0.2.1", "front.test"));

        assertTrue(byServerName.succeeded(), byServerName::toString);
        assertTrue(byHost.succeeded(), byHost::toString);
        assertTrue(String.valueOf(neither.refusalOfServer().getMessage())
                .startsWith("the server front.test or 192.0.2.1 was refused: "));
    }

    @Test
    void theConstraintsOfTheProgramHoldForTheWholePath() throws Exception {
        Issued intermediate = TestCertificates.ca("Intermediate").issuedBy(ROOT);
        Issued server = TestCertificates.server("example.test").issuedBy(intermediate);
        VerifyingTrustManager trust = VerifyingTrustManager.of(List.of(ROOT.certificate()));
        SSLEngine client = client(trust, "example.test");
        SSLParameters parameters = client.getSSLParameters();
        parameters.setAlgorithmConstraints(
                new Forbidden(intermediate.certificate().publicKey()));
        client.setSSLParameters(parameters);

        MemoryHandshake handshake = handshake("TLSv1.3", server, client);

        assertEquals(
                List.of(SslError.of(Code.WEAK_KEY, intermediate.certificate())),
                handshake.refusalOfServer().errors());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aServerJudgesItsClients(String protocol) throws Exception {
        Issued alice = TestCertificates.client("Alice").issuedBy(ROOT);
        Issued stranger = TestCertificates.testClient();
        VerifyingTrustManager trust = VerifyingTrustManager.of(List.of(ROOT.certificate()));

        MemoryHandshake welcome = mutual(protocol, alice, trust);
        MemoryHandshake wrongPurpose = mutual(protocol, SERVER, trust);
        MemoryHandshake unknown =
                mutual(protocol, stranger, new UnhintedTrust(trust)); // else the client would not even show it

        assertTrue(welcome.succeeded(), welcome::toString);
        assertEquals(
                List.of(SslError.of(Code.INVALID_PURPOSE, SERVER.certificate())),
                wrongPurpose.refusalOfClient().errors());
        assertEquals(
                List.of(Code.UNABLE_TO_GET_LOCAL_ISSUER_CERTIFICATE),
                unknown.refusalOfClient().errors().stream().map(SslError::code).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void resumptionDoesNotAskTheTrustManagerAndRecheckingDoes(String protocol) throws Exception {
        List<SslCertificate> anchors = new ArrayList<>(List.of(ROOT.certificate()));
        AtomicInteger asked = new AtomicInteger();
        VerifyingTrustManager trust = VerifyingTrustManager.builder()
                .trustAnchors(() -> List.copyOf(anchors))
                .refining(request -> {
                    asked.incrementAndGet();
                    return request;
                })
                .build();
        SSLContext clients = MemoryHandshake.context(null, trust);
        SSLContext servers = MemoryHandshake.context(SERVER, null);
        MemoryHandshake first = handshake(protocol, servers, clients.createSSLEngine("example.test", PORT));
        anchors.clear();
        SSLEngine again = clients.createSSLEngine("example.test", PORT);
        MemoryHandshake second = handshake(protocol, servers, again);

        assertTrue(first.succeeded(), first::toString);
        // If this fails because the JDK asks: the Javadoc of VerifyingTrustManager can lose a paragraph.
        assertTrue(second.succeeded(), second::toString);
        assertEquals(1, asked.get());
        CertificateRefusedException refused = assertThrows(
                CertificateRefusedException.class, () -> trust.recheck(again.getSession(), Purpose.SERVER));
        assertEquals(
                SslError.of(Code.UNABLE_TO_GET_LOCAL_ISSUER_CERTIFICATE, SERVER.certificate()),
                refused.errors().get(0));
        anchors.add(ROOT.certificate());
        trust.recheck(again.getSession(), Purpose.SERVER);
        assertEquals(3, asked.get());
    }

    private static MemoryHandshake mutual(String protocol, Issued identity, TrustManager trust) throws Exception {
        SSLEngine client = MemoryHandshake.context(identity, VerifyingTrustManager.of(List.of(ROOT.certificate())))
                .createSSLEngine("example.test", PORT);
        SSLEngine server = MemoryHandshake.context(SERVER, trust).createSSLEngine();
        server.setUseClientMode(false);
        server.setNeedClientAuth(true);
        return run(protocol, client, server);
    }

    private static SSLEngine client(VerifyingTrustManager trust, @Nullable String host, String... serverNames)
            throws Exception {
        SSLContext context = MemoryHandshake.context(null, trust);
        SSLEngine engine = host == null ? context.createSSLEngine() : context.createSSLEngine(host, PORT);
        if (serverNames.length > 0) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(serverNames[0])));
            engine.setSSLParameters(parameters);
        }
        return engine;
    }

    private static MemoryHandshake handshake(String protocol, Issued server, SSLEngine client) throws Exception {
        return handshake(protocol, MemoryHandshake.context(server, null), client);
    }

    private static MemoryHandshake handshake(String protocol, SSLContext servers, SSLEngine client) throws Exception {
        SSLEngine server = servers.createSSLEngine();
        server.setUseClientMode(false);
        return run(protocol, client, server);
    }

    private static MemoryHandshake run(String protocol, SSLEngine client, SSLEngine server) throws Exception {
        client.setUseClientMode(true);
        client.setEnabledProtocols(new String[] {protocol});
        return MemoryHandshake.of(client, server);
    }

    private static NameConstraints excluding(String name) {
        return new NameConstraints(
                null, new GeneralSubtree[] {new GeneralSubtree(new GeneralName(GeneralName.dNSName, name))});
    }

    /** Allows all but one key. */
    private record Forbidden(Key key) implements AlgorithmConstraints {
        @Override
        public boolean permits(
                Set<CryptoPrimitive> primitives, String algorithm, @Nullable AlgorithmParameters parameters) {
            return true;
        }

        @Override
        public boolean permits(Set<CryptoPrimitive> primitives, Key candidate) {
            return !candidate.equals(key);
        }

        @Override
        public boolean permits(
                Set<CryptoPrimitive> primitives,
                String algorithm,
                Key candidate,
                @Nullable AlgorithmParameters parameters) {
            return permits(primitives, candidate);
        }
    }
}
