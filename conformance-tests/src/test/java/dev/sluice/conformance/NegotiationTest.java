package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SslCipher;
import dev.sluice.SslConfiguration;
import dev.sluice.SslMode;
import dev.sluice.SslProtocol;
import dev.sluice.SslSocketError;
import dev.sluice.conformance.Peers.Driving;
import dev.sluice.conformance.Peers.World;
import dev.sluice.conformance.harness.Lane;
import dev.sluice.conformance.harness.Trace;
import dev.sluice.testing.TestCertificates;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What two sides agree on, and what a peer cannot push them into. */
class NegotiationTest {
    static List<World> worlds() {
        return World.all().toList();
    }

    private static World caller(ProtocolRange range) {
        return new World(Driving.CALLER, range);
    }

    static Stream<Arguments> protocolTable() {
        ProtocolRange only12 = ProtocolRange.TLS_1_2;
        ProtocolRange only13 = ProtocolRange.TLS_1_3;
        ProtocolRange both = ProtocolRange.TLS_1_2_OR_LATER;
        return Stream.of(
                Arguments.of(only12, only12, "TLSv1.2"),
                Arguments.of(only12, both, "TLSv1.2"),
                Arguments.of(both, only12, "TLSv1.2"),
                Arguments.of(only13, only13, "TLSv1.3"),
                Arguments.of(only13, both, "TLSv1.3"),
                Arguments.of(both, only13, "TLSv1.3"),
                Arguments.of(both, both, "TLSv1.3"),
                Arguments.of(only12, only13, "none"),
                Arguments.of(only13, only12, "none"));
    }

    @ParameterizedTest
    @MethodSource("protocolTable")
    void w20_everyPairOfRanges(ProtocolRange ofClient, ProtocolRange ofServer, String expected) {
        try (Peers peers = caller(ofClient).peers().server(builder -> builder.protocols(ofServer))) {
            if (expected.equals("none")) {
                peers.start().ended();
                assertEquals(SslSocketError.SSL_HANDSHAKE_FAILED, peers.client.error(), peers::toString);
                assertEquals(SslSocketError.SSL_HANDSHAKE_FAILED, peers.server.error(), peers::toString);
                assertEquals(1, peers.clientTrace.countText("alertReceived(FATAL 70)"), peers::toString);
            } else {
                peers.start().encrypted();
                assertEquals(
                        expected, peers.client.sessionProtocol().orElseThrow().standardName());
                assertEquals(
                        expected, peers.server.sessionProtocol().orElseThrow().standardName());
            }
        }
    }

    @Test
    void w19_emptyOrUnsafeRangesAndListsAreRefusedWhenTheyAreSet() {
        assertThrows(IllegalArgumentException.class, () -> new ProtocolRange(SslProtocol.TLS_1_3, SslProtocol.TLS_1_2));
        SslConfiguration.Builder builder = SslConfiguration.builder(Peers.backend());
        assertThrows(IllegalArgumentException.class, () -> builder.ciphers(List.of()));
        assertThrows(IllegalArgumentException.class, () -> builder.ciphers(""));
        assertThrows(IllegalArgumentException.class, () -> builder.groups(List.of()));
        assertThrows(IllegalArgumentException.class, () -> builder.signatureSchemes(List.of()));
        assertThrows(IllegalArgumentException.class, () -> builder.allowedApplicationProtocols(List.of()));
        IllegalArgumentException unknown = assertThrows(
                IllegalArgumentException.class, () -> builder.ciphers("TLS_AES_128_GCM_SHA256:TLS_NO_SUCH_SUITE"));
        assertTrue(String.valueOf(unknown.getMessage()).contains("TLS_NO_SUCH_SUITE"));
    }

    /** The suites that the backend can use without being told to be careless, and for whose keys there are certificates. */
    static Stream<SslCipher> usableSuites() {
        return Peers.backend().capabilities().ciphers().stream()
                .filter(cipher -> !cipher.isWeak() && !cipher.name().contains("_DSS_"));
    }

    @ParameterizedTest
    @MethodSource("usableSuites")
    void w12_everySuiteIsNegotiatedAsItself(SslCipher cipher) {
        ProtocolRange range =
                cipher.protocols().contains(SslProtocol.TLS_1_3) ? ProtocolRange.TLS_1_3 : ProtocolRange.TLS_1_2;
        boolean rsa = cipher.authentication() == SslCipher.Authentication.RSA;
        TestCertificates.Issued identity = rsa ? TestCertificates.localhostRsa() : TestCertificates.localhost();
        try (Peers peers = caller(range)
                .peers()
                .identity(identity)
                .server(builder -> builder.ciphers(List.of(cipher)))
                .client(builder -> builder.ciphers(List.of(cipher)).caCertificates(List.of(identity.root())))) {
            peers.shareKey().start().encrypted();
            assertEquals(cipher, peers.client.sessionCipher().orElseThrow());
            assertEquals(cipher, peers.server.sessionCipher().orElseThrow());
            assertFalse(cipher.encryptionMethod().isEmpty());
            assertTrue(cipher.usedBits() >= 128 && cipher.usedBits() <= cipher.supportedBits(), cipher::toString);
        }
    }

    @Test
    void w12_unmappedSuitesAreNamedAndNeverEnabled() {
        List<String> usable = Peers.backend().capabilities().ciphers().stream()
                .map(SslCipher::name)
                .toList();
        for (String unmapped : Peers.backend().capabilities().unmappedSuites()) {
            assertFalse(usable.contains(unmapped), unmapped);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> SslConfiguration.builder(Peers.backend())
                            .ciphers(unmapped)
                            .build(),
                    unmapped);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w19_noSuiteInCommonFailsOnceOnEachSide(World world) {
        String ofClient = world.isTls13() ? "TLS_AES_128_GCM_SHA256" : "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
        String ofServer = world.isTls13() ? "TLS_AES_256_GCM_SHA384" : "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
        try (Peers peers = world.peers()
                .client(builder -> builder.ciphers(ofClient))
                .server(builder -> builder.ciphers(ofServer))) {
            peers.start().ended();
            assertEquals(1, peers.clientTrace.countText("alertReceived(FATAL 40)"), peers::toString);
            assertEquals(1, peers.clientTrace.countText("errorOccurred(SSL_HANDSHAKE_FAILED)"), peers::toString);
            assertEquals(1, peers.serverTrace.countText("errorOccurred(SSL_HANDSHAKE_FAILED)"), peers::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void alpnAgreesOnTheFirstOfTheClientsThatBothHave(World world) {
        try (Peers peers = world.peers()
                .client(builder -> builder.allowedApplicationProtocols(List.of("h2", "http/1.1")))
                .server(builder -> builder.allowedApplicationProtocols(List.of("http/1.1", "h2")))) {
            peers.start().encrypted();
            String agreed = peers.client.applicationProtocol().orElseThrow();
            assertEquals(agreed, peers.server.applicationProtocol().orElseThrow());
            assertEquals("h2", agreed, "the client's order decides, as in Qt");
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w39_noApplicationProtocolInCommonIsAlert120(World world) {
        try (Peers peers = world.peers()
                .client(builder -> builder.allowedApplicationProtocols(List.of("h2")))
                .server(builder -> builder.allowedApplicationProtocols(List.of("spdy/3", "http/1.1")))) {
            peers.start().ended();
            assertEquals(1, peers.clientTrace.countText("alertReceived(FATAL 120)"), peers::toString);
            assertEquals(1, peers.serverTrace.countText("errorOccurred(SSL_HANDSHAKE_FAILED)"), peers::toString);
            assertEquals(1, peers.clientTrace.countText("errorOccurred(SSL_HANDSHAKE_FAILED)"), peers::toString);
            assertFalse(peers.clientTrace.has("encrypted"));
            assertFalse(peers.serverTrace.has("encrypted"));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w39_aSideWithoutApplicationProtocolsSelectsNone(World world) {
        try (Peers peers =
                world.peers().client(builder -> builder.allowedApplicationProtocols(List.of("h2", "http/1.1")))) {
            peers.start().encrypted();
            assertTrue(peers.client.applicationProtocol().isEmpty());
            assertTrue(peers.server.applicationProtocol().isEmpty());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w43_aHandshakeRecordAfterTheHandshakeEndsTheConnection(World world) {
        for (boolean toServer : new boolean[] {true, false}) {
            try (Peers peers = world.peers()) {
                peers.start().encrypted();
                // A peer that wants to renegotiate sends a record of type 22; what is inside never reaches the engine.
                byte[] renegotiation = {0x16, 3, 3, 0, 4, 0, 0, 0, 0};
                (toServer ? peers.wire.toServer() : peers.wire.toClient()).inject(renegotiation);
                peers.ended();
                Trace attacked = toServer ? peers.serverTrace : peers.clientTrace;
                assertEquals(1, attacked.count("errorOccurred"), peers::toString);
                String text = (toServer ? peers.server : peers.client).errorString();
                assertTrue(text.contains("renegotiation"), text);
            }
        }
    }

    @Test
    void w44_theDefaultsAreSafe() {
        SslConfiguration defaults = SslConfiguration.builder().build();
        assertTrue(defaults.protocols().min().compareTo(SslProtocol.TLS_1_2) >= 0);
        assertFalse(defaults.ciphers().isEmpty());
        for (SslCipher cipher : defaults.ciphers()) {
            assertTrue(cipher.isAead() && cipher.isForwardSecret(), cipher::toString);
            assertFalse(cipher.isWeak() || cipher.usesPreSharedKey(), cipher::toString);
            assertTrue(cipher.usedBits() >= 128, cipher::toString);
            assertFalse(cipher.name().matches(".*(anon|NULL|EXPORT|SRP|_CBC_|RC4|3DES).*"), cipher::toString);
        }
        assertEquals(PeerVerifyMode.AUTO_VERIFY_PEER, defaults.peerVerifyMode());
        assertTrue(defaults.sessionStore().isEmpty());
        assertTrue(defaults.systemCaCertificates());
        assertEquals(defaults, SslConfiguration.defaults());
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w44_aDefaultMadeClientRefusesAnUnknownAuthority(World world) {
        try (Peers peers = world.peers()) {
            peers.configure();
            peers.client.setSslConfiguration(
                    SslConfiguration.builder().protocols(world.range()).build());
            peers.server.attachEncrypted(peers.wire.server(), SslMode.SERVER);
            peers.client.setPeerVerifyName("localhost");
            peers.client.attachEncrypted(peers.wire.client(), SslMode.CLIENT);
            peers.ended();
            assertFalse(peers.clientTrace.has("encrypted"));
            assertEquals(SslSocketError.SSL_HANDSHAKE_FAILED, peers.client.error());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w37_withoutANameToVerifyNoCertificateMatches(World world) {
        try (Peers peers = world.peers()) {
            peers.configure();
            peers.server.attachEncrypted(peers.wire.server(), SslMode.SERVER);
            peers.client.attachEncrypted(peers.wire.client(), SslMode.CLIENT);
            peers.ended();
            assertTrue(peers.clientTrace.order().contains("sslErrors(HOST_NAME_MISMATCH)"), peers::toString);
        }
    }

    /** Numbers of fatal alerts that a server may send, unknown ones among them. */
    static Stream<Arguments> alerts() {
        return World.all()
                .flatMap(world -> Stream.of(
                                10, 20, 22, 40, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 70, 71, 80, 86, 109, 112, 116,
                                120)
                        .filter(number -> world.driving() == Driving.CALLER)
                        .map(number -> Arguments.of(world, number)));
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void w21_everyFatalAlertOfThePeerIsOneErrorAndItsNumber(World world, int number) {
        try (Peers peers = world.peers()) {
            peers.configure();
            peers.client.setPeerVerifyName("localhost");
            peers.client.attachEncrypted(peers.wire.client(), SslMode.CLIENT);
            peers.wire.toClient().inject(new byte[] {0x15, 3, 3, 0, 2, 2, (byte) number});
            peers.until(() -> peers.clientTrace.has("disconnected"), "the end");
            assertEquals(1, peers.clientTrace.countText("alertReceived(FATAL " + number + ")"), peers::toString);
            assertEquals(1, peers.clientTrace.countText("errorOccurred(SSL_HANDSHAKE_FAILED)"), peers::toString);
            assertEquals(
                    number,
                    peers.client.failure().orElseThrow().alert().orElseThrow().number());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w21_anAlertNobodyKnowsIsFatalToo(World world) {
        try (Peers peers = world.peers().client(builder -> builder.alertFlushTimeout(Duration.ofMillis(50)))) {
            peers.configure();
            peers.client.attachEncrypted(peers.wire.client(), SslMode.CLIENT);
            peers.wire.toClient().inject(new byte[] {0x15, 3, 3, 0, 2, 2, (byte) 200});
            peers.until(() -> peers.clientTrace.has("disconnected"), "the end");
            assertEquals(1, peers.clientTrace.count("errorOccurred"), peers::toString);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w36_theReadLimitBoundsWhatIsKept(World world) throws Exception {
        int limit = 30_000;
        try (Peers peers = world.peers()) {
            peers.client.setReadBufferSize(limit);
            peers.start().encrypted();
            int sent = 0;
            ByteBuffer block = ByteBuffer.allocate(10_000);
            long deadline = System.nanoTime() + Leaks.PATIENCE_NANOS;
            boolean heldUp = false;
            while (!heldUp) {
                int taken = peers.server.write(block.clear());
                sent += taken;
                peers.pump();
                int kept = peers.client.bytesAvailable();
                assertTrue(kept <= limit + 16 * 1024, "D15, W36: " + kept + " bytes kept");
                assertTrue(peers.server.bytesToWrite() <= (1 << 20) + 16 * 1024, "W36: write limit");
                heldUp = taken == 0 && kept >= limit;
                assertTrue(System.nanoTime() - deadline < 0, () -> "the sender is never held up\n" + peers);
            }
            assertTrue(sent < 4 << 20, "the sender was held up late");
            int all = sent;
            int[] got = new int[1];
            peers.until(
                    () -> {
                        got[0] += peers.client.readAll().length;
                        return got[0] == all;
                    },
                    "the rest");
        }
    }

    @Property(tries = 60)
    void w16_anyBytesInAnyPhaseEndInProgressOrOneError(
            @ForAll boolean tls13,
            @ForAll boolean loop,
            @ForAll boolean toServer,
            @ForAll long seed,
            @ForAll @IntRange(max = 3) int phase) {
        Random random = new Random(seed);
        byte[] noise = new byte[1 + random.nextInt(300)];
        random.nextBytes(noise);
        if (random.nextBoolean()) {
            // Looks like a record, so that it gets further.
            noise = ByteBuffer.allocate(noise.length + 5)
                    .put((byte) (0x14 + random.nextInt(4)))
                    .put((byte) 3)
                    .put((byte) 3)
                    .putShort((short) noise.length)
                    .put(noise)
                    .array();
        }
        World world =
                new World(loop ? Driving.LOOP : Driving.CALLER, tls13 ? ProtocolRange.TLS_1_3 : ProtocolRange.TLS_1_2);
        try (Peers peers = world.peers()) {
            Lane lane = toServer ? peers.wire.toServer() : peers.wire.toClient();
            if (phase == 0) {
                lane.inject(noise);
            }
            peers.start();
            if (phase == 1) {
                lane.inject(noise);
            }
            if (phase >= 2) {
                peers.encrypted();
                lane.inject(noise);
            }
            lane.fin();
            peers.ended();
            assertTrue(peers.clientTrace.count("errorOccurred") <= 1, peers::toString);
            assertTrue(peers.serverTrace.count("errorOccurred") <= 1, peers::toString);
            assertTrue((toServer ? peers.serverTrace : peers.clientTrace).has("errorOccurred"), peers::toString);
        }
    }
}
