package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsFeature;
import dev.sluice.testing.TestCertificates;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** W19: every setting that a backend does not have is an error, and each is named. */
class SslConfigurationBackendTest {
    private static final TlsBackend ABLE = FakeBackend.named("able");
    private static final SslCipher GCM_TLS_1_2 =
            SslCipher.fromName("ECDHE-RSA-AES128-GCM-SHA256").orElseThrow();
    private static final SslCipher GCM_TLS_1_3 =
            SslCipher.fromName("TLS_AES_128_GCM_SHA256").orElseThrow();

    @Test
    void theChosenBackendIsKept() {
        assertSame(ABLE, SslConfiguration.builder(ABLE).build().backend().orElseThrow());
    }

    @Test
    void anUnknownBackendIsRefusedAtOnce() {
        assertThrows(IllegalArgumentException.class, () -> SslConfiguration.builder("no such backend"));
    }

    @Test
    void w22_aBackendWithALibraryThatIsTooOldIsRefusedAlsoAsAnObject() {
        TlsBackend old = FakeBackend.named("old").withVersions(1, 2);

        assertTrue(assertThrows(IllegalArgumentException.class, () -> SslConfiguration.builder(old))
                .getMessage()
                .contains("FakeTLS 1"));
    }

    @Test
    void w19_everySettingThatIsNotSupportedIsNamed() {
        BackendCapabilities none = new BackendCapabilities(
                Set.of(SslProtocol.TLS_1_2),
                List.of(GCM_TLS_1_2),
                List.of(),
                List.of(),
                List.of(SignatureScheme.ED448),
                Set.of(),
                BufferKind.HEAP);
        SslConfiguration demanding = SslConfiguration.builder()
                .ciphers(List.of(GCM_TLS_1_3, GCM_TLS_1_2))
                .groups(List.of(NamedGroup.X448))
                .signatureSchemes(List.of(SignatureScheme.ED25519))
                .allowedApplicationProtocols(List.of("h2"))
                .ocspStaplingEnabled(true)
                .diffieHellmanParameters(SslConfigurationTest.FFDHE2048)
                .preSharedKeyIdentityHint("hint")
                .sessionStore(SessionStore.create())
                .serverName(
                        "example.org",
                        SslConfiguration.builder()
                                .protocols(ProtocolRange.TLS_1_2)
                                .groups(List.of(NamedGroup.X25519))
                                .build())
                .build();

        String refusal = refusal(demanding, FakeBackend.named("poor").withCapabilities(none));

        for (String named : List.of(
                "\"poor\"",
                "protocol TLSv1.3",
                "TLS_AES_128_GCM_SHA256",
                "x448",
                "ed25519",
                "allowedApplicationProtocols",
                "ocspStaplingEnabled",
                "diffieHellmanParameters",
                "preSharedKeyIdentityHint",
                "sessionStore",
                "serverName",
                "example.org",
                "x25519")) {
            assertTrue(refusal.contains(named), named + " in: " + refusal);
        }
        assertFalse(refusal.contains(GCM_TLS_1_2.name()), refusal);
    }

    @Test
    void buildChecksAgainstTheChosenBackend() {
        SslConfiguration.Builder builder = SslConfiguration.builder(ABLE).groups(List.of(NamedGroup.X448));

        assertTrue(assertThrows(IllegalArgumentException.class, builder::build)
                .getMessage()
                .contains("x448"));
    }

    @Test
    void w19_aRangeThatIsSupportedInPartIsRefused() {
        TlsBackend old = withProtocols(Set.of(SslProtocol.TLS_1_2));

        assertTrue(refusal(SslConfiguration.builder().build(), old).contains("TLSv1.3"));
        assertDoesNotThrow(() ->
                SslConfiguration.builder(old).protocols(ProtocolRange.TLS_1_2).build());
    }

    @Test
    void defaultSuitesMayBeMissingAsLongAsEachVersionHasOne() {
        TlsBackend few = withCiphers(List.of(GCM_TLS_1_2, GCM_TLS_1_3));
        TlsBackend only12 = withCiphers(List.of(GCM_TLS_1_2));

        assertDoesNotThrow(() -> SslConfiguration.builder(few).build());
        assertTrue(refusal(SslConfiguration.builder().build(), only12).contains("TLSv1.3"));
    }

    @Test
    void aLibraryThatDoesNotTellItsSchemesIsToldThem() {
        BackendCapabilities silent = new BackendCapabilities(
                ABLE.capabilities().protocols(),
                ABLE.capabilities().ciphers(),
                List.of(),
                ABLE.capabilities().groups(),
                List.of(),
                EnumSet.allOf(TlsFeature.class),
                BufferKind.HEAP);
        TlsBackend backend = FakeBackend.named("silent").withCapabilities(silent);

        assertDoesNotThrow(() -> SslConfiguration.builder(backend)
                .signatureSchemes(List.of(SignatureScheme.ED448))
                .build());
    }

    @Test
    void suitesWithAPreSharedKeyNeedABackendThatHasThem() {
        SslConfiguration psk = SslConfiguration.builder()
                .protocols(ProtocolRange.TLS_1_2)
                .ciphers("PSK-AES128-GCM-SHA256")
                .build();

        assertDoesNotThrow(() -> psk.requireSupportedBy(ABLE));
        assertTrue(refusal(psk, FakeBackend.without(TlsFeature.PSK_TLS_1_2)).contains("pre-shared key"));
    }

    @Test
    void aSessionStoreNeedsResumptionInAVersionThatIsAllowed() {
        TlsBackend only12 = FakeBackend.without(TlsFeature.RESUMPTION_TLS_1_3);
        SslConfiguration.Builder resuming = SslConfiguration.builder().sessionStore(SessionStore.create());

        assertDoesNotThrow(() -> resuming.build().requireSupportedBy(only12));
        assertTrue(refusal(resuming.protocols(ProtocolRange.TLS_1_3).build(), only12)
                .contains("sessionStore"));
    }

    @Test
    void whatOnlyOneSideCanDoIsCheckedOnceTheSideIsKnown() {
        TlsBackend clientOnly = FakeBackend.without(TlsFeature.OCSP_SERVER);
        SslConfiguration stapling =
                SslConfiguration.builder().ocspStaplingEnabled(true).build();

        assertDoesNotThrow(() -> stapling.requireSupportedBy(clientOnly));
        assertDoesNotThrow(() -> stapling.requireSupportedBy(clientOnly, Side.CLIENT));
        assertThrows(IllegalArgumentException.class, () -> stapling.requireSupportedBy(clientOnly, Side.SERVER));
    }

    @Test
    void certificatesOfClientsNeedABackendThatHasThem() {
        TlsBackend without = FakeBackend.without(TlsFeature.CLIENT_CERTIFICATES);
        TestCertificates.Issued issued = TestCertificates.localhost();
        SslConfiguration identified = SslConfiguration.builder()
                .localCertificate(issued.chain(), issued.key())
                .build();
        SslConfiguration verifying = SslConfiguration.builder()
                .peerVerifyMode(PeerVerifyMode.VERIFY_PEER)
                .build();

        assertThrows(IllegalArgumentException.class, () -> identified.requireSupportedBy(without, Side.CLIENT));
        assertDoesNotThrow(() -> identified.requireSupportedBy(without, Side.SERVER));
        assertThrows(IllegalArgumentException.class, () -> verifying.requireSupportedBy(without, Side.SERVER));
        assertDoesNotThrow(() -> verifying.requireSupportedBy(without, Side.CLIENT));
    }

    @Test
    void theDefaultIsSupportedByABackendWithoutAnyFeature() {
        TlsBackend plain =
                FakeBackend.named("plain").withCapabilities(FakeBackend.capabilities(SslCipher.defaults(), Set.of()));

        for (Side side : Side.values()) {
            assertDoesNotThrow(() -> SslConfiguration.builder().build().requireSupportedBy(plain, side));
        }
        assertEquals(plain, SslConfiguration.builder(plain).build().backend().orElseThrow());
    }

    private static TlsBackend withProtocols(Set<SslProtocol> protocols) {
        return FakeBackend.named("limited")
                .withCapabilities(new BackendCapabilities(
                        protocols,
                        SslCipher.all(),
                        List.of(),
                        List.of(),
                        List.of(),
                        EnumSet.allOf(TlsFeature.class),
                        BufferKind.HEAP));
    }

    private static TlsBackend withCiphers(List<SslCipher> ciphers) {
        return FakeBackend.named("limited")
                .withCapabilities(FakeBackend.capabilities(ciphers, EnumSet.allOf(TlsFeature.class)));
    }

    private static String refusal(SslConfiguration configuration, TlsBackend backend) {
        return assertThrows(IllegalArgumentException.class, () -> configuration.requireSupportedBy(backend))
                .getMessage();
    }
}
