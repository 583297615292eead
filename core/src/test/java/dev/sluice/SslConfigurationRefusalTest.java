package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.spi.KeyMaterial;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.KeyKind;
import dev.sluice.x509.SslCertificate;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.crypto.spec.DHParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a configuration refuses, before anything goes to the network. */
class SslConfigurationRefusalTest {
    private static final TestCertificates.Issued SERVER = TestCertificates.localhost();

    private final SslConfiguration.Builder builder = SslConfiguration.builder();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TLS_NO_SUCH_SUITE",
                "TLS_AES_128_GCM_SHA256:TLS_NO_SUCH_SUITE",
                "TLS_NO_SUCH_SUITE:TLS_AES_128_GCM_SHA256",
            })
    void w12_anUnknownNameOfASuiteIsRefusedByName(String names) {
        assertTrue(refusal(() -> builder.ciphers(names)).contains("\"TLS_NO_SUCH_SUITE\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "TLS_AES_128_GCM_SHA256:",
                "TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384",
                "HIGH:!aNULL",
                "TLS_FALLBACK_SCSV",
                "TLS_AES_128_GCM_SHA256:TLS_AES_128_GCM_SHA256",
                "AES128-GCM-SHA256:TLS_RSA_WITH_AES_128_GCM_SHA256",
            })
    void w12_aListThatIsNotOneOfNamesIsRefused(String names) {
        refusal(() -> builder.ciphers(names));
    }

    @Test
    void suitesAreFoundByTheNamesOfIanaAndOpenSsl() {
        SslConfiguration configuration = builder.ciphers(
                        "ECDHE-RSA-AES128-GCM-SHA256:TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
                .protocols(ProtocolRange.TLS_1_2)
                .build();

        assertEquals(
                List.of("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
                configuration.ciphers().stream().map(SslCipher::name).toList());
    }

    @Test
    void w19_emptyListsAreRefused() {
        refusal(() -> builder.ciphers(List.of()));
        refusal(() -> builder.groups(List.of()));
        refusal(() -> builder.signatureSchemes(List.of()));
        refusal(() -> builder.allowedApplicationProtocols(List.of()));
        refusal(() -> builder.caCertificates(List.of()));
        refusal(() -> builder.addCaCertificates(List.of()));
        refusal(() -> builder.pins(List.of()));

        assertEquals(SslConfiguration.builder().build(), builder.build(), "a refused setting changes nothing");
    }

    @Test
    void w19_duplicatesAreRefused() {
        refusal(() -> builder.groups(List.of(NamedGroup.X25519, NamedGroup.X25519)));
        refusal(() -> builder.signatureSchemes(List.of(SignatureScheme.ED25519, SignatureScheme.ED25519)));
        refusal(() -> builder.allowedApplicationProtocols(List.of("h2", "h2")));
    }

    @Test
    void w19_aSuiteThatFitsNoVersionIsRefused() {
        builder.protocols(ProtocolRange.TLS_1_3).ciphers("TLS_AES_128_GCM_SHA256:ECDHE-RSA-AES128-GCM-SHA256");

        assertTrue(refusal(builder::build).contains("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));
    }

    @Test
    void w19_aVersionWithoutASuiteIsRefused() {
        assertTrue(refusal(builder.ciphers("TLS_AES_128_GCM_SHA256")::build).contains("TLSv1.2"));
        assertTrue(
                refusal(builder.ciphers("ECDHE-RSA-AES128-GCM-SHA256")::build).contains("TLSv1.3"));
        assertDoesNotThrow(builder.ciphers("TLS_AES_128_GCM_SHA256:ECDHE-RSA-AES128-GCM-SHA256")::build);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TLS_RSA_WITH_NULL_SHA256",
                "TLS_DH_anon_WITH_AES_128_GCM_SHA256",
                "TLS_ECDH_anon_WITH_AES_128_CBC_SHA",
                "TLS_RSA_WITH_RC4_128_SHA",
                "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
                "TLS_RSA_WITH_NULL_MD5",
            })
    void weakSuitesAreRefusedUnlessAllowedExplicitly(String name) {
        builder.protocols(ProtocolRange.TLS_1_2).ciphers(name);

        assertTrue(refusal(builder::build).contains(name));

        assertDoesNotThrow(builder.dangerouslyAllowWeakCiphers(true)::build);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLS_RSA_EXPORT_WITH_RC4_40_MD5", "TLS_RSA_WITH_DES_CBC_SHA"})
    void suitesThatTls12ForbidsAreRefusedEvenIfWeakOnesAreAllowed(String name) {
        builder.protocols(ProtocolRange.TLS_1_2).ciphers(name).dangerouslyAllowWeakCiphers(true);

        assertTrue(refusal(builder::build).contains(name));
    }

    @Test
    void suitesWithAPreSharedKeyCanBeSet() {
        builder.protocols(ProtocolRange.TLS_1_2).ciphers("ECDHE-PSK-CHACHA20-POLY1305:PSK-AES128-GCM-SHA256");

        assertDoesNotThrow(builder::build);
    }

    @ParameterizedTest
    @EnumSource
    void legacySignatureSchemesAreRefused(SignatureScheme scheme) {
        if (scheme.isLegacy()) {
            assertTrue(refusal(() -> builder.signatureSchemes(List.of(SignatureScheme.ED25519, scheme)))
                    .contains(scheme.standardName()));
        } else {
            assertDoesNotThrow(() -> builder.signatureSchemes(List.of(scheme)));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "EC_P256", "EC_P384", "ED25519", "DSA_2048"})
    void w23_aKeyOfItsCertificateIsTaken(KeyKind kind) {
        TestCertificates.Issued issued =
                TestCertificates.server("localhost").keyKind(kind).selfSigned();

        assertEquals(
                List.of(new KeyMaterial.KeyAndChain(issued.chain(), issued.key())),
                builder.localCertificate(issued.chain(), issued.key()).build().identities());
    }

    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "EC_P256", "EC_P384", "ED25519"})
    void w23_aKeyOfAnotherCertificateIsRefused(KeyKind kind) {
        TestCertificates.Issued issued =
                TestCertificates.server("localhost").keyKind(kind).selfSigned();
        PrivateKey other = kind.generate().getPrivate();

        String refusal = refusal(() -> builder.localCertificate(issued.chain(), other));

        assertTrue(refusal.contains(issued.certificate().toString()), refusal);
        assertEquals(List.of(), builder.build().identities());
    }

    @Test
    void w23_aKeyOfAnotherAlgorithmOrCurveIsRefused() {
        TestCertificates.Issued ec =
                TestCertificates.server("localhost").keyKind(KeyKind.EC_P256).selfSigned();

        assertTrue(refusal(() -> builder.localCertificate(
                        ec.chain(), KeyKind.RSA_2048.generate().getPrivate()))
                .contains("RSA"));
        assertTrue(refusal(() -> builder.localCertificate(
                        ec.chain(), KeyKind.EC_P384.generate().getPrivate()))
                .contains("curve"));
    }

    @Test
    void w23_anOpaqueKeyIsJudgedByItsAlgorithmOnlyAndNotUsed() {
        TestCertificates.Issued ec =
                TestCertificates.server("localhost").keyKind(KeyKind.EC_P256).selfSigned();

        assertDoesNotThrow(() -> builder.localCertificate(ec.chain(), new OpaqueKey("EC")));
        refusal(() -> builder.localCertificate(ec.chain(), new OpaqueKey("RSA")));
    }

    @Test
    void w23_aKeyWithoutItsCertificateIsRefused() {
        refusal(() -> builder.localCertificate(List.of(), SERVER.key()));
        refusal(() -> builder.localCertificate(List.of(SERVER.root()), SERVER.key()));
        refusal(() -> builder.identities(List.of(new KeyMaterial.KeyAndChain(List.of(SERVER.root()), SERVER.key()))));
    }

    @Test
    void w23_keyStoresAreReadOrRefusedAsAWhole() throws GeneralSecurityException, IOException {
        char[] password = "PasswordMarker".toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        assertTrue(refusal(() -> builder.keyStore(store, password)).contains("no private key"));

        store.setKeyEntry(
                "server",
                SERVER.key(),
                password,
                SERVER.chain().stream().map(SslCertificate::toX509).toArray(Certificate[]::new));
        assertEquals(
                1,
                SslConfiguration.builder()
                        .keyStore(store, password)
                        .build()
                        .identities()
                        .size());

        String refusal = refusal(() -> builder.keyStore(store, "WrongMarker".toCharArray()));
        assertFalse(refusal.contains("Marker"), refusal);
        assertEquals(List.of(), builder.build().identities());
    }

    @Test
    void diffieHellmanParametersAreChecked() {
        BigInteger prime = SslConfigurationTest.FFDHE2048.getP();
        Consumer<DHParameterSpec> refused = parameters -> refusal(() -> builder.diffieHellmanParameters(parameters));

        refused.accept(new DHParameterSpec(prime.shiftRight(1), BigInteger.TWO));
        refused.accept(new DHParameterSpec(prime.add(BigInteger.ONE), BigInteger.TWO));
        refused.accept(new DHParameterSpec(prime.subtract(BigInteger.TWO), BigInteger.TWO));
        refused.accept(new DHParameterSpec(prime, BigInteger.ONE));
        refused.accept(new DHParameterSpec(prime, BigInteger.ZERO));
        refused.accept(new DHParameterSpec(prime, prime.subtract(BigInteger.ONE)));
        refused.accept(new DHParameterSpec(prime.negate(), BigInteger.TWO));
        refused.accept(new DHParameterSpec(BigInteger.TWO.pow(10_000).add(BigInteger.ONE), BigInteger.TWO));

        assertDoesNotThrow(() -> builder.diffieHellmanParameters(SslConfigurationTest.FFDHE2048));
    }

    @Test
    void applicationProtocolsHave1To255Bytes() {
        refusal(() -> builder.allowedApplicationProtocols(List.of("")));
        refusal(() -> builder.allowedApplicationProtocols(List.of("x".repeat(256))));
        refusal(() -> builder.allowedApplicationProtocols(List.of("\u00e4".repeat(128))));
        refusal(() -> builder.allowedApplicationProtocols(Stream.iterate(100, i -> i + 1)
                .limit(300)
                .map(i -> i + "x".repeat(250))
                .toList()));

        assertDoesNotThrow(() -> builder.allowedApplicationProtocols(List.of("x".repeat(255), "h2")));
    }

    @Test
    void timesAndLimitsAreChecked() {
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofMillis(-1), Duration.ofSeconds(Long.MAX_VALUE))) {
            refusal(() -> builder.connectTimeout(wrong));
            refusal(() -> builder.handshakeTimeout(wrong));
            refusal(() -> builder.writeTimeout(wrong));
            refusal(() -> builder.closeTimeout(wrong));
            refusal(() -> builder.alertFlushTimeout(wrong));
        }
        refusal(() -> builder.peerVerifyDepth(-1));
        refusal(() -> builder.readBufferLimit(-1));
        refusal(() -> builder.writeBufferLimit(0));
        refusal(() -> builder.handshakeLimit(0));
        refusal(() -> builder.preSharedKeyIdentityHint(""));
        refusal(() -> builder.preSharedKeyIdentityHint("x".repeat(129)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\0b", "host\n"})
    void namesToVerifyAreChecked(String name) {
        refusal(() -> builder.peerVerifyName(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "*",
                "*.",
                "*.*.example.org",
                "www.*.org",
                "w*.example.org",
                "192.0.2.1",
                "2001:db8::1",
                "a..b",
                "a b",
                "a\0b",
                "under_score.example",
            })
    void patternsOfServerNamesAreChecked(String pattern) {
        assertTrue(refusal(() -> builder.serverName(pattern, SslConfiguration.defaults()))
                .contains("\"" + pattern + "\""));
    }

    @Test
    void configurationsForServerNamesHaveNoServerNames() {
        SslConfiguration inner = SslConfiguration.builder()
                .serverName("example.org", SslConfiguration.defaults())
                .build();

        refusal(() -> builder.serverName("example.org", inner));
    }

    @Test
    void configurationsForServerNamesUseTheBackendOfTheirServer() {
        FakeBackend backend = FakeBackend.named("one");
        builder.serverName("example.org", SslConfiguration.builder(backend).build());

        assertTrue(refusal(builder::build).contains("example.org"));
        assertDoesNotThrow(builder.backend(backend)::build);
    }

    private static String refusal(Runnable setting) {
        return assertThrows(IllegalArgumentException.class, setting::run).getMessage();
    }

    /** A key that shows nothing of itself, as those of hardware modules do. */
    private record OpaqueKey(String algorithm) implements PrivateKey {
        @Override
        public String getAlgorithm() {
            return algorithm;
        }

        @Override
        @SuppressWarnings("NullAway") // as the interface says
        public String getFormat() {
            return null;
        }

        @Override
        @SuppressWarnings("NullAway") // as the interface says
        public byte[] getEncoded() {
            return null;
        }
    }
}
