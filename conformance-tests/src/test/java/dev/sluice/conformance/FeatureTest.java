package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.NamedGroup;
import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SignatureScheme;
import dev.sluice.SslConfiguration;
import dev.sluice.SslError;
import dev.sluice.SslSocket;
import dev.sluice.conformance.Peers.Driving;
import dev.sluice.conformance.Peers.World;
import dev.sluice.conformance.harness.Lane;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsFeature;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestRevocation;
import dev.sluice.x509.RevocationPolicy;
import dev.sluice.x509.VerificationPolicy;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.crypto.spec.DHParameterSpec;
import org.bouncycastle.asn1.x509.CRLReason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a backend may or may not have. Where it has a feature, the feature does what it promises; where it has not, the
 * setting is refused by name.
 */
class FeatureTest {
    private static final World TLS_1_2 = new World(Driving.CALLER, ProtocolRange.TLS_1_2);
    private static final World TLS_1_3 = new World(Driving.CALLER, ProtocolRange.TLS_1_3);
    private static final Issued ROOT = TestCertificates.ca("Feature Root").selfSigned();
    private static final Issued STAPLED = TestCertificates.server("localhost").issuedBy(ROOT);

    /** RFC 3526 §3, the 2048-bit MODP group. */
    private static final BigInteger MODP_2048 = new BigInteger("""
            FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD\
            EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
            EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F\
            83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B\
            E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510\
            15728E5A8AACAA68FFFFFFFFFFFFFFFF""", 16);

    static List<World> worlds() {
        return List.of(TLS_1_2, TLS_1_3);
    }

    private static boolean has(TlsFeature feature) {
        return Peers.backend().capabilities().has(feature);
    }

    /** Whether there is the feature; if not, the setting must be refused by name. */
    private static boolean offered(
            TlsFeature feature, String setting, Side side, UnaryOperator<SslConfiguration.Builder> set) {
        if (has(feature)) {
            return true;
        }
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> {
            SslConfiguration.Builder builder = side == Side.CLIENT
                    ? Peers.clientConfiguration(ProtocolRange.SECURE).toBuilder()
                    : Peers.serverConfiguration(ProtocolRange.SECURE).toBuilder();
            set.apply(builder).build().requireSupportedBy(Peers.backend(), side);
        });
        assertTrue(refused.getMessage().contains(setting), refused::getMessage);
        return false;
    }

    private static boolean groupsCanBeSet() {
        return offered(TlsFeature.GROUP_SELECTION, "groups", Side.CLIENT, b -> b.groups(List.of(NamedGroup.SECP256R1)));
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    // ---- groups ----

    static Stream<NamedGroup> groupsOfTls13() {
        return Peers.backend().capabilities().groups().stream()
                .filter(group -> !group.name().matches("BRAINPOOLP\\d+R1"));
    }

    static Stream<NamedGroup> groupsOfTls12() {
        return Peers.backend().capabilities().groups().stream()
                .filter(group -> !group.isHybrid()
                        && !group.name().endsWith("_TLS13")
                        && !group.name().startsWith("MLKEM"));
    }

    @ParameterizedTest
    @MethodSource("groupsOfTls13")
    void everyGroupOfTls13CanBeTheOnlyOne(NamedGroup group) throws Exception {
        withGroup(TLS_1_3.peers(), group);
    }

    @ParameterizedTest
    @MethodSource("groupsOfTls12")
    void everyGroupOfTls12CanBeTheOnlyOne(NamedGroup group) throws Exception {
        // RFC 8422 §5.1: in TLS 1.2 the curve of an EC certificate would have to be among the groups too.
        Issued rsa = TestCertificates.localhostRsa();
        String cipher =
                group.isFiniteField() ? "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256" : "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
        Peers peers = TLS_1_2.peers()
                .identity(rsa)
                .client(b -> b.addCaCertificate(rsa.root()).ciphers(cipher))
                .server(b -> b.ciphers(cipher));
        withGroup(peers, group);
    }

    private static void withGroup(Peers made, NamedGroup group) throws Exception {
        try (Peers peers = made) {
            if (!groupsCanBeSet()) {
                return;
            }
            peers.client(b -> b.groups(List.of(group))).server(b -> b.groups(List.of(group)));
            peers.start().encrypted();
            Optional<NamedGroup> told = has(TlsFeature.GROUP_REPORTED) ? Optional.of(group) : Optional.empty();
            for (SslSocket socket : List.of(peers.client, peers.server)) {
                Optional<NamedGroup> named = socket.ephemeralServerKey();
                // RFC 5246 §7.4.3: a finite field is sent as numbers, which an engine may or may not know by name.
                boolean sentAsNumbers = group.isFiniteField() && peers.world.equals(TLS_1_2) && named.isEmpty();
                assertTrue(sentAsNumbers || told.equals(named), () -> group + ": " + named);
            }
            peers.transfer(peers.client, peers.server, noise(100));
            peers.transfer(peers.server, peers.client, noise(100));
        }
    }

    /** Whether a server that prefers its own suites prefers its own groups too is the backend's affair. */
    @ParameterizedTest
    @MethodSource("worlds")
    void theOrderOfTheClientDecidesOnTheGroup(World world) {
        if (!groupsCanBeSet() || !has(TlsFeature.GROUP_REPORTED)) {
            return;
        }
        for (boolean reversed : new boolean[] {true, false}) {
            List<NamedGroup> order = reversed
                    ? List.of(NamedGroup.SECP384R1, NamedGroup.SECP256R1)
                    : List.of(NamedGroup.SECP256R1, NamedGroup.SECP384R1);
            try (Peers peers = world.peers()
                    .client(b -> b.groups(order))
                    .server(b -> b.groups(List.of(NamedGroup.SECP384R1, NamedGroup.SECP256R1))
                            .serverCipherPreference(false))) {
                peers.start().encrypted();
                assertEquals(Optional.of(order.get(0)), peers.client.ephemeralServerKey());
                assertEquals(Optional.of(order.get(0)), peers.server.ephemeralServerKey());
            }
        }
    }

    // ---- signature schemes ----

    /** A chain in which every signature is of one scheme. */
    private static Optional<Issued> signingOnlyWith(SignatureScheme scheme) throws GeneralSecurityException {
        String algorithm = switch (scheme) {
            case ECDSA_SECP256R1_SHA256 -> "SHA256withECDSA";
            case ECDSA_SECP384R1_SHA384 -> "SHA384withECDSA";
            case ECDSA_SECP521R1_SHA512 -> "SHA512withECDSA";
            case ED25519 -> "Ed25519";
            case ED448 -> "Ed448";
            case RSA_PKCS1_SHA256 -> "SHA256withRSA";
            case RSA_PKCS1_SHA384 -> "SHA384withRSA";
            case RSA_PKCS1_SHA512 -> "SHA512withRSA";
            case RSA_PSS_RSAE_SHA256, RSA_PSS_PSS_SHA256 -> "SHA256withRSAandMGF1";
            case RSA_PSS_RSAE_SHA384, RSA_PSS_PSS_SHA384 -> "SHA384withRSAandMGF1";
            case RSA_PSS_RSAE_SHA512, RSA_PSS_PSS_SHA512 -> "SHA512withRSAandMGF1";
            default -> "";
        };
        if (algorithm.isEmpty()) {
            return Optional.empty();
        }
        Issued root = TestCertificates.ca("Scheme Root")
                .keys(keys(scheme, RsaKeys.CA, RsaKeys.PSS_CA))
                .signedWith(algorithm)
                .selfSigned();
        return Optional.of(TestCertificates.server("localhost")
                .keys(keys(scheme, RsaKeys.SERVER, RsaKeys.PSS_SERVER))
                .signedWith(algorithm)
                .issuedBy(root));
    }

    private static KeyPair keys(SignatureScheme scheme, KeyPair rsa, KeyPair pss) throws GeneralSecurityException {
        String name = scheme.name();
        if (name.startsWith("ECDSA_")) {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(name.split("_")[1].toLowerCase(java.util.Locale.ROOT)));
            return generator.generateKeyPair();
        }
        if (name.startsWith("ED")) {
            return KeyPairGenerator.getInstance(name.equals("ED448") ? "Ed448" : "Ed25519")
                    .generateKeyPair();
        }
        return name.startsWith("RSA_PSS_PSS") ? pss : rsa;
    }

    /** Made once: it takes long. */
    private static final class RsaKeys {
        static final KeyPair CA = made("RSA");
        static final KeyPair SERVER = made("RSA");
        static final KeyPair PSS_CA = made("RSASSA-PSS");
        static final KeyPair PSS_SERVER = made("RSASSA-PSS");

        private static KeyPair made(String algorithm) {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
                generator.initialize(2048);
                return generator.generateKeyPair();
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(SignatureScheme.class)
    void everySchemeCanBeTheOnlyOne(SignatureScheme scheme) throws Exception {
        Optional<Issued> made = signingOnlyWith(scheme);
        if (made.isEmpty()
                || !offered(
                        TlsFeature.SIGNATURE_SCHEME_SELECTION,
                        "signatureSchemes",
                        Side.CLIENT,
                        b -> b.signatureSchemes(List.of(scheme)))
                || !Peers.backend().capabilities().signatureSchemes().contains(scheme)) {
            return;
        }
        Issued identity = made.get();
        // RFC 8446 §4.2.3: PKCS #1 signs no handshake of TLS 1.3.
        List<World> signing = scheme.name().startsWith("RSA_PKCS1") ? List.of(TLS_1_2) : worlds();
        for (World world : signing) {
            try (Peers peers = world.peers()
                    .identity(identity)
                    .client(b -> b.addCaCertificate(identity.root()).signatureSchemes(List.of(scheme)))
                    .server(b -> b.signatureSchemes(List.of(scheme)))) {
                peers.start().encrypted();
                assertEquals(
                        identity.certificate(), peers.client.peerCertificate().orElseThrow());
                peers.transfer(peers.server, peers.client, noise(100));
            }
        }
    }

    // ---- nothing in common ----

    @ParameterizedTest
    @MethodSource("worlds")
    void noGroupInCommonIsAlert40(World world) {
        if (groupsCanBeSet()) {
            isRefused(
                    world.peers()
                            .client(b -> b.groups(List.of(NamedGroup.X25519)))
                            .server(b -> b.groups(List.of(NamedGroup.SECP384R1))),
                    40);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void noSchemeInCommonIsAlert40(World world) {
        if (has(TlsFeature.SIGNATURE_SCHEME_SELECTION)) {
            isRefused(
                    world.peers()
                            .client(b -> b.signatureSchemes(List.of(SignatureScheme.ED25519)))
                            .server(b -> b.signatureSchemes(List.of(SignatureScheme.ECDSA_SECP256R1_SHA256))),
                    40);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void noVersionInCommonIsAlert70(World world) {
        ProtocolRange other = world.isTls13() ? ProtocolRange.TLS_1_2 : ProtocolRange.TLS_1_3;
        isRefused(world.peers().server(b -> b.protocols(other)), 70);
    }

    private static void isRefused(Peers made, int alert) {
        try (Peers peers = made) {
            peers.start().ended();
            // Where nobody can choose the alert, the engine's own may be less fitting.
            String received = "alertReceived(FATAL" + (has(TlsFeature.CHOSEN_ALERT) ? " " + alert + ")" : "");
            assertEquals(
                    1,
                    peers.clientTrace.order().stream()
                            .filter(event -> event.startsWith(received))
                            .count(),
                    peers::toString);
            assertEquals(1, peers.clientTrace.countText("errorOccurred(SSL_HANDSHAKE_FAILED)"), peers::toString);
            assertEquals(1, peers.serverTrace.countText("errorOccurred(SSL_HANDSHAKE_FAILED)"), peers::toString);
        }
    }

    // ---- key log ----

    @ParameterizedTest
    @MethodSource("worlds")
    void bothSidesLogTheSameSecrets(World world) throws Exception {
        if (!offered(TlsFeature.KEY_LOG, "dangerouslyKeyLog", Side.CLIENT, b -> b.dangerouslyKeyLog(line -> {}))) {
            return;
        }
        List<String> ofClient = new CopyOnWriteArrayList<>();
        List<String> ofServer = new CopyOnWriteArrayList<>();
        try (Peers peers = world.peers()
                .client(b -> b.dangerouslyKeyLog(ofClient::add))
                .server(b -> b.dangerouslyKeyLog(ofServer::add))) {
            peers.wire.toServer().record();
            peers.start().encrypted();
            peers.transfer(peers.client, peers.server, noise(100));
            assertEquals(new TreeSet<>(ofServer), new TreeSet<>(ofClient));
            assertEquals(ofClient.size(), Set.copyOf(ofClient).size(), "a line twice");
            Set<String> labels = new TreeSet<>();
            // Record header 5, message header 4, version 2: then the 32 bytes of the random.
            String random = HexFormat.of().formatHex(peers.wire.toServer().recorded(), 11, 43);
            for (String line : ofClient) {
                assertTrue(line.matches("[A-Z_0-9]+ [0-9a-f]{64} ([0-9a-f]{64}|[0-9a-f]{96})"), line);
                assertEquals(random, line.split(" ")[1], line);
                labels.add(line.split(" ")[0]);
            }
            assertEquals(
                    world.isTls13()
                            ? Set.of(
                                    "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
                                    "SERVER_HANDSHAKE_TRAFFIC_SECRET",
                                    "CLIENT_TRAFFIC_SECRET_0",
                                    "SERVER_TRAFFIC_SECRET_0",
                                    "EXPORTER_SECRET")
                            : Set.of("CLIENT_RANDOM"),
                    labels);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void aLogThatThrowsHarmsNothing(World world) throws Exception {
        if (!has(TlsFeature.KEY_LOG)) {
            return;
        }
        List<String> asked = new CopyOnWriteArrayList<>();
        UnaryOperator<SslConfiguration.Builder> throwing = b -> b.dangerouslyKeyLog(line -> {
            asked.add(line.split(" ")[0]);
            throw new IllegalStateException("on purpose");
        });
        try (Peers peers = world.peers().client(throwing).server(throwing)) {
            peers.start().encrypted();
            peers.transfer(peers.client, peers.server, noise(100));
            assertEquals(world.isTls13() ? 10 : 2, asked.size());
        }
    }

    // ---- exporter ----

    @ParameterizedTest
    @MethodSource("worlds")
    void bothSidesExportTheSameAndNobodyElse(World world) {
        try (Peers peers = world.peers();
                Peers others = world.peers()) {
            peers.amongOthers();
            others.amongOthers();
            assertEquals(Optional.empty(), peers.client.exportKeyingMaterial("EXPORTER-one", Optional.empty(), 32));
            peers.start().encrypted();
            others.start().encrypted();
            if (!has(TlsFeature.EXPORTER)) {
                assertEquals(Optional.empty(), peers.client.exportKeyingMaterial("EXPORTER-one", Optional.empty(), 32));
                return;
            }
            byte[] context = {1, 2, 3};
            List<byte[]> different = List.of(
                    exported(peers, "EXPORTER-one", Optional.empty(), 32),
                    exported(peers, "EXPORTER-two", Optional.empty(), 32),
                    exported(peers, "EXPORTER-one", Optional.of(context), 32),
                    exported(peers, "EXPORTER-one", Optional.of(new byte[] {1, 2, 4}), 32),
                    exported(others, "EXPORTER-one", Optional.empty(), 32));
            Set<String> seen = new TreeSet<>();
            different.forEach(bytes -> seen.add(HexFormat.of().formatHex(bytes)));
            assertEquals(different.size(), seen.size());
            assertEquals(8160, exported(peers, "EXPORTER-one", Optional.empty(), 8160).length);
            // RFC 8446 §7.5: none and an empty one are the same; RFC 5705 §4: they are not.
            assertEquals(
                    world.isTls13(),
                    Arrays.equals(different.get(0), exported(peers, "EXPORTER-one", Optional.of(new byte[0]), 32)));
            // RFC 8446 §7.1: the length is part of what is derived; RFC 5705 §4 cuts off.
            byte[] shorter = exported(peers, "EXPORTER-one", Optional.empty(), 16);
            assertEquals(!world.isTls13(), Arrays.equals(shorter, Arrays.copyOf(different.get(0), 16)));
            for (String bad :
                    List.of("", "master secret", "key expansion", "client finished", "\u00e9", "x".repeat(250))) {
                assertThrows(
                        IllegalArgumentException.class,
                        () -> peers.client.exportKeyingMaterial(bad, Optional.empty(), 32),
                        bad);
            }
            peers.client.disconnectFromHost();
            peers.ended();
            assertEquals(Optional.empty(), peers.client.exportKeyingMaterial("EXPORTER-one", Optional.empty(), 32));
            assertEquals(Optional.empty(), peers.server.exportKeyingMaterial("EXPORTER-one", Optional.empty(), 32));
        }
    }

    private static byte[] exported(Peers peers, String label, Optional<byte[]> context, int length) {
        byte[] ofClient =
                peers.client.exportKeyingMaterial(label, context, length).orElseThrow();
        assertArrayEquals(
                ofClient,
                peers.server.exportKeyingMaterial(label, context, length).orElseThrow());
        assertEquals(length, ofClient.length);
        return ofClient;
    }

    // ---- OCSP ----

    private static byte[] response(boolean revoked) {
        TestRevocation.OcspMaker maker = TestRevocation.ocsp(ROOT)
                .valid(Instant.now().minus(Duration.ofHours(1)), Instant.now().plus(Duration.ofHours(1)));
        return (revoked ? maker.revoked(STAPLED, CRLReason.keyCompromise) : maker.good(STAPLED)).der();
    }

    private static Optional<Peers> stapling(World world, byte[] response) {
        if (!offered(
                TlsFeature.OCSP_SERVER, "stapledOcspResponse", Side.SERVER, b -> b.stapledOcspResponse(response))) {
            return Optional.empty();
        }
        return Optional.of(world.peers()
                .identity(STAPLED)
                .server(b -> b.stapledOcspResponse(response))
                .client(b -> b.caCertificates(List.of(ROOT.certificate()))
                        .ocspStaplingEnabled(true)
                        .verificationPolicy(VerificationPolicy.DEFAULT.withRevocation(
                                RevocationPolicy.requireForPeerCertificate()))));
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void aStapledResponseArrives(World world) {
        byte[] response = response(false);
        try (Peers peers = stapling(world, response).orElse(null)) {
            if (peers != null) {
                peers.start().encrypted();
                assertEquals(1, peers.client.ocspResponses().size());
                assertArrayEquals(response, peers.client.ocspResponses().get(0));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void aStapledRevocationIsBelieved(World world) {
        try (Peers peers = stapling(world, response(true)).orElse(null)) {
            if (peers != null) {
                peers.start().ended();
                assertFalse(peers.clientTrace.has("encrypted"), peers::toString);
                assertEquals(
                        List.of(SslError.Code.CERTIFICATE_REVOKED),
                        peers.client.sslHandshakeErrors().stream()
                                .map(SslError::code)
                                .toList());
                assertTrue(peers.serverTrace.has("alertReceived"), peers::toString);
            }
        }
    }

    // ---- records ----

    @ParameterizedTest
    @ValueSource(ints = {512, 1024, 2048, 4096})
    void noRecordIsLongerThanTheClientAskedFor(int bytes) throws Exception {
        if (!offered(
                TlsFeature.MAXIMUM_FRAGMENT_LENGTH,
                "maximumFragmentLength",
                Side.CLIENT,
                b -> b.maximumFragmentLength(bytes))) {
            return;
        }
        for (World world : worlds()) {
            try (Peers peers = world.peers().client(b -> b.maximumFragmentLength(bytes))) {
                peers.wire.toClient().record();
                peers.wire.toServer().record();
                peers.start().encrypted();
                peers.transfer(peers.client, peers.server, noise(50_000));
                peers.transfer(peers.server, peers.client, noise(50_000));
                for (Lane lane : List.of(peers.wire.toClient(), peers.wire.toServer())) {
                    // RFC 8446 §5.2 adds the type and 16 bytes, RFC 5288 §3 8 and 16.
                    int longest = longestRecord(lane.recorded());
                    assertTrue(longest > bytes && longest <= bytes + 24, "a record of " + longest);
                }
            }
        }
    }

    private static int longestRecord(byte[] wire) {
        int longest = 0;
        int at = 0;
        while (at < wire.length) {
            int length = (wire[at + 3] & 0xff) << 8 | wire[at + 4] & 0xff;
            longest = Math.max(longest, length);
            at += 5 + length;
        }
        assertEquals(wire.length, at);
        return longest;
    }

    // ---- key updates ----

    @ParameterizedTest
    @EnumSource(Driving.class)
    void keysAreRenewedAsOftenAsEitherSideLikes(Driving driving) throws Exception {
        try (Peers peers = new World(driving, ProtocolRange.TLS_1_3).peers()) {
            peers.start().encrypted();
            assertEquals(has(TlsFeature.KEY_UPDATE), peers.client.updateKeys());
            for (int i = 0; i < 150; i++) {
                if (has(TlsFeature.KEY_UPDATE)) {
                    SslSocket updating = i % 3 == 0 ? peers.server : peers.client;
                    assertTrue(updating.updateKeys());
                }
                peers.transfer(peers.client, peers.server, noise(1 + i * 100));
                peers.transfer(peers.server, peers.client, noise(1 + i * 100));
            }
            peers.client.disconnectFromHost();
            peers.ended();
            assertEquals(0, peers.serverTrace.count("errorOccurred"), peers::toString);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"client", "server"})
    void w36_nothingButKeyUpdatesEndsTheConnection(String flooding) {
        if (!has(TlsFeature.KEY_UPDATE)) {
            return;
        }
        try (Peers peers = TLS_1_3.peers()) {
            peers.start().encrypted();
            SslSocket attacker = flooding.equals("client") ? peers.client : peers.server;
            for (int i = 0; i < 5000 && attacker.isEncrypted(); i++) {
                attacker.updateKeys();
                peers.pump();
            }
            peers.ended();
            String text = peers.client.errorString() + peers.server.errorString();
            assertTrue(text.contains("without application data"), text);
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void tls12KnowsNoKeyUpdate(World world) {
        try (Peers peers = world.peers()) {
            assertFalse(peers.client.updateKeys(), "not connected");
            peers.start().encrypted();
            assertEquals(world.isTls13() && has(TlsFeature.KEY_UPDATE), peers.client.updateKeys());
        }
    }

    // ---- parameters and keys of the user ----

    @ParameterizedTest
    @ValueSource(strings = {"TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256"})
    void theUsersDiffieHellmanParametersAreUsed(String cipher) throws Exception {
        DHParameterSpec parameters = new DHParameterSpec(MODP_2048, BigInteger.TWO);
        if (!offered(
                TlsFeature.DH_PARAMETERS,
                "diffieHellmanParameters",
                Side.SERVER,
                b -> b.diffieHellmanParameters(parameters))) {
            return;
        }
        Issued rsa = TestCertificates.localhostRsa();
        try (Peers peers = TLS_1_2.peers()
                .identity(rsa)
                .client(b -> b.addCaCertificate(rsa.root()).ciphers(cipher))
                .server(b -> b.ciphers(cipher).diffieHellmanParameters(parameters))) {
            peers.wire.toClient().record();
            peers.start().encrypted();
            String prime = HexFormat.of().formatHex(Arrays.copyOfRange(MODP_2048.toByteArray(), 1, 257));
            assertTrue(
                    HexFormat.of().formatHex(peers.wire.toClient().recorded()).contains(prime));
            assertEquals(Optional.empty(), peers.client.ephemeralServerKey(), "a group without a name");
            peers.transfer(peers.client, peers.server, noise(100));
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void aKeyManagerGivesTheClientItsCertificate(World world) {
        Issued own = TestCertificates.testClient();
        showsItself(world, own, b -> b.keyManager(new OneKeyManager(own)));
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void aKeyThatNeverLeavesItsProviderSigns(World world) {
        Issued own = TestCertificates.testClient();
        OpaqueKeys provider = new OpaqueKeys();
        java.security.Security.addProvider(provider);
        try {
            showsItself(world, own, b -> b.localCertificate(own.chain(), OpaqueKeys.hide(own.key())));
            assertEquals(1, provider.signatures());
        } finally {
            java.security.Security.removeProvider(provider.getName());
        }
    }

    private static void showsItself(World world, Issued own, UnaryOperator<SslConfiguration.Builder> change) {
        try (Peers peers = world.peers()
                .client(change)
                .server(b -> b.peerVerifyMode(PeerVerifyMode.VERIFY_PEER)
                        .missingCertificateIsFatal(true)
                        .addCaCertificate(own.root()))) {
            peers.start().encrypted();
            assertEquals(own.certificate(), peers.server.peerCertificate().orElseThrow());
        }
    }
}
