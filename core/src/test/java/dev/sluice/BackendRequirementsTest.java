package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsFeature;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestRevocation;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** W19: for each feature that a backend lacks, exactly the settings that need it are refused, and on no other side. */
class BackendRequirementsTest {
    private static final TestCertificates.Issued SERVER = TestCertificates.localhost();
    private static final byte[] STAPLE =
            TestRevocation.ocsp(SERVER).good(SERVER).der();

    private final SslConfiguration.Builder builder = SslConfiguration.builder();

    private static BackendCapabilities without(TlsFeature... missing) {
        Set<TlsFeature> features = EnumSet.allOf(TlsFeature.class);
        features.removeAll(Set.of(missing));
        return FakeBackend.capabilities(SslCipher.all(), features);
    }

    private void assertUnsupported(Optional<Side> side, BackendCapabilities capabilities, String... settings) {
        assertEquals(List.of(settings), BackendRequirements.unsupported(builder.build(), capabilities, side));
    }

    private void assertUnsupported(BackendCapabilities capabilities, String... settings) {
        assertUnsupported(Optional.empty(), capabilities, settings);
    }

    @Test
    void groupsNeedABackendThatLetsThemBeChosenAndHasEachOfThem() {
        builder.groups(List.of(NamedGroup.X25519));
        assertUnsupported(without());
        assertUnsupported(without(TlsFeature.GROUP_SELECTION), "groups");
        builder.groups(List.of(NamedGroup.X25519, NamedGroup.X448));
        assertUnsupported(without(), "group x448");
    }

    @Test
    void signatureSchemesNeedABackendThatLetsThemBeChosenAndHasEachOfThem() {
        builder.signatureSchemes(List.of(SignatureScheme.ECDSA_SECP256R1_SHA256));
        assertUnsupported(without());
        assertUnsupported(without(TlsFeature.SIGNATURE_SCHEME_SELECTION), "signatureSchemes");
        builder.signatureSchemes(List.of(SignatureScheme.ECDSA_SECP256R1_SHA256, SignatureScheme.ED25519));
        assertUnsupported(without(), "signature scheme ed25519");
    }

    @Test
    void preSharedKeysNeedAVersionThatIsAllowedAndHasThem() {
        builder.preSharedKeyEnabled(true);
        assertUnsupported(without());
        assertUnsupported(without(TlsFeature.PSK_TLS_1_2));
        assertUnsupported(without(TlsFeature.PSK_TLS_1_3));
        BackendCapabilities none = without(TlsFeature.PSK_TLS_1_2, TlsFeature.PSK_TLS_1_3);
        assertUnsupported(none, "preSharedKeyEnabled with TLSv1.2..TLSv1.3");
        builder.protocols(ProtocolRange.TLS_1_3);
        assertUnsupported(without(TlsFeature.PSK_TLS_1_2));
        assertUnsupported(without(TlsFeature.PSK_TLS_1_3), "preSharedKeyEnabled with TLSv1.3");
        builder.protocols(ProtocolRange.TLS_1_2);
        assertUnsupported(without(TlsFeature.PSK_TLS_1_2), "preSharedKeyEnabled with TLSv1.2");
        builder.preSharedKeyEnabled(false);
        assertUnsupported(none);
    }

    @Test
    void aKeyLogNeedsABackendThatTellsSecrets() {
        assertUnsupported(without(TlsFeature.KEY_LOG));
        builder.dangerouslyKeyLog(line -> {});
        assertUnsupported(without());
        assertUnsupported(without(TlsFeature.KEY_LOG), "dangerouslyKeyLog");
    }

    @Test
    void staplesAreAskedForByClientsAndSentByServers() {
        BackendCapabilities none = without(TlsFeature.OCSP_CLIENT, TlsFeature.OCSP_SERVER);
        for (Side side : Side.values()) {
            assertUnsupported(Optional.of(side), none);
        }
        builder.ocspStaplingEnabled(true);
        assertUnsupported(none, "ocspStaplingEnabled");
        assertUnsupported(Optional.of(Side.CLIENT), without());
        assertUnsupported(Optional.of(Side.CLIENT), without(TlsFeature.OCSP_CLIENT), "ocspStaplingEnabled on a client");
        assertUnsupported(
                Optional.of(Side.SERVER), without(), "ocspStaplingEnabled on a server without stapledOcspResponse");
        assertUnsupported(Optional.of(Side.SERVER), without(TlsFeature.OCSP_SERVER), "ocspStaplingEnabled on a server");
        builder.stapledOcspResponse(STAPLE);
        assertUnsupported(Optional.of(Side.SERVER), without());
        assertUnsupported(
                Optional.of(Side.SERVER),
                without(TlsFeature.OCSP_SERVER),
                "ocspStaplingEnabled on a server",
                "stapledOcspResponse");
        builder.ocspStaplingEnabled(false);
        assertUnsupported(Optional.of(Side.SERVER), without(TlsFeature.OCSP_SERVER), "stapledOcspResponse");
        assertUnsupported(Optional.of(Side.CLIENT), none);
    }

    @Test
    void theLengthOfFragmentsIsAskedForByClients() {
        builder.maximumFragmentLength(512);
        BackendCapabilities none = without(TlsFeature.MAXIMUM_FRAGMENT_LENGTH);
        assertUnsupported(Optional.of(Side.CLIENT), without());
        assertUnsupported(Optional.of(Side.CLIENT), none, "maximumFragmentLength");
        assertUnsupported(Optional.of(Side.SERVER), none);
    }

    @Test
    void aServerThatAsksForCertificatesNeedsABackendThatHasThemAndOneThatOnlyTakesThemDoesNot() {
        BackendCapabilities none = without(TlsFeature.CLIENT_CERTIFICATES);
        for (PeerVerifyMode mode : PeerVerifyMode.values()) {
            builder.peerVerifyMode(mode);
            boolean asks = mode == PeerVerifyMode.QUERY_PEER || mode == PeerVerifyMode.VERIFY_PEER;
            assertUnsupported(
                    Optional.of(Side.SERVER), none, asks ? new String[] {"peerVerifyMode " + mode} : new String[0]);
            assertUnsupported(Optional.of(Side.CLIENT), none);
        }
        builder.localCertificate(SERVER.chain(), SERVER.key());
        assertUnsupported(Optional.of(Side.CLIENT), none, "a client's identities");
    }

    @Test
    void whatAConfigurationForAServerNameNeedsIsNamedWithIt() {
        builder.serverName(
                "example.org",
                SslConfiguration.builder().groups(List.of(NamedGroup.X448)).build());
        assertUnsupported(without(), "for server name example.org: group x448");
        assertUnsupported(without(TlsFeature.SNI_SERVER), "for server name example.org: group x448", "serverName");
    }

    @Test
    void aSessionStoreNeedsResumptionInOneOfTheVersions() {
        builder.sessionStore(SessionStore.create());
        BackendCapabilities none = without(TlsFeature.RESUMPTION_TLS_1_2, TlsFeature.RESUMPTION_TLS_1_3);
        assertUnsupported(none, "sessionStore");
        assertUnsupported(without(TlsFeature.RESUMPTION_TLS_1_2));
        assertUnsupported(without(TlsFeature.RESUMPTION_TLS_1_3));
    }

    @Test
    void suitesAndVersionsThatABackendLacksAreNamed() {
        SslCipher suite = SslCipher.fromName("TLS_AES_128_GCM_SHA256").orElseThrow();
        SslCipher other = SslCipher.fromName("TLS_AES_256_GCM_SHA384").orElseThrow();
        BackendCapabilities poor = new BackendCapabilities(
                Set.of(SslProtocol.TLS_1_3),
                List.of(suite),
                List.of(),
                List.of(),
                List.of(),
                Set.of(),
                BufferKind.HEAP);
        assertUnsupported(poor, "protocol TLSv1.2");
        builder.protocols(ProtocolRange.TLS_1_3).ciphers(List.of(suite, other));
        assertUnsupported(poor, "cipher suite TLS_AES_256_GCM_SHA384");
    }
}
