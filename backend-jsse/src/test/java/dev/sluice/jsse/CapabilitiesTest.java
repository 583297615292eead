package dev.sluice.jsse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.NamedGroup;
import dev.sluice.ProtocolRange;
import dev.sluice.SignatureScheme;
import dev.sluice.SslCipher;
import dev.sluice.SslConfiguration;
import dev.sluice.SslProtocol;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsFeature;
import io.netty.util.IllegalReferenceCountException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the backend says about itself and what it refuses, on the platform's provider. */
class CapabilitiesTest {
    private static final JsseBackend BACKEND = new JsseBackend();
    private static final BackendCapabilities CAPABILITIES = BACKEND.capabilities();
    private static final boolean SELECTS = Runtime.version().feature() >= 20;

    @Test
    void isFoundAsAService() {
        assertTrue(ServiceLoader.load(TlsBackend.class).stream()
                .anyMatch(provider -> provider.type() == JsseBackend.class));
        assertEquals("jsse", BACKEND.name());
    }

    @Test
    void versionsAreThoseOfThePlatformAndInOrder() {
        Runtime.Version platform = Runtime.version();
        assertEquals(
                "SunJSSE " + platform.feature() + "." + platform.interim() + "." + platform.update(),
                BACKEND.runtimeVersion().text());
        assertTrue(BACKEND.runtimeVersion().number() >= BACKEND.buildVersion().number());
        assertEquals(17_000_000, BACKEND.buildVersion().number());
    }

    @Test
    void speaksBothVersionsAndPrefersTheHeap() {
        assertEquals(Set.of(SslProtocol.TLS_1_2, SslProtocol.TLS_1_3), CAPABILITIES.protocols());
        assertEquals(BufferKind.HEAP, CAPABILITIES.bufferKind());
    }

    @Test
    void everySuiteOfTheProviderIsMappedOrListedAsUnmapped() throws Exception {
        List<String> supported =
                List.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());
        for (String name : supported) {
            Optional<SslCipher> cipher = SslCipher.fromName(name);
            assertTrue(cipher.isPresent() != CAPABILITIES.unmappedSuites().contains(name), name);
        }
        assertEquals(List.of("TLS_EMPTY_RENEGOTIATION_INFO_SCSV"), CAPABILITIES.unmappedSuites());
        for (String name : ((SSLSocketFactory) SSLSocketFactory.getDefault()).getDefaultCipherSuites()) {
            if (!CAPABILITIES.unmappedSuites().contains(name)) {
                assertTrue(
                        CAPABILITIES.ciphers().contains(SslCipher.fromName(name).orElseThrow()), name);
            }
        }
    }

    @Test
    void suitesThatSecurityPropertiesDisableAreNotOffered() {
        for (SslCipher cipher : CAPABILITIES.ciphers()) {
            assertFalse(cipher.name().contains("_NULL_"), cipher.name());
            assertFalse(cipher.name().contains("_anon_"), cipher.name());
            assertFalse(cipher.name().contains("_EXPORT_"), cipher.name());
            assertFalse(cipher.name().contains("_RC4_"), cipher.name());
        }
    }

    @Test
    void everySuiteOfferedCanBeUsedAlone() throws Exception {
        for (SslCipher cipher : CAPABILITIES.ciphers()) {
            ProtocolRange protocols =
                    cipher.protocols().contains(SslProtocol.TLS_1_3) ? ProtocolRange.TLS_1_3 : ProtocolRange.TLS_1_2;
            BACKEND.createContext(spec(protocols, List.of(cipher), List.of(), List.of(), Optional.empty()))
                    .release();
        }
    }

    @Test
    void groupsAndSchemesAreThoseOfTheWire() {
        assertTrue(CAPABILITIES.groups().containsAll(List.of(NamedGroup.X25519, NamedGroup.SECP256R1)));
        assertTrue(CAPABILITIES.signatureSchemes().contains(SignatureScheme.ED25519));
        assertEquals(SELECTS, CAPABILITIES.has(TlsFeature.GROUP_SELECTION));
        assertEquals(Runtime.version().feature() >= 19, CAPABILITIES.has(TlsFeature.SIGNATURE_SCHEME_SELECTION));
    }

    @Test
    void featuresAreDeclaredAsMeasured() {
        assertTrue(CAPABILITIES
                .features()
                .containsAll(Set.of(
                        TlsFeature.ALPN,
                        TlsFeature.SNI_CLIENT,
                        TlsFeature.SNI_SERVER,
                        TlsFeature.OCSP_CLIENT,
                        TlsFeature.RESUMPTION_TLS_1_2,
                        TlsFeature.RESUMPTION_TLS_1_3,
                        TlsFeature.TICKET_EVENTS,
                        TlsFeature.KEY_UPDATE,
                        TlsFeature.HALF_CLOSE)));
        for (TlsFeature absent : List.of(
                TlsFeature.PSK_TLS_1_2,
                TlsFeature.PSK_TLS_1_3,
                TlsFeature.CHOSEN_ALERT,
                TlsFeature.EXACT_VERIFICATION_ALERT,
                TlsFeature.DH_PARAMETERS,
                TlsFeature.OCSP_SERVER,
                TlsFeature.SESSION_EXPORT,
                TlsFeature.KEY_LOG)) {
            assertFalse(CAPABILITIES.has(absent), absent::toString);
        }
    }

    @Test
    void capabilitiesAreProbedOnceHoweverManyAsk() throws Exception {
        JsseBackend fresh = new JsseBackend();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<BackendCapabilities>> askers = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                askers.add(fresh::capabilities);
            }
            BackendCapabilities first = null;
            for (Future<BackendCapabilities> answer : threads.invokeAll(askers)) {
                if (first == null) {
                    first = answer.get();
                }
                assertSame(first, answer.get());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void diffieHellmanParametersAreRefusedByName() {
        ContextSpec.DhParameters parameters = new ContextSpec.DhParameters(BigInteger.TWO.pow(2048), BigInteger.TWO);
        TlsContextException refusal = assertThrows(
                TlsContextException.class,
                () -> BACKEND.createContext(spec(
                        ProtocolRange.SECURE,
                        EnginePair.Setup.usable(BACKEND),
                        List.of(),
                        List.of(),
                        Optional.of(parameters))));
        assertTrue(refusal.getMessage().contains("Diffie-Hellman"), refusal.getMessage());
    }

    @Test
    void aSuiteThatIsNotOfferedIsRefusedByName() {
        SslCipher foreign = SslCipher.all().stream()
                .filter(cipher -> !CAPABILITIES.ciphers().contains(cipher))
                .findFirst()
                .orElseThrow();
        TlsContextException refusal = assertThrows(
                TlsContextException.class,
                () -> BACKEND.createContext(
                        spec(ProtocolRange.SECURE, List.of(foreign), List.of(), List.of(), Optional.empty())));
        assertTrue(refusal.getMessage().contains(foreign.name()), refusal.getMessage());
    }

    @Test
    void suitesOfAnotherVersionAreRefusedBeforeAnyByte() {
        List<SslCipher> ofTls13 = CAPABILITIES.ciphers().stream()
                .filter(cipher -> cipher.protocols().contains(SslProtocol.TLS_1_3))
                .toList();
        assertThrows(
                TlsContextException.class,
                () -> BACKEND.createContext(
                        spec(ProtocolRange.TLS_1_2, ofTls13, List.of(), List.of(), Optional.empty())));
    }

    @Test
    void groupsAndSchemesAreTakenOrRefusedNeverDropped() throws Exception {
        ContextSpec groups = spec(
                ProtocolRange.TLS_1_3,
                EnginePair.Setup.usable(BACKEND),
                List.of(NamedGroup.SECP384R1),
                List.of(),
                Optional.empty());
        ContextSpec unknown = spec(
                ProtocolRange.TLS_1_3,
                EnginePair.Setup.usable(BACKEND),
                List.of(NamedGroup.X25519, NamedGroup.BRAINPOOLP256R1_TLS13),
                List.of(),
                Optional.empty());
        ContextSpec schemes = spec(
                ProtocolRange.TLS_1_3,
                EnginePair.Setup.usable(BACKEND),
                List.of(),
                List.of(SignatureScheme.ECDSA_SECP256R1_SHA256),
                Optional.empty());
        TlsContextException refusal = assertThrows(TlsContextException.class, () -> BACKEND.createContext(unknown));
        assertTrue(refusal.getMessage().contains("groups"), refusal.getMessage());
        if (SELECTS) {
            BACKEND.createContext(groups).release();
            BACKEND.createContext(schemes).release();
        } else {
            assertThrows(TlsContextException.class, () -> BACKEND.createContext(groups));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SECP256R1", "SECP384R1", "X25519"})
    void theGroupThatWasChosenIsUsed(NamedGroup group) {
        if (!SELECTS) {
            return; // the test above shows that the setting is refused there
        }
        try (EnginePair pair =
                new EnginePair.Setup(BACKEND).groups(List.of(group)).open()) {
            pair.handshake().exchange();
            assertEquals(Optional.of(group), pair.server.engine.sessionFacts().group());
            assertEquals(Optional.of(group), pair.client.engine.sessionFacts().group());
        }
    }

    @Test
    void aContextThatWasFreedMakesNoEngine() throws Exception {
        EnginePair.Setup setup = new EnginePair.Setup(BACKEND);
        EnginePair.Contexts contexts = setup.contexts();
        contexts.close();
        assertThrows(IllegalReferenceCountException.class, () -> setup.open(contexts));
        TlsContext another = BACKEND.createContext(setup.clientContextSpec());
        assertEquals(1, another.refCnt());
        another.release();
    }

    private static ContextSpec spec(
            ProtocolRange protocols,
            List<SslCipher> ciphers,
            List<NamedGroup> groups,
            List<SignatureScheme> schemes,
            Optional<ContextSpec.DhParameters> dhParameters) {
        return new ContextSpec(
                protocols, ciphers, groups, schemes, List.of(), List.of(), dhParameters, Optional.empty());
    }

    @Test
    void whatJsseHasNotIsRefusedByName() {
        Map<String, UnaryOperator<SslConfiguration.Builder>> settings = Map.of(
                "preSharedKeyEnabled", builder -> builder.preSharedKeyEnabled(true),
                "dangerouslyKeyLog", builder -> builder.dangerouslyKeyLog(line -> {}));

        settings.forEach((name, setting) -> {
            SslConfiguration.Builder builder = setting.apply(SslConfiguration.builder(new JsseBackend()));
            IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, builder::build);
            assertTrue(String.valueOf(refused.getMessage()).contains(name), refused::getMessage);
        });
    }
}
