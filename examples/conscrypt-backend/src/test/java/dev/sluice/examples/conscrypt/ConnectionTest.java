package dev.sluice.examples.conscrypt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.NamedGroup;
import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SslConfiguration;
import dev.sluice.SslError;
import dev.sluice.SslMode;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.bc.BcBackend;
import dev.sluice.jsse.JsseBackend;
import dev.sluice.spi.TlsBackend;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestRevocation;
import dev.sluice.x509.RevocationPolicy;
import dev.sluice.x509.SslCertificate;
import dev.sluice.x509.VerificationPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.bouncycastle.asn1.x509.CRLReason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Conscrypt as client, as server and as both, in both versions; the other side is the JDK. */
class ConnectionTest {
    private static final TlsBackend CONSCRYPT = new ConscryptBackend();
    private static final TlsBackend JSSE = new JsseBackend();

    /** Who talks to whom. */
    record World(TlsBackend client, TlsBackend server, ProtocolRange range) {
        Pair pair() {
            return new Pair(client, server, range);
        }

        boolean isTls13() {
            return range.equals(ProtocolRange.TLS_1_3);
        }

        @Override
        public String toString() {
            return client.name() + " to " + server.name() + (isTls13() ? ", TLS 1.3" : ", TLS 1.2");
        }
    }

    static Stream<World> worlds() {
        return Stream.of(ProtocolRange.TLS_1_2, ProtocolRange.TLS_1_3)
                .flatMap(range -> Stream.of(
                        new World(CONSCRYPT, CONSCRYPT, range),
                        new World(CONSCRYPT, JSSE, range),
                        new World(JSSE, CONSCRYPT, range)));
    }

    static Stream<ProtocolRange> ranges() {
        return Stream.of(ProtocolRange.TLS_1_2, ProtocolRange.TLS_1_3);
    }

    static Stream<World> conscryptClients() {
        return worlds().filter(world -> world.client() == CONSCRYPT);
    }

    static Stream<World> conscryptServers() {
        return worlds().filter(world -> world.server() == CONSCRYPT);
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void aHandshakeIsMadeAndBothSidesKnowTheSame(World world) {
        try (Pair pair = world.pair()) {
            pair.start().encrypted();
            assertEquals(world.range().max(), pair.client.sessionProtocol().orElseThrow());
            assertEquals(pair.client.sessionProtocol(), pair.server.sessionProtocol());
            assertTrue(pair.client.sessionCipher().isPresent());
            assertEquals(pair.client.sessionCipher(), pair.server.sessionCipher());
            assertEquals(Optional.of("localhost"), pair.server.requestedServerName());
            assertEquals(Optional.of(TestCertificates.localhost().certificate()), pair.client.peerCertificate());
            assertFalse(pair.client.isSessionResumed());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void dataOfEveryLengthArrivesEitherWay(World world) throws IOException {
        try (Pair pair = world.pair()) {
            pair.start().encrypted();
            for (int length : new int[] {1, (1 << 14) - 1, 1 << 14, (1 << 14) + 1, 1 << 20}) {
                pair.transfer(pair.client, pair.server, noise(length));
                pair.transfer(pair.server, pair.client, noise(length));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void eitherSideEndsTheConnectionInGoodOrder(World world) throws IOException {
        for (boolean byClient : new boolean[] {true, false}) {
            try (Pair pair = world.pair()) {
                pair.start().encrypted();
                SslSocket closing = byClient ? pair.client : pair.server;
                SslSocket other = byClient ? pair.server : pair.client;
                pair.transfer(closing, other, noise(20_000));
                closing.disconnectFromHost();
                pair.ended();
                List<String> events = byClient ? pair.serverEvents.all : pair.clientEvents.all;
                List<String> own = byClient ? pair.clientEvents.all : pair.serverEvents.all;
                assertEquals(1, events.stream().filter("received 0"::equals).count(), pair::toString);
                assertEquals(1, own.stream().filter("sent 0"::equals).count(), pair::toString);
                assertEquals(
                        1, events.stream().filter("readChannelFinished"::equals).count(), pair::toString);
                assertTrue(pair.isWithoutError(), pair::toString);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void theLastDataGoesOutBeforeTheGoodBye(World world) throws IOException {
        try (Pair pair = world.pair()) {
            pair.start().encrypted();
            byte[] last = noise(200_000);
            pair.client.write(last);
            pair.client.disconnectFromHost();
            byte[] received = new byte[last.length];
            int[] got = {0};
            pair.until(() -> {
                got[0] += Math.max(0, pair.server.read(ByteBuffer.wrap(received, got[0], last.length - got[0])));
                return got[0] == last.length;
            });
            assertTrue(Arrays.equals(last, received));
            pair.ended();
            assertTrue(pair.isWithoutError(), pair::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("conscryptClients")
    void w24_aServerOfAnUnknownAuthorityIsRefusedAndTold(World world) {
        try (Pair pair = world.pair()
                .identity(TestCertificates.server("localhost").freshKey().selfSigned())) {
            pair.start().ended();
            assertFalse(pair.clientEvents.has("encrypted"), pair::toString);
            assertEquals(SslSocketError.SSL_HANDSHAKE_FAILED, pair.client.error(), pair::toString);
            assertEquals(
                    List.of(SslError.Code.SELF_SIGNED_CERTIFICATE),
                    pair.client.sslHandshakeErrors().stream()
                            .map(SslError::code)
                            .toList());
            assertTrue(pair.serverEvents.has("received 46"), pair::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("conscryptClients")
    void w24_aServerOfAnotherNameIsRefusedAndTold(World world) {
        try (Pair pair = world.pair()) {
            pair.start("other.example").ended();
            assertFalse(pair.clientEvents.has("encrypted"), pair::toString);
            assertEquals(
                    List.of(SslError.Code.HOST_NAME_MISMATCH),
                    pair.client.sslHandshakeErrors().stream()
                            .map(SslError::code)
                            .toList());
            assertTrue(pair.serverEvents.has("received 46"), pair::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void anApplicationProtocolIsAgreedInTheOrderOfTheClient(World world) throws IOException {
        try (Pair pair = world.pair()
                .client(builder -> builder.allowedApplicationProtocols(List.of("h2", "http/1.1")))
                .server(builder -> builder.allowedApplicationProtocols(List.of("http/1.1", "h2")))) {
            pair.start().encrypted();
            assertEquals(Optional.of("h2"), pair.client.applicationProtocol());
            assertEquals(Optional.of("h2"), pair.server.applicationProtocol());
            pair.transfer(pair.client, pair.server, noise(100)); // a client that starts too early breaks here
            pair.transfer(pair.server, pair.client, noise(100));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w39_noCommonApplicationProtocolIsAFailureWithAlert120(World world) {
        try (Pair pair = world.pair()
                .client(builder -> builder.allowedApplicationProtocols(List.of("h2")))
                .server(builder -> builder.allowedApplicationProtocols(List.of("http/1.1")))) {
            pair.start().ended();
            assertFalse(pair.toString().contains("encrypted"), pair::toString);
            assertTrue(pair.clientEvents.has("received 120"), pair::toString);
            assertTrue(pair.serverEvents.has("sent 120") || world.server() == JSSE, pair::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void theNameOfTheServerChoosesItsCertificate(World world) {
        TestCertificates.Issued other = TestCertificates.server("other.localhost")
                .issuedBy(TestCertificates.ca("Other Root").selfSigned());
        try (Pair pair = world.pair()
                .client(builder -> builder.addCaCertificate(other.root()))
                .server(builder -> builder.serverName(
                        "other.localhost",
                        SslConfiguration.builder(world.server())
                                .protocols(world.range())
                                .peerVerifyMode(PeerVerifyMode.VERIFY_NONE)
                                .localCertificate(other.chain(), other.key())
                                .build()))) {
            pair.start("other.localhost").encrypted();
            assertEquals(Optional.of(other.certificate()), pair.client.peerCertificate());
            assertEquals(Optional.of("other.localhost"), pair.server.requestedServerName());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void aClientShowsItsCertificate(World world) throws IOException {
        TestCertificates.Issued own = TestCertificates.testClient();
        try (Pair pair = demanding(world, own).client(builder -> builder.localCertificate(own.chain(), own.key()))) {
            pair.start().encrypted();
            assertEquals(Optional.of(own.certificate()), pair.server.peerCertificate());
            pair.transfer(pair.client, pair.server, noise(10));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w24_aClientWithoutTheCertificateThatIsDemandedIsRefused(World world) {
        try (Pair pair = demanding(world, TestCertificates.testClient())) {
            pair.start().ended();
            assertFalse(pair.serverEvents.has("encrypted"), pair::toString);
            assertEquals(SslSocketError.SSL_HANDSHAKE_FAILED, pair.server.error(), pair::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("conscryptServers")
    void w24_aClientOfAnUnknownAuthorityIsRefused(World world) {
        TestCertificates.Issued stranger = TestCertificates.client("Stranger")
                .issuedBy(TestCertificates.ca("Test Client Root").freshKey().selfSigned());
        try (Pair pair = world.pair()
                .server(builder -> builder.peerVerifyMode(PeerVerifyMode.VERIFY_PEER))
                .client(builder -> builder.localCertificate(stranger.chain(), stranger.key()))) {
            pair.start().ended();
            assertFalse(pair.serverEvents.has("encrypted"), pair::toString);
            assertEquals(SslSocketError.SSL_HANDSHAKE_FAILED, pair.server.error(), pair::toString);
            assertTrue(pair.clientEvents.has("received 46"), pair::toString);
        }
    }

    private static Pair demanding(World world, TestCertificates.Issued client) {
        return world.pair()
                .server(builder -> builder.peerVerifyMode(PeerVerifyMode.VERIFY_PEER)
                        .missingCertificateIsFatal(true)
                        .addCaCertificate(client.root()));
    }

    /** The handler answers on a helper thread, inside the task: nobody else could wait for it. */
    @ParameterizedTest
    @MethodSource("conscryptClients")
    void anAnswerAboutThePeerIsWaitedForInATask(World world) throws IOException {
        TestCertificates.Issued unknown =
                TestCertificates.server("localhost").freshKey().selfSigned();
        for (boolean accepted : new boolean[] {true, false}) {
            try (Pair pair = world.pair().identity(unknown)) {
                AtomicReference<Boolean> asked = new AtomicReference<>(false);
                pair.client.setErrorHandler((socket, errors) -> {
                    asked.set(true);
                    if (accepted) {
                        socket.ignoreSslErrors(errors);
                    }
                });
                pair.start();
                if (accepted) {
                    pair.encrypted();
                    pair.transfer(pair.server, pair.client, noise(1000));
                } else {
                    pair.ended();
                    assertFalse(pair.clientEvents.has("encrypted"), pair::toString);
                    assertTrue(pair.serverEvents.has("received 46"), pair::toString);
                }
                assertTrue(asked.get());
            }
        }
    }

    /** A flight that is longer than a record, and than the 17 KiB that Conscrypt holds ready at once. */
    @ParameterizedTest
    @MethodSource("worlds")
    void aLongCertificateArrives(World world) {
        TestCertificates.Issued root = TestCertificates.ca("Deep Root").selfSigned();
        TestCertificates.Issued leaf = TestCertificates.server("localhost")
                .extension("1.2.3.4.5", false, new byte[28_000])
                .issuedBy(root);
        try (Pair pair = world.pair()
                .client(builder -> builder.addCaCertificate(leaf.root()))
                .identity(leaf)) {
            pair.start().encrypted();
            assertEquals(Optional.of(leaf.certificate()), pair.client.peerCertificate());
        }
    }

    @ParameterizedTest
    @MethodSource("conscryptClients")
    void theGroupIsTold(World world) {
        try (Pair pair = world.pair()) {
            pair.start().encrypted();
            NamedGroup group = pair.client.ephemeralServerKey().orElseThrow();
            NamedGroup expected =
                    world.isTls13() && world.server() == CONSCRYPT ? NamedGroup.X25519MLKEM768 : NamedGroup.X25519;
            assertEquals(expected, group);
        }
    }

    @ParameterizedTest
    @MethodSource("ranges")
    void aStapledResponseReachesTheVerifier(ProtocolRange range) {
        TestCertificates.Issued root = TestCertificates.ca("Stapling Root").selfSigned();
        TestCertificates.Issued leaf = TestCertificates.server("localhost").issuedBy(root);
        for (boolean revoked : new boolean[] {false, true}) {
            TestRevocation.OcspMaker maker = TestRevocation.ocsp(root)
                    .valid(
                            Instant.now().minus(Duration.ofHours(1)),
                            Instant.now().plus(Duration.ofHours(1)));
            byte[] response = (revoked ? maker.revoked(leaf, CRLReason.keyCompromise) : maker.good(leaf)).der();
            try (Pair pair = new Pair(CONSCRYPT, new BcBackend(), range)
                    .identity(leaf)
                    .server(builder -> builder.stapledOcspResponse(response))
                    .client(builder -> builder.addCaCertificate(root.certificate())
                            .ocspStaplingEnabled(true)
                            .verificationPolicy(VerificationPolicy.DEFAULT.withRevocation(
                                    RevocationPolicy.requireForPeerCertificate())))) {
                pair.start();
                if (revoked) {
                    pair.ended();
                    assertEquals(
                            List.of(SslError.Code.CERTIFICATE_REVOKED),
                            pair.client.sslHandshakeErrors().stream()
                                    .map(SslError::code)
                                    .toList(),
                            pair::toString);
                } else {
                    pair.encrypted();
                    assertArrayEquals(response, pair.client.ocspResponses().get(0));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("conscryptClients")
    void aKeyManagerOfTheUserIsAsked(World world) throws GeneralSecurityException, IOException {
        TestCertificates.Issued own = TestCertificates.testClient();
        char[] password = "not secret".toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, password);
        store.setKeyEntry(
                "own",
                own.key(),
                password,
                own.chain().stream().map(SslCertificate::toX509).toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        X509KeyManager manager = (X509KeyManager) factory.getKeyManagers()[0];
        try (Pair pair = demanding(world, own).client(builder -> builder.keyManager(manager))) {
            pair.start().encrypted();
            assertEquals(Optional.of(own.certificate()), pair.server.peerCertificate());
        }
    }

    /** Without a store nothing is resumed, also not where the same context is used again under the same name. */
    @ParameterizedTest
    @MethodSource("worlds")
    void nothingIsResumed(World world) throws IOException {
        try (Pair first = world.pair()) {
            first.start().encrypted();
            first.transfer(first.client, first.server, noise(10));
            first.transfer(first.server, first.client, noise(10)); // and with it a ticket, if there is one
            SslConfiguration ofClient = first.client.sslConfiguration();
            SslConfiguration ofServer = first.server.sslConfiguration();
            Pipe[] ends = Pipe.ends();
            SslSocket client = SslSocket.open();
            SslSocket server = SslSocket.open();
            try {
                client.setSslConfiguration(ofClient);
                server.setSslConfiguration(ofServer);
                server.attachEncrypted(ends[1], SslMode.SERVER);
                client.setPeerVerifyName("localhost");
                client.attachEncrypted(ends[0], SslMode.CLIENT);
                first.until(() -> {
                    client.flush();
                    server.flush();
                    return client.isEncrypted() && server.isEncrypted();
                });
                assertFalse(client.isSessionResumed());
                assertFalse(server.isSessionResumed());
                assertEquals(first.client.peerCertificate(), client.peerCertificate());
            } finally {
                client.abort();
                server.abort();
            }
        }
    }
}
