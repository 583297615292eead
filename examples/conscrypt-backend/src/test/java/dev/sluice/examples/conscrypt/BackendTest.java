package dev.sluice.examples.conscrypt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.NamedGroup;
import dev.sluice.ProtocolRange;
import dev.sluice.SessionStore;
import dev.sluice.SignatureScheme;
import dev.sluice.SslBackends;
import dev.sluice.SslCipher;
import dev.sluice.SslConfiguration;
import dev.sluice.SslDiagnostics;
import dev.sluice.SslProtocol;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.ClientAuthentication;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.FeatureSettings;
import dev.sluice.spi.KeyMaterial;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.testing.TestCertificates;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the backend says about itself, and what it refuses. */
class BackendTest {
    private static final ConscryptBackend BACKEND = new ConscryptBackend();
    private static final List<SslCipher> OF_TLS_1_3 = suites(SslProtocol.TLS_1_3);
    private static final List<SslCipher> OF_TLS_1_2 = suites(SslProtocol.TLS_1_2);

    private static List<SslCipher> suites(SslProtocol version) {
        return BACKEND.capabilities().ciphers().stream()
                .filter(cipher -> cipher.protocols().contains(version))
                .toList();
    }

    private static ContextSpec spec(ProtocolRange range, List<SslCipher> ciphers, KeyMaterial... identities) {
        return new ContextSpec(
                range,
                ciphers,
                List.of(),
                List.of(),
                List.of(identities),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    private static EngineSpec engineSpec(Side side, boolean serverOrder, List<String> applicationProtocols) {
        return new EngineSpec(
                side,
                Optional.empty(),
                Optional.empty(),
                applicationProtocols,
                ClientAuthentication.NONE,
                serverOrder,
                false,
                false,
                65536,
                FeatureSettings.NONE);
    }

    private static KeyMaterial.KeyAndChain identity(TestCertificates.Issued issued) {
        return new KeyMaterial.KeyAndChain(issued.chain(), issued.key());
    }

    private static void assertRefused(String part, ContextSpec spec) {
        String message = assertThrows(TlsContextException.class, () -> BACKEND.createContext(spec))
                .getMessage();
        assertTrue(message.contains(part), message);
    }

    private static void assertEngineRefused(String part, ContextSpec spec, EngineSpec engineSpec)
            throws TlsContextException {
        TlsContext context = BACKEND.createContext(spec);
        try {
            String message = assertThrows(
                            TlsContextException.class,
                            () -> context.createEngine(
                                    engineSpec, credentials -> PeerVerdict.Accepted.INSTANCE, new SilentEvents()))
                    .getMessage();
            assertTrue(message.contains(part), message);
        } finally {
            context.release();
        }
    }

    @Test
    void isFoundByItsName() {
        assertSame(ConscryptBackend.class, SslBackends.byName("conscrypt").getClass());
    }

    @Test
    void w01_w22_runsOnTheVersionThatItWasBuiltAgainstAndMakesNothingToSaySo() {
        long contexts = SslDiagnostics.liveContexts();
        assertEquals(BACKEND.buildVersion(), BACKEND.runtimeVersion());
        assertEquals("Conscrypt 2.9.0", BACKEND.runtimeVersion().text());
        assertEquals(contexts, SslDiagnostics.liveContexts());
    }

    @Test
    void w12_declaresWhatStandsInItsClientHello() {
        BackendCapabilities capabilities = BACKEND.capabilities();
        assertEquals(Set.of(SslProtocol.TLS_1_2, SslProtocol.TLS_1_3), capabilities.protocols());
        assertEquals(3, OF_TLS_1_3.size());
        assertTrue(OF_TLS_1_2.containsAll(SslCipher.defaults().stream()
                .filter(cipher -> cipher.keyExchange() == SslCipher.KeyExchange.ECDHE)
                .toList()));
        assertFalse(
                capabilities.ciphers().stream().anyMatch(SslCipher::usesPreSharedKey),
                () -> "supported and not offered: " + capabilities.ciphers());
        assertEquals(List.of("TLS_EMPTY_RENEGOTIATION_INFO_SCSV", "TLS_FALLBACK_SCSV"), capabilities.unmappedSuites());
        assertEquals(
                List.of(NamedGroup.X25519MLKEM768, NamedGroup.X25519, NamedGroup.SECP256R1, NamedGroup.SECP384R1),
                capabilities.groups());
        assertTrue(capabilities.signatureSchemes().contains(SignatureScheme.ECDSA_SECP256R1_SHA256));
    }

    /** The library refuses by name what the backend has not declared. */
    @Test
    void w19_aSettingThatIsNotDeclaredIsRefusedWhenTheConfigurationIsBuilt() {
        SslConfiguration.Builder groups = SslConfiguration.builder(BACKEND).groups(List.of(NamedGroup.X25519));
        assertTrue(assertThrows(IllegalArgumentException.class, groups::build)
                .getMessage()
                .contains("groups"));
        SslConfiguration.Builder schemes =
                SslConfiguration.builder(BACKEND).signatureSchemes(List.of(SignatureScheme.ECDSA_SECP256R1_SHA256));
        assertTrue(assertThrows(IllegalArgumentException.class, schemes::build)
                .getMessage()
                .contains("signatureSchemes"));
    }

    @Test
    void w19_suitesOfTls13ThatDifferFromThoseThatWillBeOfferedAreRefused() throws TlsContextException {
        assertRefused("cannot leave out any", spec(ProtocolRange.TLS_1_3, OF_TLS_1_3.subList(0, 1)));
        BACKEND.createContext(spec(ProtocolRange.TLS_1_3, OF_TLS_1_3)).release();
    }

    @Test
    void w19_aVersionWithoutSuitesIsNotEnabledAndNoVersionAtAllIsRefused() throws TlsContextException {
        assertRefused("of other protocol versions", spec(ProtocolRange.TLS_1_3, OF_TLS_1_2));
        assertRefused("of other protocol versions", spec(ProtocolRange.TLS_1_2, OF_TLS_1_3));
        ContextSpec without13 = spec(ProtocolRange.TLS_1_2_OR_LATER, OF_TLS_1_2);
        assertEquals(List.of(SslProtocol.TLS_1_2), ContextChecks.versions(without13));
        ContextSpec without12 = spec(ProtocolRange.TLS_1_2_OR_LATER, OF_TLS_1_3);
        assertEquals(List.of(SslProtocol.TLS_1_3), ContextChecks.versions(without12));
    }

    @Test
    void w19_whatConscryptWouldIgnoreIsRefusedByName() {
        ContextSpec plain = spec(ProtocolRange.TLS_1_2, OF_TLS_1_2);
        assertRefused(
                "groups",
                new ContextSpec(
                        plain.protocols(),
                        plain.ciphers(),
                        List.of(NamedGroup.X25519),
                        List.of(),
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty()));
        assertRefused(
                "signature schemes",
                new ContextSpec(
                        plain.protocols(),
                        plain.ciphers(),
                        List.of(),
                        List.of(SignatureScheme.ECDSA_SECP256R1_SHA256),
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty()));
        assertRefused(
                "Diffie-Hellman",
                new ContextSpec(
                        plain.protocols(),
                        plain.ciphers(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        Optional.of(new ContextSpec.DhParameters(BigInteger.TEN, BigInteger.TWO)),
                        Optional.empty()));
        try (SessionStore store = SessionStore.create()) {
            assertRefused(
                    "session store",
                    new ContextSpec(
                            plain.protocols(),
                            plain.ciphers(),
                            List.of(),
                            List.of(),
                            List.of(),
                            List.of(),
                            Optional.empty(),
                            Optional.of(store)));
        }
    }

    @Test
    void w23_aKeyThatConscryptCannotUseIsRefused() {
        TestCertificates.Issued ed25519 = TestCertificates.server("localhost")
                .keyKind(TestCertificates.KeyKind.ED25519)
                .freshKey()
                .selfSigned();
        assertRefused("EdDSA", spec(ProtocolRange.TLS_1_2, OF_TLS_1_2, identity(ed25519)));
    }

    /** Found out now, not in the middle of a handshake. */
    @Test
    void w23_anOpaqueKeyWithWhichNobodySignsIsRefused() {
        PrivateKey opaque = new PrivateKey() {
            private static final long serialVersionUID = 1;

            @Override
            public String getAlgorithm() {
                return "EC";
            }

            @Override
            public String getFormat() {
                return null;
            }

            @Override
            public byte[] getEncoded() {
                return null;
            }
        };
        assertRefused(
                "cannot use",
                spec(
                        ProtocolRange.TLS_1_2,
                        OF_TLS_1_2,
                        new KeyMaterial.KeyAndChain(TestCertificates.localhost().chain(), opaque)));
    }

    @Test
    void w19_whatAServerOfConscryptWouldIgnoreIsRefused() throws TlsContextException {
        KeyMaterial ec = identity(TestCertificates.localhost());
        KeyMaterial rsa = identity(TestCertificates.localhostRsa());
        assertEngineRefused(
                "second identity",
                spec(ProtocolRange.TLS_1_2, OF_TLS_1_2, ec, rsa),
                engineSpec(Side.SERVER, true, List.of()));
        assertEngineRefused(
                "order of cipher suites",
                spec(ProtocolRange.TLS_1_2, OF_TLS_1_2, ec),
                engineSpec(Side.SERVER, false, List.of()));
    }

    @Test
    void w04_aRefusedSettingOfAnEngineLeavesNothing() throws TlsContextException {
        assertEngineRefused(
                "refuses a setting",
                spec(ProtocolRange.TLS_1_2, OF_TLS_1_2),
                engineSpec(Side.CLIENT, true, List.of("not ASCII: \u00e9")));
    }
}
