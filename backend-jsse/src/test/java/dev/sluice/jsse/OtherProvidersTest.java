package dev.sluice.jsse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.AlertDescription;
import dev.sluice.ProtocolRange;
import dev.sluice.SessionStore;
import dev.sluice.TlsAlert;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.TlsFeature;
import dev.sluice.testing.TestCertificates;
import java.security.Provider;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The adapter over other providers than the platform's, against themselves and against it. */
class OtherProvidersTest {
    /** Kept, or the level that is set on it is collected with it. */
    private static final Logger BOUNCY_CASTLE_LOG = Logger.getLogger("org.bouncycastle");

    static {
        BOUNCY_CASTLE_LOG.setLevel(Level.OFF); // it logs each connection
    }

    private static final JsseBackend PLATFORM = new JsseBackend();
    private static final JsseBackend CONSCRYPT = JsseBackend.withProvider(Conscrypt.newProvider());
    private static final JsseBackend BOUNCY_CASTLE = JsseBackend.withProvider(bouncyCastle());

    private static Provider bouncyCastle() {
        return new BouncyCastleJsseProvider(new BouncyCastleProvider());
    }

    static Stream<Arguments> pairs() {
        return Stream.of(CONSCRYPT, BOUNCY_CASTLE)
                .flatMap(other -> Stream.of(
                        new JsseBackend[] {other, other},
                        new JsseBackend[] {other, PLATFORM},
                        new JsseBackend[] {PLATFORM, other}))
                .flatMap(both -> HandshakeTest.versions().map(version -> Arguments.of(both[0], both[1], version)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void dataFlowsAndBothCloseInGoodOrder(JsseBackend client, JsseBackend server, ProtocolRange version) {
        try (EnginePair pair = new EnginePair.Setup(client)
                .serverBackend(server)
                .protocols(version)
                .serverName("localhost")
                .alpn(List.of("h2"), List.of("h2"))
                .open()) {
            pair.handshake().exchange();
            assertEquals(Optional.of("h2"), pair.client.engine.sessionFacts().applicationProtocol());
            assertEquals(
                    Optional.of("localhost"), pair.server.engine.sessionFacts().serverName());
            assertEquals(
                    TestCertificates.localhost().chain(),
                    pair.client.engine.sessionFacts().peer().chain());
            assertFalse(pair.client.engine.sessionFacts().resumed());
            pair.client.engine.closeOutbound();
            pair.pump();
            pair.server.engine.closeOutbound();
            pair.pump();
            assertEquals(List.of(TlsAlert.CLOSE_NOTIFY), pair.client.sent);
            assertEquals(List.of(TlsAlert.CLOSE_NOTIFY), pair.server.received);
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aRefusedServerIsTold(JsseBackend client, JsseBackend server, ProtocolRange version) {
        try (EnginePair pair = new EnginePair.Setup(client)
                .serverBackend(server)
                .protocols(version)
                .clientVerifier(c -> new PeerVerdict.Refused(AlertDescription.UNKNOWN_CA, "for a test"))
                .open()) {
            pair.pump();
            assertFalse(pair.client.completed);
            assertNotNull(pair.client.failure);
            assertEquals(List.of(TlsAlert.fatal(AlertDescription.CERTIFICATE_UNKNOWN)), pair.server.received);
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aServerWithoutACommonApplicationProtocolFails(JsseBackend client, JsseBackend server, ProtocolRange version) {
        try (EnginePair pair = new EnginePair.Setup(client)
                .serverBackend(server)
                .protocols(version)
                .alpn(List.of("h2"), List.of("http/1.1"))
                .open()) {
            pair.pump();
            assertFalse(pair.server.completed);
            assertNotNull(pair.server.failure);
            if (server != CONSCRYPT) {
                assertEquals(List.of(TlsAlert.fatal(AlertDescription.NO_APPLICATION_PROTOCOL)), pair.client.received);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void nothingIsResumedWithoutAStore(JsseBackend client, JsseBackend server, ProtocolRange version) {
        EnginePair.Setup setup =
                new EnginePair.Setup(client).serverBackend(server).protocols(version);
        try (EnginePair.Contexts contexts = setup.contexts()) {
            for (int i = 0; i < 3; i++) {
                try (EnginePair pair = setup.open(contexts)) {
                    pair.handshake().exchange();
                    assertFalse(pair.client.engine.sessionFacts().resumed());
                    assertFalse(pair.server.engine.sessionFacts().resumed());
                    assertEquals(1, pair.client.judged.size());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void resumptionIsDeclaredAsItIs(JsseBackend client, JsseBackend server, ProtocolRange version) {
        if (client != server) {
            return;
        }
        TlsFeature feature =
                version == ProtocolRange.TLS_1_2 ? TlsFeature.RESUMPTION_TLS_1_2 : TlsFeature.RESUMPTION_TLS_1_3;
        try (SessionStore store = SessionStore.create(10, Duration.ofHours(1))) {
            EnginePair.Setup setup =
                    new EnginePair.Setup(client).protocols(version).store(store, "a");
            try (EnginePair.Contexts contexts = setup.contexts()) {
                boolean resumed = false;
                for (int i = 0; i < 3; i++) {
                    try (EnginePair pair = setup.open(contexts)) {
                        pair.handshake().exchange();
                        resumed = pair.client.engine.sessionFacts().resumed();
                        assertEquals(resumed, pair.server.engine.sessionFacts().resumed());
                        assertEquals(resumed ? 0 : 1, pair.client.judged.size());
                    }
                }
                assertEquals(client.capabilities().has(feature), resumed);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void aForgottenSessionIsNotResumed(JsseBackend client, JsseBackend server, ProtocolRange version) {
        if (client != server) {
            return;
        }
        try (SessionStore store = SessionStore.create(10, Duration.ofHours(1))) {
            EnginePair.Setup setup =
                    new EnginePair.Setup(client).protocols(version).store(store, "a");
            try (EnginePair.Contexts contexts = setup.contexts()) {
                for (int i = 0; i < 3; i++) {
                    try (EnginePair pair = setup.open(contexts)) {
                        pair.handshake().exchange();
                        assertFalse(pair.client.engine.sessionFacts().resumed());
                        pair.client.engine.forgetSession();
                    }
                }
            }
        }
    }

    @Test
    void aVerdictThatMayWaitIsRefusedBeforeTheHandshake() {
        for (JsseBackend backend : List.of(CONSCRYPT, BOUNCY_CASTLE)) {
            EnginePair.Setup setup = new EnginePair.Setup(backend).mayPend();
            AssertionError refusal = assertThrows(AssertionError.class, setup::open);
            assertTrue(String.valueOf(refusal.getCause()).contains("has no task to wait in"));
        }
    }

    @Test
    void versionsAreTold() {
        assertEquals("Conscrypt 2.9.0", CONSCRYPT.runtimeVersion().text());
        assertEquals(
                CONSCRYPT.buildVersion().number(), CONSCRYPT.runtimeVersion().number());
        assertTrue(BOUNCY_CASTLE.runtimeVersion().text().startsWith("BCJSSE "));
        assertEquals(
                BOUNCY_CASTLE.buildVersion().number(),
                BOUNCY_CASTLE.runtimeVersion().number());
    }

    @Test
    void everySuiteIsMappedOrListed() {
        for (JsseBackend backend : List.of(CONSCRYPT, BOUNCY_CASTLE)) {
            BackendCapabilities capabilities = backend.capabilities();
            assertFalse(capabilities.ciphers().isEmpty());
            assertTrue(
                    capabilities.unmappedSuites().stream().allMatch(name -> name.endsWith("_SCSV")),
                    () -> backend + ": " + capabilities.unmappedSuites());
        }
    }

    @Test
    void anAbsentProviderIsRefusedByName() {
        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> JsseBackend.withProvider("NoSuchProvider"));
        assertTrue(refusal.getMessage().contains("NoSuchProvider"));
        assertThrows(IllegalArgumentException.class, () -> JsseBackend.withProvider(new BouncyCastleProvider()));
    }
}
