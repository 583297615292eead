package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.AlertDescription;
import dev.sluice.PeerVerifyMode;
import dev.sluice.SslError;
import dev.sluice.SslSocketError;
import dev.sluice.TlsAlert;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.TlsContextException;
import dev.sluice.testing.CopyEngine;
import dev.sluice.testing.CopyEngine.Verification;
import dev.sluice.testing.FakeRecords;
import dev.sluice.testing.ScriptedEngine;
import dev.sluice.testing.TestCertificates;
import dev.sluice.x509.PeerName;
import dev.sluice.x509.Purpose;
import dev.sluice.x509.RevocationEvidence;
import dev.sluice.x509.VerificationPolicy;
import dev.sluice.x509.VerificationResult;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** W13, W21: what a failed connection says about the reason, what it still tells the peer, and what it leaves behind. */
class ConnectionFailureReasonsTest {
    private static final PeerCredentials PEER =
            new PeerCredentials(TestCertificates.localhost().path(), List.of());
    private static final SslError SELF_SIGNED = SslError.of(SslError.Code.SELF_SIGNED_CERTIFICATE);
    private static final PeerVerdict REFUSED = new PeerVerdict.Refused(AlertDescription.UNKNOWN_CA, "nobody knows it");

    private final LiveCountsCheck before = new LiveCountsCheck();
    private End client = End.client();
    private End server = End.server();

    @AfterEach
    void giveBack() {
        client.releaseAndCheck();
        server.releaseAndCheck();
        before.assertNothingLeft();
    }

    private void establish() {
        client.start();
        server.start();
        End.establish(client, server);
    }

    private static ConnectionFailure failureOf(End end) {
        assertEquals(Phase.FAILED, end.connection.phase());
        assertEquals(1, end.events.failures.size());
        return end.connection.failure().orElseThrow();
    }

    private static PeerGate gate(PeerGate.Decider decider) {
        VerificationSettings settings = new VerificationSettings(
                request -> new VerificationResult(List.of(SELF_SIGNED), List.of()),
                PeerVerifyMode.VERIFY_PEER,
                PeerName.of("localhost"),
                Purpose.SERVER,
                List::of,
                OptionalInt.empty(),
                VerificationPolicy.DEFAULT,
                List.of(),
                RevocationEvidence.Stapling.NOT_ASKED_FOR,
                Set.of(),
                InstantSource.system(),
                () -> true);
        return new PeerGate(settings, decider);
    }

    /** Up to where the client has received the server's flight, and no further. */
    private void shakeUntilTheServersFlight() {
        client.start();
        server.start();
        client.transmit();
        server.feed(client.drain(10_000));
        byte[] flight = server.drain(10_000);
        assertEquals(flight.length, client.fill(flight, 0, flight.length));
        client.transmit();
    }

    // ---- what it says ----

    @Test
    void beforeEncryptionAFaultOfThePeerIsAHandshakeFailureAndAfterwardsInternalToTls() {
        client.start();
        server.start();
        client.settle();
        client.feed("HTTP/1.1 400\r\n".getBytes(StandardCharsets.US_ASCII));
        assertEquals(SslSocketError.SSL_HANDSHAKE_FAILED, failureOf(client).error());
        assertEquals(
                "expected a TLS record (type 20 to 23), got first byte 0x48",
                failureOf(client).message());
        client.releaseAndCheck();
        server.releaseAndCheck();
        client = End.client();
        server = End.server();
        establish();
        client.feed("HTTP/1.1 400\r\n".getBytes(StandardCharsets.US_ASCII));
        assertEquals(SslSocketError.SSL_INTERNAL, failureOf(client).error());
        assertEquals(
                TlsAlert.fatal(AlertDescription.UNEXPECTED_MESSAGE),
                failureOf(client).alert());
    }

    @Test
    void aServerThatWaitsForTheNameSaysWhatCameInsteadOfAHello() throws TlsContextException {
        server.connection.startTls(server.source(), true);
        server.feed("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
        assertEquals(
                "expected a TLS record (type 20 to 23), got first byte 0x47",
                failureOf(server).message());
    }

    @Test
    void w32_theFailureOfAnUpgradeCountsTheBytesThatWereLeft() {
        client.connection.startPlain();
        client.fill(new byte[20], 0, 20);
        client.settle();
        client.read(8);
        client.fill(new byte[5], 0, 5);
        client.start();
        assertTrue(
                failureOf(client).message().startsWith("17 unprotected bytes"),
                failureOf(client).message());
    }

    @Test
    void anAlertOfThePeerIsTheReason() {
        establish();
        client.feed(FakeRecords.alert(TlsAlert.fatal(AlertDescription.CERTIFICATE_REVOKED)));
        TlsAlert alert = TlsAlert.fatal(AlertDescription.CERTIFICATE_REVOKED);
        assertEquals("the peer sent " + alert, failureOf(client).message());
        assertEquals(alert, failureOf(client).alert());
    }

    @Test
    void anEngineThatFailsIsQuotedAndItsAlertIsKept() {
        TlsAlert alert = TlsAlert.fatal(AlertDescription.DECODE_ERROR);
        client = client.with(honest -> ScriptedEngine.fromUnwrap(
                honest, 0, ScriptedEngine.says(EngineStep.failed(new IllegalStateException("bad luck"), alert))));
        shakeUntilTheServersFlight();
        assertEquals(
                "TLS failed in phase HANDSHAKING: bad luck", failureOf(client).message());
        assertEquals(alert, failureOf(client).alert());
        assertNotNull(failureOf(client).cause());
        assertEquals(List.of(), failureOf(client).sslErrors());
    }

    /** What went over the wire is what counts, not what the step claims. */
    @Test
    void theAlertThatTheEngineHasSentIsKept() {
        EngineEvents[] events = new EngineEvents[1];
        TlsAlert sent = TlsAlert.fatal(AlertDescription.BAD_RECORD_MAC);
        client = client.with(honest -> ScriptedEngine.fromUnwrap(honest, 0, (engine, in, out, unwraps) -> {
            events[0].alertSent(sent);
            return EngineStep.failed(
                    new IllegalStateException("forged"), TlsAlert.fatal(AlertDescription.INTERNAL_ERROR));
        }));
        start(client, events);
        server.start();
        client.transmit();
        server.feed(client.drain(10_000));
        client.feed(server.drain(10_000));
        assertEquals(sent, failureOf(client).alert());
        assertEquals(List.of(sent), client.events.alertsSent);
    }

    private static void start(End end, EngineEvents[] events) {
        try {
            end.connection.startTls(
                    (engineEvents, name) -> {
                        events[0] = engineEvents;
                        return end.source().open(engineEvents, name);
                    },
                    false);
        } catch (TlsContextException e) {
            throw new AssertionError("set-up refused", e);
        }
    }

    @Test
    void anEngineThatClosesInTheHandshakeIsAPeerThatHasGone() {
        client =
                client.with(honest -> ScriptedEngine.fromUnwrap(honest, 0, ScriptedEngine.swallows(EngineStep.CLOSED)));
        shakeUntilTheServersFlight();
        assertEquals(SslSocketError.REMOTE_HOST_CLOSED, failureOf(client).error());
        assertEquals(
                "the peer closed the connection during the handshake",
                failureOf(client).message());
        assertEquals(0, client.events.inboundFinished);
    }

    @Test
    void w40_anEngineThatClosesUnaskedIsSaidToHaveDoneSo() {
        client = client.with(honest -> new ScriptedEngine(
                honest,
                number -> (engine, in, out, unwraps) -> !unwraps && in.isReadable()
                        ? EngineStep.CLOSED
                        : ScriptedEngine.HONEST.answer(engine, in, out, unwraps)));
        establish();
        client.write(new byte[10]);
        client.settle();
        assertEquals(
                "engine closed the outbound direction and nobody had asked for it",
                failureOf(client).message());
        assertEquals(SslSocketError.SSL_INTERNAL, failureOf(client).error());
    }

    @Test
    void anEngineThatCannotReportItsSessionHasFailed() {
        client = client.with(honest -> new ScriptedEngine(honest, number -> ScriptedEngine.HONEST) {
            @Override
            public SessionFacts sessionFacts() {
                throw new IllegalStateException("lost");
            }
        });
        shakeUntilTheServersFlight();
        assertEquals(
                "engine failed to report the session: lost", failureOf(client).message());
        assertEquals(SslSocketError.SSL_INTERNAL, failureOf(client).error());
    }

    @Test
    void w36_keyUpdatesAreCountedHoweverManyTheEngineFindsInOneRecord() {
        EngineEvents[] events = new EngineEvents[1];
        boolean[] floods = {false};
        client = client.with(honest -> new ScriptedEngine(honest, number -> (engine, in, out, unwraps) -> {
            for (int i = 0; unwraps && floods[0] && i < 33; i++) {
                events[0].keyUpdateReceived();
            }
            return ScriptedEngine.HONEST.answer(engine, in, out, unwraps);
        }));
        start(client, events);
        server.start();
        End.establish(client, server);
        floods[0] = true;
        client.feed(FakeRecords.ticket(0));
        assertTrue(
                failureOf(client).message().startsWith("more than 32 key updates"),
                failureOf(client).message());
    }

    // ---- the name in the hello ----

    private void serveByName(Optional<String> reported) throws TlsContextException {
        server = End.server().with(honest -> new ScriptedEngine(honest, number -> ScriptedEngine.HONEST) {
            @Override
            public SessionFacts sessionFacts() {
                SessionFacts facts = super.sessionFacts();
                return new SessionFacts(
                        facts.protocol(),
                        facts.cipher(),
                        facts.applicationProtocol(),
                        facts.peer(),
                        false,
                        false,
                        Optional.empty(),
                        reported,
                        Optional.empty());
            }
        });
        client = End.client();
        client.start();
        server.connection.startTls(server.source(), true);
        End.converse(client, server);
    }

    @Test
    void anEngineThatReadAnotherNameThanTheConfigurationWasChosenByHasServedTheWrongOne() throws TlsContextException {
        serveByName(Optional.of("elsewhere.example"));
        assertEquals(
                "engine read another server name than the configuration was chosen by",
                failureOf(server).message());
        assertEquals(
                TlsAlert.fatal(AlertDescription.ILLEGAL_PARAMETER),
                failureOf(server).alert());
    }

    @Test
    void anEngineThatReadTheSameNameOrTellsNoneIsBelieved() throws TlsContextException {
        for (Optional<String> reported : List.of(
                Optional.<String>empty(),
                Optional.of("localhost"),
                Optional.of("LocalHost"),
                Optional.of("localhost."))) {
            serveByName(reported);
            assertEquals(Phase.ESTABLISHED, server.connection.phase(), () -> "reported " + reported);
            client.releaseAndCheck();
            server.releaseAndCheck();
        }
    }

    // ---- what the peer gets ----

    /** The client's Finished is encrypted before its peer is judged; it must not tell a refused server that all is well. */
    @Test
    void w24_aRefusedPeerGetsNoFinishedFromAnEngineThatCannotSendTheAlert() {
        client = new End(CopyEngine.Options.client()
                        .withVerification(Verification.NEVER, PEER)
                        .withoutChosenAlerts())
                .with(gate((shown, errors) -> REFUSED));
        shakeUntilTheServersFlight();
        assertTrue(client.connection.encryptedBytesToWrite() > 0, "Finished waits for the transport");
        client.settle();
        assertEquals("nobody knows it", failureOf(client).message());
        assertEquals(List.of(SELF_SIGNED), failureOf(client).sslErrors());
        assertEquals(0, client.connection.encryptedBytesToWrite());
    }

    @Test
    void w24_whoIsRefusedWhileSomebodyIsAskedGetsNoFinishedEither() {
        client = new End(CopyEngine.Options.client()
                        .withVerification(Verification.NEVER, PEER)
                        .withoutChosenAlerts())
                .with(gate((shown, errors) -> new PeerVerdict.Pending(new CompletableFuture<>())));
        shakeUntilTheServersFlight();
        client.settle();
        assertEquals(Phase.VERIFYING, client.connection.phase());
        assertTrue(client.connection.encryptedBytesToWrite() > 0);
        client.connection.fail(
                ConnectionFailure.of(SslSocketError.SSL_HANDSHAKE_FAILED, "no"), AlertDescription.UNKNOWN_CA);
        assertEquals(0, client.connection.encryptedBytesToWrite());
    }

    @Test
    void whatWasEncryptedForAVerifiedPeerIsStillSentWhenTheConnectionFails() {
        client = new End(CopyEngine.Options.client().withoutChosenAlerts());
        establish();
        client.write(new byte[100]);
        client.settle();
        client.connection.fail(
                ConnectionFailure.of(SslSocketError.SSL_INTERNAL, "broken"), AlertDescription.INTERNAL_ERROR);
        server.feed(client.drain(Integer.MAX_VALUE));
        assertEquals(100, server.connection.bytesAvailable());
    }

    // ---- the last words of an engine ----

    /** Fails when it is told to, and then talks a number of times, each time as long as it may. */
    private int wrapsAfterFailure(int talks, int bytesEach, boolean lent) {
        int[] wraps = {0};
        boolean[] failed = {false};
        client = End.client()
                .with(honest ->
                        new ScriptedEngine(honest, number -> (engine, in, out, unwraps) -> {
                            if (!failed[0]) {
                                return ScriptedEngine.HONEST.answer(engine, in, out, unwraps);
                            }
                            if (!unwraps && wraps[0]++ < talks) {
                                out.writeZero(Math.min(bytesEach, out.writableBytes()));
                            }
                            return EngineStep.failed(new IllegalStateException("broken"), null);
                        }) {
                            @Override
                            public boolean failOutbound(AlertDescription description) {
                                failed[0] = true;
                                return true;
                            }
                        });
        server = End.server();
        establish();
        ByteBuffer atTransport = null;
        if (lent) {
            client.write(new byte[10]);
            client.settle();
            atTransport = client.connection.beginDrain();
            assertNotNull(atTransport);
        }
        client.connection.fail(
                ConnectionFailure.of(SslSocketError.SSL_INTERNAL, "broken"), AlertDescription.INTERNAL_ERROR);
        if (atTransport != null) {
            client.connection.endDrain(atTransport.remaining());
        }
        return wraps[0];
    }

    @Test
    void w33_aFailedEngineIsAskedForItsLastWordUntilItIsSilentAndAtMostFourTimes() {
        for (int talks = 0; talks < 7; talks++) {
            assertEquals(Math.min(talks + 1, 4), wrapsAfterFailure(talks, 7, false));
            assertEquals(7 * Math.min(talks, 4), client.connection.encryptedBytesToWrite());
            client.releaseAndCheck();
            server.releaseAndCheck();
        }
    }

    @Test
    void w36_whatAFailedEngineStillSaysIsBoundedWhileTheTransportIsBusy() {
        int room = CopyEngine.OUTPUT_ROOM_BYTES;
        assertEquals(1 + 1, wrapsAfterFailure(7, InboundCiphertext.RECORD_BYTES, true));
        assertTrue(client.connection.encryptedBytesToWrite() >= 2 * room);
    }

    @Test
    void aFailedEngineThatIsSilentLeavesNoBufferBehind() {
        long buffers = LiveCounts.BUFFERS.get();
        wrapsAfterFailure(0, 0, false);
        assertEquals(buffers, LiveCounts.BUFFERS.get());
    }

    // ---- asking ----

    /** The decider has not said itself that it asks; the pending verdict is enough. */
    @Test
    void w18_aPendingVerdictSuspendsTheConnectionWhereverItIsGiven() {
        for (Verification verification : List.of(Verification.INLINE, Verification.NEVER)) {
            CompletableFuture<PeerVerdict> answer = new CompletableFuture<>();
            client = new End(CopyEngine.Options.client().withVerification(verification, PEER))
                    .with(gate((shown, errors) -> new PeerVerdict.Pending(answer)));
            server = End.server();
            shakeUntilTheServersFlight();
            client.settle();
            assertEquals(Phase.VERIFYING, client.connection.phase());
            answer.complete(PeerVerdict.Accepted.INSTANCE);
            client.connection.verificationAnswered();
            End.converse(client, server);
            assertEquals(Phase.ESTABLISHED, client.connection.phase());
            client.releaseAndCheck();
            server.releaseAndCheck();
        }
        client = End.client();
        server = End.server();
    }

    // ---- tasks that come back late ----

    private Connection.EngineTask takenTask(Verification verification) {
        client = new End(CopyEngine.Options.client().withVerification(verification, PEER))
                .with(gate((shown, errors) -> PeerVerdict.Accepted.INSTANCE))
                .with(honest -> new ScriptedEngine(honest, number -> ScriptedEngine.HONEST) {
                    @Override
                    public EngineStep runTask() {
                        super.runTask();
                        return EngineStep.NEEDS_TASK; // and so on
                    }
                });
        server = End.server();
        shakeUntilTheServersFlight();
        return client.connection.takeTask();
    }

    @Test
    void w06_whatATaskWantsAfterTheConnectionHasEndedIsOfNoInterest() {
        for (boolean released : new boolean[] {false, true}) {
            Connection.EngineTask task = takenTask(Verification.TASK);
            assertTrue(task.claim());
            task.run();
            if (released) {
                client.connection.release();
            } else {
                client.connection.fail(ConnectionFailure.of(SslSocketError.SOCKET_TIMEOUT, "late"));
            }
            task.finish();
            assertFalse(client.connection.hasTask());
            assertFalse(client.connection.isTaskRunning());
            client.releaseAndCheck();
            server.releaseAndCheck();
        }
        client = End.client();
        server = End.server();
    }

    @Test
    void w06_aTaskThatNobodyBeganIsNotBegunAfterTheEndAndHoldsNothing() {
        for (Verification verification : List.of(Verification.TASK, Verification.NEVER)) {
            Connection.EngineTask task = takenTask(verification);
            client.connection.release();
            assertEquals(1, client.engine().releases(), "nobody has to come back for it");
            assertFalse(task.claim());
            server.releaseAndCheck();
        }
        client = End.client();
        server = End.server();
    }

    @Test
    void w06_aTaskIsClaimedOnceAndItsEngineIsReleasedWhenItHasEnded() {
        for (Verification verification : List.of(Verification.TASK, Verification.NEVER)) {
            Connection.EngineTask task = takenTask(verification);
            assertTrue(task.claim());
            assertFalse(task.claim());
            client.connection.release();
            assertEquals(0, client.engine().releases(), "it is at work");
            task.run();
            task.finish();
            assertEquals(1, client.engine().releases());
            server.releaseAndCheck();
        }
        client = End.client();
        server = End.server();
    }

    /** The one who was asked answered before anybody told the connection; the task's return is enough. */
    @Test
    void w16_aTaskThatAskedAndCameBackGoesOnThoughNobodyReportedTheAnswer() {
        client = new End(CopyEngine.Options.client().withVerification(Verification.TASK, PEER))
                .with(gate((shown, errors) -> {
                    client.connection.verificationPending();
                    return PeerVerdict.Accepted.INSTANCE;
                }));
        shakeUntilTheServersFlight();
        assertTrue(client.takeTask());
        assertEquals(Phase.VERIFYING, client.connection.phase());
        assertTrue(client.finishTask());
        assertEquals(Phase.HANDSHAKING, client.connection.phase());
        End.converse(client, server);
        assertEquals(Phase.ESTABLISHED, client.connection.phase());
    }
}
