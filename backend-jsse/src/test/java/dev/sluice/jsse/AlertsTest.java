package dev.sluice.jsse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.AlertDescription;
import dev.sluice.ProtocolRange;
import dev.sluice.TlsAlert;
import dev.sluice.spi.ClientAuthentication;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.SessionFacts;
import dev.sluice.testing.TestCertificates;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What both ends see of alerts: of refused peers, of closing, of failures. */
class AlertsTest {
    private static final JsseBackend BACKEND = new JsseBackend();
    private static final boolean JDK_17 = Runtime.version().feature() < 21;

    static Stream<ProtocolRange> versions() {
        return HandshakeTest.versions();
    }

    private static EnginePair.Setup setup(ProtocolRange version) {
        return new EnginePair.Setup(BACKEND).protocols(version);
    }

    /** The verdict's alert, and what SunJSSE makes of it at TLS 1.2, at TLS 1.3, and at TLS 1.3 on JDK 17. */
    static Stream<Arguments> refusals() {
        return Stream.of(
                        new AlertDescription[] {
                            AlertDescription.CERTIFICATE_EXPIRED,
                            AlertDescription.CERTIFICATE_EXPIRED,
                            AlertDescription.CERTIFICATE_UNKNOWN
                        },
                        new AlertDescription[] {
                            AlertDescription.CERTIFICATE_REVOKED,
                            AlertDescription.CERTIFICATE_REVOKED,
                            AlertDescription.CERTIFICATE_REVOKED
                        },
                        new AlertDescription[] {
                            AlertDescription.BAD_CERTIFICATE,
                            AlertDescription.BAD_CERTIFICATE,
                            AlertDescription.CERTIFICATE_UNKNOWN
                        },
                        new AlertDescription[] {
                            AlertDescription.UNSUPPORTED_CERTIFICATE,
                            AlertDescription.UNSUPPORTED_CERTIFICATE,
                            AlertDescription.CERTIFICATE_UNKNOWN
                        },
                        new AlertDescription[] {
                            AlertDescription.UNKNOWN_CA,
                            AlertDescription.CERTIFICATE_UNKNOWN,
                            AlertDescription.CERTIFICATE_UNKNOWN
                        })
                .flatMap(row -> Stream.of(
                        Arguments.of(ProtocolRange.TLS_1_2, row[0], row[1]),
                        Arguments.of(ProtocolRange.TLS_1_3, row[0], JDK_17 ? row[2] : row[1])));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aRefusedServerGetsTheFittingAlert(ProtocolRange version, AlertDescription wanted, AlertDescription seen) {
        try (EnginePair pair = setup(version)
                .clientVerifier(c -> new PeerVerdict.Refused(wanted, "for a test"))
                .open()) {
            pair.pump();
            assertEquals(List.of(TlsAlert.fatal(seen)), pair.server.received);
            assertFalse(pair.client.completed);
            assertFalse(pair.server.completed);
            assertEquals(SessionFacts.NONE, pair.client.engine.sessionFacts());
            assertNotNull(pair.client.failure);
            assertTrue(
                    pair.client.failure.cause().orElseThrow().toString().contains("for a test"),
                    () -> pair.client.failure.cause().toString());
            if (version == ProtocolRange.TLS_1_2 || !JDK_17) {
                assertEquals(List.of(TlsAlert.fatal(seen)), pair.client.sent);
            } else {
                assertEquals(List.of(), pair.client.sent); // encrypted, and JDK 17 does not tell
            }
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aRefusedClientGetsAnAlert(ProtocolRange version) {
        try (EnginePair pair = setup(version)
                .clientIdentity(TestCertificates.testClient())
                .clientAuthentication(ClientAuthentication.REQUIRE)
                .serverVerifier(c -> new PeerVerdict.Refused(AlertDescription.CERTIFICATE_EXPIRED, "for a test"))
                .open()) {
            pair.pump();
            assertEquals(List.of(TlsAlert.fatal(AlertDescription.CERTIFICATE_UNKNOWN)), pair.client.received);
            assertFalse(pair.server.completed);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aVerifierThatBreaksRefuses(ProtocolRange version) {
        try (EnginePair pair = setup(version)
                .clientVerifier(c -> {
                    throw new IllegalStateException("broken on purpose");
                })
                .open()) {
            pair.pump();
            assertEquals(List.of(TlsAlert.fatal(AlertDescription.CERTIFICATE_UNKNOWN)), pair.server.received);
            assertFalse(pair.client.completed);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aClientWithoutTheRequiredCertificateIsToldSo(ProtocolRange version) {
        try (EnginePair pair = setup(version)
                .clientAuthentication(ClientAuthentication.REQUIRE)
                .open()) {
            pair.pump();
            AlertDescription expected = JDK_17
                    ? AlertDescription.BAD_CERTIFICATE
                    : version == ProtocolRange.TLS_1_2
                            ? AlertDescription.HANDSHAKE_FAILURE
                            : AlertDescription.CERTIFICATE_REQUIRED;
            assertEquals(List.of(TlsAlert.fatal(expected)), pair.client.received);
            assertFalse(pair.server.completed);
            assertEquals(0, pair.server.judged.size());
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aRequestedCertificateMayBeAbsentOrPresent(ProtocolRange version) {
        try (EnginePair pair = setup(version)
                .clientAuthentication(ClientAuthentication.REQUEST)
                .open()) {
            pair.handshake().exchange();
            assertEquals(List.of(), pair.server.engine.sessionFacts().peer().chain());
            assertEquals(0, pair.server.judged.size());
        }
        TestCertificates.Issued client = TestCertificates.testClient();
        try (EnginePair pair = setup(version)
                .clientIdentity(client)
                .acceptedIssuers(List.of(client.root()))
                .clientAuthentication(ClientAuthentication.REQUEST)
                .open()) {
            pair.handshake().exchange();
            assertEquals(
                    client.chain(), pair.server.engine.sessionFacts().peer().chain());
            assertEquals(client.chain(), pair.server.judged.get(0).chain());
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aClientSendsNoCertificateOfAnotherIssuer(ProtocolRange version) {
        try (EnginePair pair = setup(version)
                .clientIdentity(TestCertificates.testClient())
                .acceptedIssuers(List.of(TestCertificates.localhost().root()))
                .clientAuthentication(ClientAuthentication.REQUEST)
                .open()) {
            pair.handshake();
            assertEquals(List.of(), pair.server.engine.sessionFacts().peer().chain());
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    @Timeout(value = 20, unit = TimeUnit.SECONDS)
    void aPendingVerdictIsWaitedForInTheTask(ProtocolRange version) {
        CompletableFuture<PeerVerdict> answer = new CompletableFuture<>();
        try (EnginePair pair = setup(version)
                .mayPend()
                .clientVerifier(c -> {
                    CompletableFuture.runAsync(
                            () -> answer.complete(PeerVerdict.Accepted.INSTANCE),
                            CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS));
                    return new PeerVerdict.Pending(answer);
                })
                .open()) {
            pair.handshake().exchange();
            assertTrue(answer.isDone());
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    @Timeout(value = 20, unit = TimeUnit.SECONDS)
    void closingWhileATaskWaitsDoesNotBlockAndTakesEffectAfterwards(ProtocolRange version) throws Exception {
        CompletableFuture<PeerVerdict> answer = new CompletableFuture<>();
        CompletableFuture<Void> asked = new CompletableFuture<>();
        EnginePair.Setup setup = setup(version).mayPend().clientVerifier(c -> {
            asked.complete(null);
            return new PeerVerdict.Pending(answer);
        });
        try (EnginePair pair = setup.open()) {
            Thread helper = new Thread(pair::pump, "helper");
            helper.start();
            asked.get();
            pair.client.engine.closeOutbound();
            pair.client.engine.forgetSession();
            ByteBuf nothing = Unpooled.buffer(0);
            assertEquals(EngineStep.NEEDS_TASK, pair.client.engine.wrap(nothing, nothing));
            assertEquals(EngineStep.NEEDS_TASK, pair.client.engine.unwrap(nothing, nothing));
            answer.complete(new PeerVerdict.Refused(AlertDescription.CERTIFICATE_REVOKED, "for a test"));
            helper.join();
            assertEquals(List.of(TlsAlert.fatal(AlertDescription.CERTIFICATE_REVOKED)), pair.server.received);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void closeNotifyIsReportedOnceOnBothEnds(ProtocolRange version) {
        try (EnginePair pair = setup(version).open()) {
            pair.handshake().exchange();
            pair.client.engine.closeOutbound();
            pair.client.engine.closeOutbound();
            pair.pump();
            assertEquals(List.of(TlsAlert.CLOSE_NOTIFY), pair.client.sent);
            assertEquals(List.of(TlsAlert.CLOSE_NOTIFY), pair.server.received);
            assertTrue(pair.client.outboundClosed);
            assertTrue(pair.server.inboundClosed);
            boolean half = version == ProtocolRange.TLS_1_3;
            assertEquals(half, pair.server.engine.canHalfClose());
            if (half) {
                pair.server.write("still here");
                pair.pump();
                assertEquals("still here", pair.client.takeText());
                assertFalse(pair.client.inboundClosed);
            }
            pair.server.engine.closeOutbound();
            pair.pump();
            assertEquals(List.of(TlsAlert.CLOSE_NOTIFY), pair.server.sent);
            assertEquals(List.of(TlsAlert.CLOSE_NOTIFY), pair.client.received);
            assertTrue(pair.client.inboundClosed);
            assertNull(pair.client.failure);
            assertNull(pair.server.failure);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void closingBeforeTheHandshakeSendsNothing(ProtocolRange version) {
        try (EnginePair pair = setup(version).open()) {
            pair.client.engine.closeOutbound();
            pair.pump();
            assertEquals(List.of(), pair.client.sent);
            assertTrue(pair.client.outboundClosed);
            assertFalse(pair.server.inbox.isReadable());
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aCorruptRecordFailsWithBadRecordMac(ProtocolRange version) {
        try (EnginePair pair = setup(version).open()) {
            pair.handshake().exchange();
            ByteBuf room = Unpooled.buffer(pair.client.engine.outputRoomBytes());
            pair.client.engine.wrap(Unpooled.copiedBuffer("secret", java.nio.charset.StandardCharsets.UTF_8), room);
            room.setByte(room.writerIndex() - 1, room.getByte(room.writerIndex() - 1) ^ 1);
            pair.server.inbox.writeBytes(room);
            room.release();
            pair.pump();
            TlsAlert alert = TlsAlert.fatal(AlertDescription.BAD_RECORD_MAC);
            assertNotNull(pair.server.failure);
            assertEquals(List.of(alert), pair.client.received);
            assertEquals(JDK_17 ? List.of() : List.of(alert), pair.server.sent);
            assertNotNull(pair.client.failure);
            assertEquals(Optional.of(alert), pair.client.failure.alert());
            assertEquals(SessionFacts.NONE, pair.server.engine.sessionFacts());
            assertFalse(pair.server.failure.cause().orElseThrow().toString().contains("secret"));
        }
    }

    @Test
    void somethingThatIsNotTlsFailsAndStaysFailed() {
        try (EnginePair pair = setup(ProtocolRange.TLS_1_2_OR_LATER).open()) {
            pair.server.inbox.writeBytes(
                    "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            pair.server.turn();
            EngineStep failure = pair.server.failure;
            assertNotNull(failure);
            ByteBuf nothing = Unpooled.buffer(0);
            assertEquals(failure, pair.server.engine.unwrap(nothing, nothing));
            assertEquals(failure, pair.server.engine.runTask());
            assertFalse(pair.server.engine.updateKeys());
        }
    }

    @Test
    void aChosenAlertCannotBeSent() {
        try (EnginePair pair = setup(ProtocolRange.TLS_1_3).open()) {
            pair.handshake();
            assertFalse(pair.server.engine.failOutbound(AlertDescription.ACCESS_DENIED));
            pair.pump();
            assertEquals(List.of(), pair.server.sent);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void keysAreUpdatedInTls13Alone(ProtocolRange version) {
        try (EnginePair pair = setup(version).open()) {
            assertFalse(pair.client.engine.updateKeys());
            pair.handshake().exchange();
            int ticketsBefore = pair.client.tickets;
            boolean updates = version == ProtocolRange.TLS_1_3;
            for (int i = 1; i <= 3; i++) {
                assertEquals(updates, pair.client.engine.updateKeys());
                pair.exchange();
                assertEquals(updates ? i : 0, pair.server.keyUpdates);
                assertEquals(updates ? i : 0, pair.client.keyUpdates); // the answer to update_requested
            }
            assertEquals(updates, pair.server.engine.updateKeys());
            pair.exchange();
            assertEquals(ticketsBefore, pair.client.tickets);
        }
    }

    @Test
    void aHandshakeRecordAfterTheHandshakeIsRefusedInTls12() {
        try (EnginePair pair = setup(ProtocolRange.TLS_1_2).open()) {
            pair.handshake().exchange();
            pair.client.inbox.writeBytes(new byte[] {0x16, 3, 3, 0, 4, 0, 0, 0, 0}); // HelloRequest
            pair.client.turn();
            assertNotNull(pair.client.failure);
            assertFalse(pair.server.inbox.isReadable());
        }
    }
}
