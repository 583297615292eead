package dev.sluice.jsse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.AlertDescription;
import dev.sluice.ProtocolRange;
import dev.sluice.SessionStore;
import dev.sluice.TlsAlert;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.SessionFacts;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.KeyKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Handshakes of the platform's provider with itself, for both versions. */
class HandshakeTest {
    private static final JsseBackend BACKEND = new JsseBackend();

    static Stream<ProtocolRange> versions() {
        return Stream.of(ProtocolRange.TLS_1_2, ProtocolRange.TLS_1_3);
    }

    static Stream<Arguments> versionsAndKeys() {
        return versions()
                .flatMap(version -> Stream.of(KeyKind.RSA_2048, KeyKind.EC_P256, KeyKind.EC_P384, KeyKind.ED25519)
                        .map(kind -> Arguments.of(version, kind)));
    }

    private static EnginePair.Setup setup(ProtocolRange version) {
        return new EnginePair.Setup(BACKEND).protocols(version);
    }

    @ParameterizedTest
    @MethodSource("versionsAndKeys")
    void dataFlowsBothWaysWithEveryKindOfKey(ProtocolRange version, KeyKind kind) {
        TestCertificates.Issued identity = TestCertificates.server("localhost")
                .keyKind(kind)
                .issuedBy(TestCertificates.ca("Root of " + kind).keyKind(kind).selfSigned());
        try (EnginePair pair = setup(version).serverIdentity(identity).open()) {
            pair.handshake().exchange();
            SessionFacts facts = pair.client.engine.sessionFacts();
            assertEquals(Optional.of(version.max()), facts.protocol());
            assertTrue(facts.cipher().orElseThrow().protocols().contains(version.max()));
            assertEquals(identity.chain(), facts.peer().chain());
            assertEquals(identity.chain(), pair.client.judged.get(0).chain());
            assertFalse(facts.resumed());
            assertTrue(facts.group().isPresent());
            assertEquals(facts.group(), pair.server.engine.sessionFacts().group());
            assertEquals(Optional.empty(), pair.server.engine.sessionFacts().serverName());
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void factsAreEmptyBeforeTheEndOfTheHandshake(ProtocolRange version) {
        try (EnginePair pair = setup(version).open()) {
            assertEquals(SessionFacts.NONE, pair.client.engine.sessionFacts());
            assertEquals(SessionFacts.NONE, pair.server.engine.sessionFacts());
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void requestedServerNameAndAlpnAreReported(ProtocolRange version) {
        try (EnginePair pair = setup(version)
                .serverName("a.example")
                .alpn(List.of("h2", "grüß"), List.of("grüß", "http/1.1"))
                .open()) {
            pair.handshake().exchange();
            assertEquals(
                    Optional.of("a.example"), pair.server.engine.sessionFacts().serverName());
            assertEquals(Optional.of("grüß"), pair.server.engine.sessionFacts().applicationProtocol());
            assertEquals(Optional.of("grüß"), pair.client.engine.sessionFacts().applicationProtocol());
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void theOrderOfTheClientDecidesOnTheApplicationProtocol(ProtocolRange version) {
        try (EnginePair pair = setup(version)
                .alpn(List.of("h3", "h2", "grüß"), List.of("grüß", "h2", "http/1.1"))
                .open()) {
            pair.handshake().exchange();
            assertEquals(Optional.of("h2"), pair.server.engine.sessionFacts().applicationProtocol());
            assertEquals(Optional.of("h2"), pair.client.engine.sessionFacts().applicationProtocol());
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void noCommonApplicationProtocolFailsWith120(ProtocolRange version) {
        try (EnginePair pair =
                setup(version).alpn(List.of("h2"), List.of("http/1.1")).open()) {
            pair.pump();
            TlsAlert alert = TlsAlert.fatal(AlertDescription.NO_APPLICATION_PROTOCOL);
            // In TLS 1.3 the engine chooses when it encrypts already, and JDK 17 does not tell of encrypted alerts.
            boolean told = Runtime.version().feature() >= 21 || !version.equals(ProtocolRange.TLS_1_3);
            assertEquals(told ? List.of(alert) : List.of(), pair.server.sent);
            assertEquals(List.of(alert), pair.client.received);
            assertFalse(pair.client.completed);
            assertNotNull(pair.client.failure);
            assertEquals(Optional.of(alert), pair.client.failure.alert());
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void nothingIsResumedWithoutAStore(ProtocolRange version) {
        EnginePair.Setup setup = setup(version).sessionIdentity(Optional.of("same"));
        try (EnginePair.Contexts contexts = setup.contexts()) {
            for (int i = 0; i < 3; i++) {
                try (EnginePair pair = setup.open(contexts)) {
                    pair.handshake().exchange();
                    assertFalse(pair.client.engine.sessionFacts().resumed());
                    assertFalse(pair.server.engine.sessionFacts().resumed());
                    assertEquals(0, pair.client.tickets);
                    assertEquals(1, pair.client.judged.size());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void sessionsAreResumedWithAStoreAndAnEqualIdentity(ProtocolRange version) {
        try (SessionStore store = SessionStore.create(10, Duration.ofHours(1))) {
            EnginePair.Setup setup = setup(version).store(store, "a").serverName("a.example");
            try (EnginePair.Contexts contexts = setup.contexts()) {
                assertFalse(resumed(setup, contexts));
                assertTrue(resumed(setup, contexts));
                assertTrue(resumed(setup, contexts));
                setup.store(store, "b").serverName("b.example");
                assertFalse(resumed(setup, contexts));
                assertTrue(resumed(setup, contexts));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aForgottenSessionIsNotResumed(ProtocolRange version) {
        try (SessionStore store = SessionStore.create(10, Duration.ofHours(1))) {
            EnginePair.Setup setup = setup(version).store(store, "a");
            try (EnginePair.Contexts contexts = setup.contexts()) {
                assertFalse(resumed(setup, contexts));
                try (EnginePair pair = setup.open(contexts)) {
                    pair.client.engine.forgetSession(); // early: tickets come later
                    pair.handshake().exchange();
                }
                assertFalse(resumed(setup, contexts));
                assertTrue(resumed(setup, contexts));
                try (EnginePair pair = setup.open(contexts)) {
                    pair.handshake().exchange();
                    pair.client.engine.forgetSession();
                    pair.exchange();
                }
                assertFalse(resumed(setup, contexts));
            }
        }
    }

    @Test
    void aSessionThatTheServerForgetsIsNotResumedInTls13() {
        try (SessionStore store = SessionStore.create(10, Duration.ofHours(1))) {
            EnginePair.Setup setup = setup(ProtocolRange.TLS_1_3).store(store, "a");
            try (EnginePair.Contexts contexts = setup.contexts()) {
                assertFalse(resumed(setup, contexts));
                try (EnginePair pair = setup.open(contexts)) {
                    pair.handshake().exchange();
                    assertTrue(pair.server.engine.sessionFacts().resumed());
                    pair.server.engine.forgetSession();
                }
                assertFalse(resumed(setup, contexts));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void ticketsAreReported(ProtocolRange version) {
        try (SessionStore store = SessionStore.create(10, Duration.ofHours(1));
                EnginePair pair = setup(version).store(store, "a").open()) {
            pair.handshake().exchange();
            assertTrue(pair.client.tickets > 0);
            assertEquals(0, pair.server.tickets);
            assertEquals(0, pair.client.keyUpdates);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void verdictsGoToTheirOwnConnectionHoweverManyShareAContext(ProtocolRange version) throws Exception {
        EnginePair.Setup shared = setup(version);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (EnginePair.Contexts contexts = shared.contexts()) {
            List<Callable<Void>> connections = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                boolean accepts = i % 2 == 0;
                connections.add(() -> {
                    EnginePair.Setup own = setup(version)
                            .clientVerifier(c -> accepts
                                    ? PeerVerdict.Accepted.INSTANCE
                                    : new PeerVerdict.Refused(AlertDescription.CERTIFICATE_UNKNOWN, "for a test"));
                    try (EnginePair pair = own.open(contexts)) {
                        pair.pump();
                        assertEquals(accepts, pair.client.completed);
                        assertEquals(1, pair.client.judged.size());
                    }
                    return null;
                });
            }
            for (Future<Void> connection : threads.invokeAll(connections)) {
                connection.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static boolean resumed(EnginePair.Setup setup, EnginePair.Contexts contexts) {
        try (EnginePair pair = setup.open(contexts)) {
            pair.handshake().exchange();
            boolean resumed = pair.client.engine.sessionFacts().resumed();
            assertEquals(resumed, pair.server.engine.sessionFacts().resumed());
            assertEquals(resumed ? 0 : 1, pair.client.judged.size());
            assertFalse(pair.client.engine.sessionFacts().peer().chain().isEmpty());
            return resumed;
        }
    }
}
