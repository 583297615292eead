package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.NamedGroup;
import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.PskPolicy;
import dev.sluice.SpkiPin;
import dev.sluice.SslCipher;
import dev.sluice.SslDiagnostics;
import dev.sluice.SslError;
import dev.sluice.SslProtocol;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.conformance.Peers.World;
import dev.sluice.conformance.harness.Trace;
import dev.sluice.testing.TestCertificates;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pre-shared keys in both drivers and both versions: who is asked when, what a key proves, and what a stranger learns.
 *
 * <p>Runs with backends that have them. That the others refuse them by name is tested where they are.
 */
class PreSharedKeyTest {
    private static final byte[] KEY =
            HexFormat.of().parseHex("7b1f0ca2e35d4986b0f7c1d82a6e9354aa17c05be2f84d6390b1cd57e86f2a43");
    private static final byte[] OTHER_KEY =
            HexFormat.of().parseHex("11c05be2f84d6390b1cd57e86f2a437b1f0ca2e35d4986b0f7c1d82a6e9354aa");
    private static final String ASKED = "preSharedKeyAuthenticationRequired";

    static Stream<World> worlds() {
        return World.all();
    }

    /** Peers that may use keys; the server has no certificate. */
    private static Peers peers(World world) {
        return world.peers()
                .client(builder -> builder.preSharedKeyEnabled(true))
                .server(builder -> builder.preSharedKeyEnabled(true).identities(List.of()));
    }

    private static Peers knowing(Peers peers, byte[] ofClient, byte[] ofServer) {
        peers.clientTrace.keys(asked -> {
            asked.setIdentity(Peers.IDENTITY);
            asked.setPreSharedKey(ofClient);
        });
        peers.serverTrace.keys(asked -> asked.setPreSharedKey(ofServer));
        return peers;
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void d13_aKeyThatBothKnowStandsForACertificate(World world) throws Exception {
        try (Peers peers = knowing(peers(world), KEY, KEY)) {
            peers.start().encrypted();

            assertEquals(1, peers.clientTrace.count(ASKED), peers::toString);
            assertEquals(1, peers.serverTrace.count(ASKED), peers::toString);
            assertEquals(List.of(), peers.client.peerCertificateChain());
            SslCipher cipher = peers.client.sessionCipher().orElseThrow();
            assertEquals(cipher, peers.server.sessionCipher().orElseThrow());
            assertEquals(!world.isTls13(), cipher.usesPreSharedKey());
            assertTrue(cipher.isForwardSecret() && cipher.isAead(), cipher::toString);
            peers.transfer(peers.client, peers.server, new byte[40_000]);
            peers.transfer(peers.server, peers.client, new byte[40_000]);
            peers.client.disconnectFromHost();
            peers.ended();
        }
    }

    /** RFC 4279 §2: whoever tries identities cannot tell one that is unknown from a wrong key. */
    @ParameterizedTest
    @MethodSource("worlds")
    void w29_anUnknownIdentityLooksLikeAWrongKey(World world) {
        List<List<String>> seen = new ArrayList<>();
        for (boolean known : new boolean[] {true, false}) {
            try (Peers peers = knowing(peers(world), KEY, OTHER_KEY)) {
                if (!known) {
                    peers.serverTrace.keys(asked -> {});
                }
                peers.start().ended();
                assertFalse(peers.clientTrace.has("encrypted") || peers.serverTrace.has("encrypted"), peers::toString);
                assertEquals(SslSocketError.SSL_HANDSHAKE_FAILED, peers.server.error(), peers::toString);
                seen.add(peers.clientTrace.order());
            }
        }
        assertEquals(seen.get(0), seen.get(1));
        assertTrue(seen.get(0).stream().anyMatch(event -> event.startsWith("alertReceived(FATAL")), seen::toString);
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w29_aWeakKeyIsRefusedBeforeItIsUsed(World world) {
        byte[] weak = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        for (boolean ofClient : new boolean[] {true, false}) {
            try (Peers peers = knowing(peers(world), ofClient ? weak : KEY, ofClient ? KEY : weak)) {
                peers.start().ended();
                SslSocket refusing = ofClient ? peers.client : peers.server;
                assertFalse(peers.clientTrace.has("encrypted") || peers.serverTrace.has("encrypted"), peers::toString);
                assertTrue(refusing.errorString().contains("pre-shared key"), refusing::errorString);
                assertFalse(peers.toString().contains("0123456789abcdef"), "W28");
            }
            try (Peers peers = knowing(peers(world), weak, weak)) {
                PskPolicy lenient = new PskPolicy(128, 64, true);
                peers.client(builder -> builder.pskPolicy(lenient)).server(builder -> builder.pskPolicy(lenient));
                peers.start().encrypted();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void aClientWithoutAKeyGoesOnWithTheCertificate(World world) {
        try (Peers peers = world.peers()
                .client(builder -> builder.preSharedKeyEnabled(true))
                .server(builder -> builder.preSharedKeyEnabled(true))) {
            peers.start().encrypted();

            assertEquals(world.isTls13() ? 1 : 0, peers.clientTrace.count(ASKED), peers::toString);
            assertEquals(0, peers.serverTrace.count(ASKED));
            assertFalse(peers.client.peerCertificateChain().isEmpty());
        }
    }

    /** A server that shows a certificate instead of using the key is judged by that, like any other. */
    @ParameterizedTest
    @MethodSource("worlds")
    void w24_aServerThatIgnoresTheKeyIsVerified(World world) {
        try (Peers peers = knowing(
                world.peers()
                        .identity(
                                TestCertificates.server("localhost").freshKey().selfSigned())
                        .client(builder -> builder.preSharedKeyEnabled(true)),
                KEY,
                KEY)) {
            peers.start().ended();

            assertFalse(peers.clientTrace.has("encrypted"), peers::toString);
            assertEquals(
                    List.of(SslError.Code.SELF_SIGNED_CERTIFICATE),
                    peers.client.sslHandshakeErrors().stream()
                            .map(SslError::code)
                            .toList());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w27_pinsAreAboutCertificatesAndNoKeyMeetsThem(World world) {
        try (Peers peers = knowing(peers(world), KEY, KEY)) {
            peers.client(builder -> builder.pins(List.of(SpkiPin.ofSha256(new byte[32]))));
            peers.start().ended();

            assertFalse(peers.clientTrace.has("encrypted"), peers::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void aClientThatMustShowACertificateMayShowAKeyInstead(World world) {
        try (Peers peers = knowing(peers(world), KEY, KEY)) {
            peers.server(builder -> builder.peerVerifyMode(PeerVerifyMode.VERIFY_PEER));
            peers.start().encrypted();
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void theHintOfTheServerHelpsTheClient(World world) {
        try (Peers peers = knowing(peers(world), KEY, KEY)) {
            peers.server(builder -> builder.preSharedKeyIdentityHint("the cellar"));
            peers.start().encrypted();

            String expected = world.isTls13() ? ASKED : ASKED + "(hint the cellar)"; // TLS 1.3 has none
            assertEquals(1, peers.clientTrace.countText(expected), peers::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TLS_PSK_WITH_AES_128_GCM_SHA256",
                "TLS_DHE_PSK_WITH_AES_128_GCM_SHA256",
                "TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256"
            })
    void everyKindOfExchangeOfTls12CanBeChosen(String name) {
        SslCipher cipher = SslCipher.fromName(name).orElseThrow();
        try (Peers peers = new World(Peers.Driving.CALLER, ProtocolRange.TLS_1_2)
                .peers()
                .client(builder -> builder.dangerouslyAllowWeakCiphers(true).ciphers(List.of(cipher)))
                .server(builder -> builder.dangerouslyAllowWeakCiphers(true)
                        .ciphers(List.of(cipher))
                        .identities(List.of()))) {
            knowing(peers, KEY, KEY).start().encrypted();

            assertEquals(Optional.of(cipher), peers.server.sessionCipher());
        }
    }

    /** RFC 8446 §4.1.4: the second ClientHello has binders of its own, and nobody is asked twice. */
    @ParameterizedTest
    @MethodSource("worlds")
    void aKeySurvivesHelloRetryRequest(World world) {
        try (Peers peers = knowing(peers(world), KEY, KEY)) {
            peers.client(builder -> builder.groups(List.of(NamedGroup.X448, NamedGroup.SECP384R1)))
                    .server(builder -> builder.groups(List.of(NamedGroup.SECP384R1)));
            peers.start().encrypted();

            assertEquals(1, peers.clientTrace.count(ASKED), peers::toString);
            assertEquals(1, peers.serverTrace.count(ASKED), peers::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w34_abortingInsideTheQuestionEndsTheConnection(World world) {
        for (String side : List.of("client", "server")) {
            try (Peers peers = knowing(peers(world), KEY, KEY)) {
                Trace trace = side.equals("client") ? peers.clientTrace : peers.serverTrace;
                trace.on(ASKED, SslSocket::abort);
                peers.start().ended();

                assertFalse(peers.clientTrace.has("encrypted") && peers.serverTrace.has("encrypted"), peers::toString);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w42_aListenerThatThrowsHasGivenNoKey(World world) {
        try (Peers peers = knowing(peers(world), KEY, KEY)) {
            Thread.UncaughtExceptionHandler quiet = (thread, thrown) -> {};
            peers.serverTrace.keys(asked -> {
                Thread.currentThread().setUncaughtExceptionHandler(quiet);
                asked.setPreSharedKey(KEY);
                throw new IllegalStateException("on purpose");
            });
            peers.start().ended();

            assertFalse(peers.serverTrace.has("encrypted"), peers::toString);
        }
    }

    /** The engine's task waits for the listener; whoever ends the connection does not. */
    @ParameterizedTest
    @EnumSource(names = {"TLS_1_2", "TLS_1_3"})
    void w06_abortWhileTheListenerThinksGivesTheTaskBack(SslProtocol protocol) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        World world = new World(Peers.Driving.LOOP, new ProtocolRange(protocol, protocol));
        try (Peers peers = knowing(peers(world), KEY, KEY)) {
            peers.serverTrace.keys(authenticator -> {
                asked.countDown();
                awaitQuietly(answer);
                authenticator.setPreSharedKey(KEY);
            });
            peers.start();
            assertTrue(asked.await(20, TimeUnit.SECONDS));
            peers.server.abort();
            peers.client.abort();
            assertTrue(Leaks.eventually(() -> SslDiagnostics.helperThreads() == 0), "the task still waits");
            answer.countDown();
            assertFalse(peers.serverTrace.has("encrypted"));
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w28_theKeyIsNowhereToBeRead(World world) {
        String hex = HexFormat.of().formatHex(KEY);
        String latin = new String(KEY, StandardCharsets.ISO_8859_1);
        try (Peers peers = knowing(peers(world), KEY, OTHER_KEY)) {
            peers.start().ended();
            for (String text : List.of(
                    peers.toString(),
                    peers.client.errorString(),
                    peers.client.sslConfiguration().toString())) {
                assertFalse(text.contains(hex) || text.contains(latin) || text.contains(Arrays.toString(KEY)));
            }
        }
    }
}
