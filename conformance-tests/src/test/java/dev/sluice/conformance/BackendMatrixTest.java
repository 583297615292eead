package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.AlertDescription;
import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SessionStore;
import dev.sluice.SslBackends;
import dev.sluice.SslMode;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.conformance.Peers.World;
import dev.sluice.conformance.harness.Trace;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsFeature;
import dev.sluice.testing.TestCertificates;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every backend as a client of every backend: two engines that share a mistake agree with themselves only. */
class BackendMatrixTest {
    /** Around the longest record (RFC 8446 §5.1), and several of them. */
    private static final int[] RECORD_EDGES = {1, (1 << 14) - 1, 1 << 14, (1 << 14) + 1, 100_000};

    private static final TestCertificates.Issued OTHER = TestCertificates.server("other.localhost")
            .issuedBy(TestCertificates.ca("Matrix Root").selfSigned());

    /** One of each side, in one world. */
    record Pairing(String client, String server, World world) {
        Peers peers() {
            return world.peers().client(builder -> builder.backend(client)).server(builder -> builder.backend(server));
        }

        TlsBackend clientBackend() {
            return SslBackends.byName(client);
        }

        boolean canResume() {
            TlsFeature feature = world.isTls13() ? TlsFeature.RESUMPTION_TLS_1_3 : TlsFeature.RESUMPTION_TLS_1_2;
            return clientBackend().capabilities().has(feature)
                    && SslBackends.byName(server).capabilities().has(feature);
        }

        @Override
        public String toString() {
            return client + " to " + server + ", " + world;
        }
    }

    static Stream<Pairing> pairings() {
        List<String> backends = SslBackends.available();
        assertTrue(backends.containsAll(List.of("jsse", "bc")), backends::toString);
        return backends.stream()
                .flatMap(client -> backends.stream()
                        .flatMap(server -> World.all().map(world -> new Pairing(client, server, world))));
    }

    static Stream<Pairing> resumablePairings() {
        return pairings().filter(Pairing::canResume);
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @MethodSource("pairings")
    void dataOfEveryLengthArrivesEitherWay(Pairing pairing) throws Exception {
        try (Peers peers = pairing.peers()) {
            peers.start().encrypted();
            assertEquals(
                    pairing.world().range(),
                    new ProtocolRange(
                            peers.client.sessionProtocol().orElseThrow(),
                            peers.server.sessionProtocol().orElseThrow()));
            assertEquals(peers.client.sessionCipher(), peers.server.sessionCipher());
            assertEquals(Optional.of("localhost"), peers.server.requestedServerName());
            assertEquals(
                    TestCertificates.localhost().certificate(),
                    peers.client.peerCertificate().orElseThrow());
            for (int length : RECORD_EDGES) {
                peers.transfer(peers.client, peers.server, noise(length));
                peers.transfer(peers.server, peers.client, noise(length));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pairings")
    void eitherSideEndsTheConnectionCleanly(Pairing pairing) throws Exception {
        for (boolean byClient : new boolean[] {true, false}) {
            try (Peers peers = pairing.peers()) {
                peers.start().encrypted();
                SslSocket closing = byClient ? peers.client : peers.server;
                SslSocket other = byClient ? peers.server : peers.client;
                Trace ended = byClient ? peers.serverTrace : peers.clientTrace;
                peers.transfer(closing, other, noise(20_000));
                closing.disconnectFromHost();
                peers.ended();
                assertEquals(1, ended.countText("alertReceived(close_notify)"), peers::toString);
                assertEquals(1, ended.count("readChannelFinished"), peers::toString);
                assertEquals(0, peers.clientTrace.count("errorOccurred"), peers::toString);
                assertEquals(0, peers.serverTrace.count("errorOccurred"), peers::toString);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pairings")
    void anApplicationProtocolIsAgreedOrRefusedWithAlert120(Pairing pairing) {
        try (Peers peers = pairing.peers()
                .client(builder -> builder.allowedApplicationProtocols(List.of("h2", "http/1.1")))
                .server(builder -> builder.allowedApplicationProtocols(List.of("http/1.1", "h2")))) {
            peers.start().encrypted();
            assertEquals(Optional.of("h2"), peers.client.applicationProtocol(), "the client's order decides");
            assertEquals(Optional.of("h2"), peers.server.applicationProtocol());
        }
        try (Peers peers = pairing.peers()
                .client(builder -> builder.allowedApplicationProtocols(List.of("h2")))
                .server(builder -> builder.allowedApplicationProtocols(List.of("http/1.1")))) {
            peers.start().ended();
            assertEquals(1, peers.clientTrace.countText("alertReceived(FATAL 120)"), peers::toString);
            assertEquals(1, peers.clientTrace.countText("errorOccurred(SSL_HANDSHAKE_FAILED)"), peers::toString);
            assertEquals(1, peers.serverTrace.countText("errorOccurred(SSL_HANDSHAKE_FAILED)"), peers::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("pairings")
    void theNameOfTheServerChoosesItsCertificate(Pairing pairing) {
        try (Peers peers = pairing.peers()
                .client(builder -> builder.addCaCertificate(OTHER.root()))
                .server(builder -> builder.serverName(
                        "other.localhost",
                        Peers.serverConfiguration(pairing.world().range(), OTHER).toBuilder()
                                .backend(pairing.server())
                                .build()))) {
            peers.configure();
            peers.server.attachEncrypted(peers.wire.server(), SslMode.SERVER);
            peers.client.setPeerVerifyName("other.localhost");
            peers.client.attachEncrypted(peers.wire.client(), SslMode.CLIENT);
            peers.encrypted();
            assertEquals(OTHER.certificate(), peers.client.peerCertificate().orElseThrow());
            assertEquals(Optional.of("other.localhost"), peers.server.requestedServerName());
        }
    }

    @ParameterizedTest
    @MethodSource("pairings")
    void aClientShowsItsCertificate(Pairing pairing) throws Exception {
        TestCertificates.Issued own = TestCertificates.testClient();
        try (Peers peers = demanding(pairing).client(builder -> builder.localCertificate(own.chain(), own.key()))) {
            peers.start().encrypted();
            assertEquals(own.certificate(), peers.server.peerCertificate().orElseThrow());
            peers.transfer(peers.client, peers.server, noise(10));
        }
    }

    @ParameterizedTest
    @MethodSource("pairings")
    void aClientWithoutTheCertificateThatIsDemandedIsRefused(Pairing pairing) {
        try (Peers peers = demanding(pairing)) {
            peers.start().ended();
            assertFalse(peers.serverTrace.has("encrypted"), peers::toString);
            assertEquals(1, peers.serverTrace.countText("errorOccurred(SSL_HANDSHAKE_FAILED)"), peers::toString);
            assertTrue(peers.clientTrace.has("errorOccurred"), peers::toString);
        }
    }

    private static Peers demanding(Pairing pairing) {
        return pairing.peers()
                .server(builder -> builder.peerVerifyMode(PeerVerifyMode.VERIFY_PEER)
                        .missingCertificateIsFatal(true)
                        .addCaCertificate(TestCertificates.testClient().root()));
    }

    @ParameterizedTest
    @MethodSource("pairings")
    void aServerOfAnUnknownAuthorityIsRefusedAndToldWhy(Pairing pairing) {
        try (Peers peers = pairing.peers()
                .identity(TestCertificates.server("localhost").freshKey().selfSigned())) {
            peers.start().ended();
            assertFalse(peers.clientTrace.has("encrypted"), peers::toString);
            assertEquals(SslSocketError.SSL_HANDSHAKE_FAILED, peers.client.error());
            AlertDescription expected = pairing.clientBackend().capabilities().has(TlsFeature.EXACT_VERIFICATION_ALERT)
                    ? AlertDescription.UNKNOWN_CA
                    : AlertDescription.CERTIFICATE_UNKNOWN;
            assertEquals(
                    1, peers.serverTrace.countText("alertReceived(FATAL " + expected.number() + ")"), peers::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("resumablePairings")
    void theSecondVisitIsResumed(Pairing pairing) throws Exception {
        try (SessionStore ofClient = SessionStore.create();
                SessionStore ofServer = SessionStore.create();
                ServerSocketChannel listening = Peers.listen()) {
            for (boolean resumed : new boolean[] {false, true, true}) {
                try (Peers peers = pairing.peers()
                        .amongOthers()
                        .client(builder -> builder.sessionStore(ofClient))
                        .server(builder -> builder.sessionStore(ofServer))) {
                    peers.configure();
                    peers.connectLoopback(listening, "localhost");
                    peers.encrypted();
                    peers.transfer(peers.client, peers.server, noise(100));
                    peers.transfer(peers.server, peers.client, noise(100)); // and with it the ticket
                    assertEquals(resumed, peers.client.isSessionResumed(), peers::toString);
                    assertEquals(resumed, peers.server.isSessionResumed(), peers::toString);
                    assertTrue(peers.client.peerCertificate().isPresent(), peers::toString);
                    peers.client.disconnectFromHost();
                    peers.ended();
                }
            }
        }
        Leaks.assertNone();
    }
}
