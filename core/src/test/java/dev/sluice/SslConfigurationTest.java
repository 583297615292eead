package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.spi.KeyMaterial;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestRevocation;
import dev.sluice.x509.CertificateVerifier;
import dev.sluice.x509.SslCertificate;
import dev.sluice.x509.VerificationPolicy;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.crypto.spec.DHParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a configuration is: safe by default, immutable, equal by value. */
class SslConfigurationTest {
    private static final SslKeyLog KEY_LOG = line -> {};
    private static final TestCertificates.Issued SERVER = TestCertificates.localhost();
    private static final byte[] STAPLE =
            TestRevocation.ocsp(SERVER).good(SERVER).der();
    private static final SslCertificate ROOT = SERVER.root();
    private static final SessionStore STORE = SessionStore.create();

    /** The 2048 bit group of RFC 7919 §A.1, made by its formula: p = 2^2048 - 2^1984 + (floor(2^1918 e) + 560316) 2^64 - 1. */
    static final DHParameterSpec FFDHE2048 = ffdhe2048();

    /** One change for each setting, by the field that holds it. */
    private static final Map<String, UnaryOperator<SslConfiguration.Builder>> CHANGES = Map.ofEntries(
            Map.entry("protocols", builder -> builder.protocols(ProtocolRange.TLS_1_3)),
            Map.entry(
                    "ciphers",
                    builder -> builder.ciphers(List.of(
                            SslCipher.defaults().get(0), SslCipher.defaults().get(3)))),
            Map.entry("weakCiphersAllowed", builder -> builder.dangerouslyAllowWeakCiphers(true)),
            Map.entry("groups", builder -> builder.groups(List.of(NamedGroup.X25519))),
            Map.entry("signatureSchemes", builder -> builder.signatureSchemes(List.of(SignatureScheme.ED25519))),
            Map.entry("peerVerifyMode", builder -> builder.peerVerifyMode(PeerVerifyMode.QUERY_PEER)),
            Map.entry("peerVerifyDepth", builder -> builder.peerVerifyDepth(3)),
            Map.entry("peerVerifyName", builder -> builder.peerVerifyName("example.org")),
            Map.entry("caCertificates", builder -> builder.addCaCertificate(ROOT)),
            Map.entry("systemCaCertificates", builder -> builder.systemCaCertificates(true)),
            Map.entry("pins", builder -> builder.pins(List.of(SpkiPin.of(ROOT)))),
            Map.entry(
                    "certificateVerifier",
                    builder -> builder.certificateVerifier(request -> {
                        throw new UnsupportedOperationException();
                    })),
            Map.entry("verificationPolicy", builder -> builder.verificationPolicy(VerificationPolicy.WEB_PKI)),
            Map.entry(
                    "certificateRevocationLists",
                    builder -> builder.certificateRevocationLists(List.of(
                            TestRevocation.crl(TestCertificates.ca("CRL").selfSigned())
                                    .list()))),
            Map.entry("ocspStaplingEnabled", builder -> builder.ocspStaplingEnabled(true)),
            Map.entry("handshakeMustInterruptOnError", builder -> builder.handshakeMustInterruptOnError(true)),
            Map.entry("missingCertificateIsFatal", builder -> builder.missingCertificateIsFatal(true)),
            Map.entry("identities", builder -> builder.localCertificate(SERVER.chain(), SERVER.key())),
            Map.entry(
                    "serverNames",
                    builder -> builder.serverName(
                            "example.org", SslConfiguration.builder().build())),
            Map.entry("serverCipherPreference", builder -> builder.serverCipherPreference(false)),
            Map.entry("diffieHellmanParameters", builder -> builder.diffieHellmanParameters(FFDHE2048)),
            Map.entry("preSharedKeyEnabled", builder -> builder.preSharedKeyEnabled(true)),
            Map.entry("stapledOcspResponse", builder -> builder.stapledOcspResponse(STAPLE)),
            Map.entry("maximumFragmentLength", builder -> builder.maximumFragmentLength(512)),
            Map.entry("keyLog", builder -> builder.dangerouslyKeyLog(KEY_LOG)),
            Map.entry("preSharedKeyIdentityHint", builder -> builder.preSharedKeyIdentityHint("hint")),
            Map.entry("pskPolicy", builder -> builder.pskPolicy(new PskPolicy(256, 256, false))),
            Map.entry("allowedApplicationProtocols", builder -> builder.allowedApplicationProtocols(List.of("h2"))),
            Map.entry("sessionStore", builder -> builder.sessionStore(STORE)),
            Map.entry("connectTimeout", builder -> builder.connectTimeout(Duration.ofMillis(1))),
            Map.entry("handshakeTimeout", builder -> builder.handshakeTimeout(Duration.ofMillis(1))),
            Map.entry("writeTimeout", builder -> builder.writeTimeout(Duration.ofMillis(1))),
            Map.entry("closeTimeout", builder -> builder.closeTimeout(Duration.ofMillis(1))),
            Map.entry("alertFlushTimeout", builder -> builder.alertFlushTimeout(Duration.ofMillis(1))),
            Map.entry("readBufferLimit", builder -> builder.readBufferLimit(1)),
            Map.entry("writeBufferLimit", builder -> builder.writeBufferLimit(1)),
            Map.entry("handshakeLimit", builder -> builder.handshakeLimit(16 * 1024)),
            Map.entry("taskExecutor", builder -> builder.taskExecutor(Runnable::run)),
            Map.entry("backend", builder -> builder.backend(FakeBackend.named("chosen"))));

    static Stream<Arguments> changes() {
        return Stream.of(ConfigurationValues.class.getDeclaredFields())
                .filter(field -> !Modifier.isStatic(field.getModifiers()) && !field.isSynthetic())
                .map(Field::getName)
                .map(name -> Arguments.of(name, CHANGES.get(name)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void everySettingCountsForEqualityAndSurvivesTheRoundTrip(
            String name, UnaryOperator<SslConfiguration.Builder> change) {
        SslConfiguration unchanged = SslConfiguration.builder().build();
        SslConfiguration changed = change.apply(SslConfiguration.builder()).build();

        assertNotEquals(unchanged, changed);
        assertEquals(changed, changed.toBuilder().build());
        assertEquals(changed.hashCode(), changed.toBuilder().build().hashCode());
        assertNotEquals(unchanged.toString(), changed.toString());
    }

    @Test
    void w44_theDefaultIsSafe() {
        SslConfiguration configuration = SslConfiguration.builder().build();

        assertEquals(ProtocolRange.TLS_1_2_OR_LATER, configuration.protocols());
        assertEquals(SslCipher.defaults(), configuration.ciphers());
        assertFalse(configuration.hasExplicitCiphers());
        assertEquals(PeerVerifyMode.AUTO_VERIFY_PEER, configuration.peerVerifyMode());
        assertSame(CertificateVerifier.strict(), configuration.certificateVerifier());
        assertTrue(configuration.systemCaCertificates());
        assertEquals(Optional.empty(), configuration.sessionStore());
        assertEquals(PskPolicy.DEFAULT, configuration.pskPolicy());
        assertEquals(List.of(), configuration.identities());
        assertEquals(Duration.ofSeconds(30), configuration.handshakeTimeout());
        assertEquals(Duration.ofSeconds(2), configuration.closeTimeout());
        assertEquals(Duration.ofSeconds(1), configuration.alertFlushTimeout());
        assertEquals(1024 * 1024, configuration.writeBufferLimit());
        assertEquals(64 * 1024, configuration.handshakeLimit());
    }

    @Test
    void whatWasNotSetCanBeToldFromWhatWasSet() {
        SslConfiguration unset = SslConfiguration.builder().build();
        SslConfiguration set = SslConfiguration.builder()
                .ciphers(SslCipher.defaults())
                .groups(List.of(NamedGroup.X25519))
                .signatureSchemes(List.of(SignatureScheme.ED25519))
                .build();

        assertEquals(List.of(), unset.groups());
        assertEquals(List.of(), unset.signatureSchemes());
        assertEquals(unset.ciphers(), set.ciphers());
        assertNotEquals(unset.hasExplicitCiphers(), set.hasExplicitCiphers());
        assertNotEquals(unset, set);
    }

    @Test
    void authoritiesOfTheUserReplaceThoseOfTheSystemUnlessBothAreWanted() {
        SslConfiguration own = SslConfiguration.builder().addCaCertificate(ROOT).build();

        assertFalse(own.systemCaCertificates());
        assertTrue(own.toBuilder().systemCaCertificates(true).build().systemCaCertificates());
        assertFalse(
                SslConfiguration.builder().systemCaCertificates(false).build().systemCaCertificates());
    }

    @Test
    void aBuilderDoesNotChangeWhatItHasBuilt() {
        SslConfiguration.Builder builder = SslConfiguration.builder().addCaCertificate(ROOT);
        SslConfiguration first = builder.build();

        SslConfiguration second = builder.addCaCertificate(SERVER.certificate())
                .localCertificate(SERVER.chain(), SERVER.key())
                .peerVerifyDepth(2)
                .build();

        assertEquals(List.of(ROOT), first.caCertificates());
        assertEquals(List.of(), first.identities());
        assertEquals(0, first.peerVerifyDepth());
        assertEquals(List.of(ROOT, SERVER.certificate()), second.caCertificates());
    }

    @Test
    void collectionsAreCopiedAndCannotBeChanged() {
        List<String> protocols = new ArrayList<>(List.of("h2"));
        SslConfiguration configuration = SslConfiguration.builder()
                .allowedApplicationProtocols(protocols)
                .addCaCertificate(ROOT)
                .pins(List.of(SpkiPin.of(ROOT)))
                .serverName("example.org", SslConfiguration.builder().build())
                .build();

        protocols.add("http/1.1");

        assertEquals(List.of("h2"), configuration.allowedApplicationProtocols());
        assertThrows(
                UnsupportedOperationException.class,
                () -> configuration.allowedApplicationProtocols().clear());
        assertThrows(
                UnsupportedOperationException.class,
                () -> configuration.caCertificates().clear());
        assertThrows(
                UnsupportedOperationException.class,
                () -> configuration.ciphers().clear());
        assertThrows(
                UnsupportedOperationException.class,
                () -> configuration.identities().clear());
        assertThrows(
                UnsupportedOperationException.class, () -> configuration.pins().clear());
        assertThrows(
                UnsupportedOperationException.class,
                () -> configuration.serverNames().clear());
    }

    @Test
    void identitiesAreAddedAndCanBeReplaced() {
        SslConfiguration one = SslConfiguration.builder()
                .localCertificate(SERVER.chain(), SERVER.key())
                .localCertificate(
                        TestCertificates.localhostRsa().chain(),
                        TestCertificates.localhostRsa().key())
                .build();

        assertEquals(2, one.identities().size());
        assertEquals(
                List.of(new KeyMaterial.KeyAndChain(SERVER.chain(), SERVER.key())),
                one.identities().subList(0, 1));
        assertEquals(List.of(), one.toBuilder().identities(List.of()).build().identities());
    }

    @Test
    void theProcessHasADefaultThatCanBeSet() {
        SslConfiguration before = SslConfiguration.defaults();
        SslConfiguration own = SslConfiguration.builder().peerVerifyDepth(7).build();
        try {
            SslConfiguration.setDefault(own);

            assertSame(own, SslConfiguration.defaults());
            assertNotSame(own, SslConfiguration.builder().build());
            assertEquals(0, SslConfiguration.builder().build().peerVerifyDepth());
        } finally {
            SslConfiguration.setDefault(before);
        }
    }

    @Test
    void configurationsForServerNamesAreFoundByNameThenByWildcard() {
        SslConfiguration exact = SslConfiguration.builder().peerVerifyDepth(1).build();
        SslConfiguration wildcard =
                SslConfiguration.builder().peerVerifyDepth(2).build();
        SslConfiguration server = SslConfiguration.builder()
                .serverName("WWW.Example.org.", exact)
                .serverName("*.example.org", wildcard)
                .serverName("b\u00fccher.example", exact)
                .build();

        assertEquals(Optional.of(exact), server.forServerName("www.example.org"));
        assertEquals(Optional.of(exact), server.forServerName("WWW.EXAMPLE.ORG"));
        assertEquals(Optional.of(wildcard), server.forServerName("mail.example.org"));
        assertEquals(Optional.of(exact), server.forServerName("xn--bcher-kva.example"));
        assertEquals(Optional.empty(), server.forServerName("a.mail.example.org"));
        assertEquals(Optional.empty(), server.forServerName("example.org"));
        assertEquals(Optional.empty(), server.forServerName("*.example.org"));
        assertEquals(Optional.empty(), server.forServerName(".example.org"));
        assertEquals(Optional.empty(), server.forServerName(""));
    }

    private static DHParameterSpec ffdhe2048() {
        BigInteger two = BigInteger.TWO;
        // floor(2^1918 e), by the series of 1/n! with guard bits.
        int guard = 64;
        BigInteger term = two.pow(1918 + guard);
        BigInteger e = BigInteger.ZERO;
        for (int n = 1; term.signum() > 0; n++) {
            e = e.add(term);
            term = term.divide(BigInteger.valueOf(n));
        }
        BigInteger middle = e.shiftRight(guard).add(BigInteger.valueOf(560_316));
        BigInteger prime =
                two.pow(2048).subtract(two.pow(1984)).add(middle.shiftLeft(64)).subtract(BigInteger.ONE);
        return new DHParameterSpec(prime, two);
    }

    @Test
    void whatOnlySomeEnginesCanDoIsKeptComparedAndNotPrinted() {
        byte[] response = STAPLE.clone();
        SslKeyLog log = line -> {};
        SslConfiguration.Builder builder = SslConfiguration.builder()
                .preSharedKeyEnabled(true)
                .stapledOcspResponse(response)
                .maximumFragmentLength(1024)
                .dangerouslyKeyLog(log);
        SslConfiguration one = builder.build();
        Arrays.fill(response, (byte) 0);
        byte[] other = TestRevocation.ocsp(SERVER).unknown(SERVER).der();

        assertTrue(one.preSharedKeyEnabled());
        assertArrayEquals(STAPLE, one.stapledOcspResponse().orElseThrow());
        assertEquals(OptionalInt.of(1024), one.maximumFragmentLength());
        assertEquals(Optional.of(log), one.keyLog());
        assertEquals(one, one.toBuilder().build());
        assertNotEquals(one, one.toBuilder().stapledOcspResponse(other).build());
        assertNotEquals(one, one.toBuilder().maximumFragmentLength(512).build());
        assertNotEquals(one, one.toBuilder().preSharedKeyEnabled(false).build());
        assertTrue(one.toString().contains("stapledOcspResponse=" + STAPLE.length + " bytes"), one::toString);
    }

    @Test
    void w44_preSharedKeysAreUsedOnlyWhereSomethingSaysSo() {
        assertFalse(SslConfiguration.builder().build().preSharedKeyEnabled());
        assertTrue(SslConfiguration.builder()
                .preSharedKeyIdentityHint("hint")
                .build()
                .preSharedKeyEnabled());
        assertTrue(SslConfiguration.builder()
                .protocols(ProtocolRange.TLS_1_2)
                .ciphers(List.of(SslCipher.fromName("TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256")
                        .orElseThrow()))
                .build()
                .preSharedKeyEnabled());
        assertTrue(SslCipher.defaults().stream().noneMatch(SslCipher::usesPreSharedKey));
    }

    @Test
    void staplesAndFragmentLengthsThatCannotBeAreRefused() {
        SslConfiguration.Builder builder = SslConfiguration.builder();
        assertThrows(IllegalArgumentException.class, () -> builder.stapledOcspResponse(new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> builder.stapledOcspResponse(new byte[1 << 16]));
        byte[] cut = Arrays.copyOf(STAPLE, STAPLE.length - 1);
        byte[] longer = Arrays.copyOf(STAPLE, STAPLE.length + 1);
        for (byte[] response : List.of(cut, longer, SERVER.certificate().toDer(), TestRevocation.ocspFailure(3))) {
            String refusal = String.valueOf(
                    assertThrows(IllegalArgumentException.class, () -> builder.stapledOcspResponse(response))
                            .getMessage());
            assertTrue(refusal.startsWith("stapled OCSP response"), refusal);
        }
        assertTrue(builder.build().stapledOcspResponse().isEmpty(), "what was refused has changed nothing");
        for (int bytes : new int[] {0, 511, 1025, 8192, -512}) {
            assertThrows(IllegalArgumentException.class, () -> builder.maximumFragmentLength(bytes));
        }
    }
}
