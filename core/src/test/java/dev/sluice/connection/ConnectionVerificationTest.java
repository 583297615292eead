package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.AlertDescription;
import dev.sluice.PeerVerifyMode;
import dev.sluice.SslError;
import dev.sluice.SslSocketError;
import dev.sluice.TlsAlert;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.PeerVerdict;
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
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** W18, W24, W06: nobody talks to a peer that was not judged, however the judging goes. */
class ConnectionVerificationTest {
    private static final PeerCredentials PEER =
            new PeerCredentials(TestCertificates.localhost().path(), List.of());
    private static final PeerVerdict REFUSED = new PeerVerdict.Refused(AlertDescription.UNKNOWN_CA, "nobody knows it");

    private final LiveCountsCheck before = new LiveCountsCheck();
    private final CompletableFuture<PeerVerdict> answer = new CompletableFuture<>();
    private int asked;
    private End client = End.client();
    private End server = End.server();

    @AfterEach
    void giveBack() {
        client.releaseAndCheck();
        server.releaseAndCheck();
        before.assertNothingLeft();
    }

    /** A gate before which every chain has an error, on which somebody decides. */
    private PeerGate gate(PeerGate.Decider decider) {
        VerificationSettings settings = new VerificationSettings(
                request ->
                        new VerificationResult(List.of(SslError.of(SslError.Code.SELF_SIGNED_CERTIFICATE)), List.of()),
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
        return new PeerGate(settings, (shown, errors) -> {
            asked++;
            return decider.decide(shown, errors);
        });
    }

    private PeerVerdict ask(PeerCredentials shown, List<SslError> errors) {
        client.connection.verificationPending();
        return new PeerVerdict.Pending(answer);
    }

    private void begin(Verification verification, PeerGate.Decider decider) {
        client = new End(CopyEngine.Options.client().withVerification(verification, PEER)).with(gate(decider));
        client.start();
        server.start();
        client.write(new byte[100]);
    }

    private void shake() {
        client.settle();
        server.feed(client.drain(10_000));
        client.feed(server.drain(10_000));
    }

    @ParameterizedTest
    @EnumSource
    void w24_aRefusedPeerGetsTheAlertAndNotOneByte(Verification verification) {
        begin(verification, (shown, errors) -> REFUSED);
        shake();
        End.converse(client, server);
        ConnectionFailure failure = client.connection.failure().orElseThrow();
        assertEquals(SslSocketError.SSL_HANDSHAKE_FAILED, failure.error());
        assertEquals("nobody knows it", failure.message());
        assertEquals(List.of(SslError.of(SslError.Code.SELF_SIGNED_CERTIFICATE)), failure.sslErrors());
        assertEquals(TlsAlert.fatal(AlertDescription.UNKNOWN_CA), failure.alert());
        assertEquals(List.of(TlsAlert.fatal(AlertDescription.UNKNOWN_CA)), client.events.alertsSent);
        assertEquals(List.of(TlsAlert.fatal(AlertDescription.UNKNOWN_CA)), server.events.alertsReceived);
        assertEquals(0, client.events.plaintextSent);
        assertEquals(0, client.events.encrypted);
        assertEquals(1, asked);
    }

    @ParameterizedTest
    @EnumSource
    void acceptedErrorsLeadToEncryptionAndTheSessionIsForgotten(Verification verification) {
        begin(verification, (shown, errors) -> PeerVerdict.Accepted.INSTANCE);
        End.establish(client, server);
        assertEquals(1, asked, "judged once, by the engine or by the connection");
        assertEquals(100, server.connection.bytesAvailable());
        assertEquals(1, client.engine().sessionsForgotten(), "W31: once now");
        client.connection.release();
        assertEquals(2, client.engine().sessionsForgotten(), "W31: and for the ticket that came later");
    }

    @Test
    void aVerifiedPeersSessionIsKeptUnlessTheConnectionFails() {
        client.start();
        server.start();
        End.establish(client, server);
        assertEquals(0, client.engine().sessionsForgotten());
        client.connection.release();
        assertEquals(0, client.engine().sessionsForgotten());
        server.connection.fail(ConnectionFailure.of(SslSocketError.NETWORK, "broken"));
        server.connection.release();
        assertEquals(1, server.engine().sessionsForgotten(), "W31: the session of a failed connection");
    }

    @Test
    void aSessionThatMustNotBeResumedIsForgotten() {
        client.notResumable().start();
        server.start();
        End.establish(client, server);
        assertEquals(1, client.engine().sessionsForgotten());
    }

    /** Where the engine suspends itself or never asked; a waiting task is tested below. */
    @ParameterizedTest
    @EnumSource(names = {"INLINE", "NEVER"})
    void w18_whileSomebodyIsAskedNothingMovesAndTheAnswerDecides(Verification verification) {
        for (PeerVerdict verdict : List.of(PeerVerdict.Accepted.INSTANCE, REFUSED)) {
            CompletableFuture<PeerVerdict> question = new CompletableFuture<>();
            begin(verification, (shown, errors) -> {
                client.connection.verificationPending();
                return new PeerVerdict.Pending(question);
            });
            shake();
            assertEquals(Phase.VERIFYING, client.connection.phase());
            int calls = client.engine().calls();
            client.feed(FakeRecords.data(0, new byte[9]));
            client.settle();
            assertEquals(calls, client.engine().calls(), "the engine is left alone");
            assertEquals(0, client.connection.bytesAvailable());
            assertEquals(0, client.events.plaintextSent);
            assertFalse(client.connection.wantsInput());
            question.complete(verdict);
            client.connection.verificationAnswered();
            End.converse(client, server);
            boolean accepted = verdict == PeerVerdict.Accepted.INSTANCE;
            assertEquals(accepted ? Phase.ESTABLISHED : Phase.FAILED, client.connection.phase());
            assertEquals(accepted ? 100 : 0, server.connection.bytesAvailable());
            client.releaseAndCheck();
            server.releaseAndCheck();
            client = End.client();
            server = End.server();
        }
    }

    /** W16: the engine has consumed its record and waits; nothing more comes from the peer before it is called again. */
    @Test
    void w16_anEngineThatSuspendedItselfIsCalledAgainAfterTheAnswer() {
        begin(Verification.INLINE, this::ask);
        shake();
        assertEquals(0, client.connection.encryptedBytesAvailable(), "the record was consumed");
        answer.complete(PeerVerdict.Accepted.INSTANCE);
        client.connection.verificationAnswered();
        client.settle();
        assertEquals(Phase.ESTABLISHED, client.connection.phase());
    }

    /** W16: the answer comes while the task that asked is still on its way back. */
    @Test
    void w16_anAnswerThatComesBeforeTheStepIsNotLost() {
        client = new End(CopyEngine.Options.client().withVerification(Verification.TASK, PEER))
                .with(gate(this::ask))
                .with(honest -> new ScriptedEngine(honest, n -> ScriptedEngine.HONEST) {
                    @Override
                    public EngineStep runTask() {
                        answer.complete(PeerVerdict.Accepted.INSTANCE);
                        super.runTask();
                        client.connection.verificationAnswered();
                        return EngineStep.NEEDS_VERIFICATION;
                    }
                });
        client.start();
        server.start();
        shake();
        client.settle();
        assertEquals(Phase.ESTABLISHED, client.connection.phase());
    }

    /** W16: the answer comes between the judging of a finished handshake and the result of it. */
    @Test
    void w16_anAnswerThatComesDuringTheConclusionIsNotLost() {
        begin(Verification.NEVER, this::ask);
        client.transmit();
        server.feed(client.drain(10_000));
        byte[] flight = server.drain(10_000);
        client.fill(flight, 0, flight.length);
        client.transmit();
        Connection.EngineTask conclusion = client.connection.takeTask();
        assertTrue(conclusion.claim());
        conclusion.run();
        answer.complete(PeerVerdict.Accepted.INSTANCE);
        client.connection.verificationAnswered();
        conclusion.finish();
        client.settle();
        assertEquals(Phase.ESTABLISHED, client.connection.phase());
    }

    @Test
    void w06_anAbandonedQuestionIsRefusedAndReleasesEverything() throws Exception {
        begin(Verification.TASK, this::ask);
        client.transmit();
        server.feed(client.drain(10_000));
        byte[] flight = server.drain(10_000);
        client.fill(flight, 0, flight.length);
        client.transmit();
        Connection.EngineTask task = client.connection.takeTask();
        assertTrue(task.claim());
        Thread helper = new Thread(task::run);
        helper.start();
        client.connection.fail(ConnectionFailure.of(SslSocketError.SOCKET_TIMEOUT, "nobody answered"));
        client.connection.release();
        assertEquals(0, client.engine().releases());
        answer.complete(REFUSED);
        helper.join(10_000);
        assertFalse(helper.isAlive());
        task.finish();
        client.checkReleased();
        assertEquals(
                SslSocketError.SOCKET_TIMEOUT, client.events.failures.get(0).error());
        assertEquals(1, client.events.failures.size());
    }

    @Test
    void aTaskThatWaitsForTheAnswerGoesOnWithIt() throws Exception {
        begin(Verification.TASK, this::ask);
        client.transmit();
        server.feed(client.drain(10_000));
        byte[] flight = server.drain(10_000);
        client.fill(flight, 0, flight.length);
        client.transmit();
        assertTrue(client.connection.hasTask());
        Connection.EngineTask task = client.connection.takeTask();
        assertTrue(task.claim());
        assertThrows(IllegalStateException.class, client.connection::takeTask, "a task is given out once");
        Thread helper = new Thread(task::run);
        helper.start();
        answer.complete(PeerVerdict.Accepted.INSTANCE);
        helper.join(10_000);
        client.connection.verificationAnswered();
        task.finish();
        End.converse(client, server);
        assertEquals(Phase.ESTABLISHED, client.connection.phase());
    }

    /** A task that ends with an error that is no engine's business has not succeeded. */
    @Test
    void w16_aTaskWithoutAResultIsAFailure() {
        client = new End(CopyEngine.Options.client().withVerification(Verification.TASK, PEER))
                .with(gate((shown, errors) -> {
                    throw new AssertionError("out of order");
                }));
        client.start();
        server.start();
        client.transmit();
        server.feed(client.drain(10_000));
        byte[] flight = server.drain(10_000);
        client.fill(flight, 0, flight.length);
        client.transmit();
        Connection.EngineTask task = client.connection.takeTask();
        assertTrue(task.claim());
        assertThrows(AssertionError.class, task::run);
        task.finish();
        client.settle();
        assertEquals(Phase.FAILED, client.connection.phase());
    }

    @Test
    void w24_aConclusionWithoutAVerdictIsAFailure() {
        begin(Verification.NEVER, (shown, errors) -> {
            throw new AssertionError("out of order");
        });
        client.transmit();
        server.feed(client.drain(10_000));
        byte[] flight = server.drain(10_000);
        client.fill(flight, 0, flight.length);
        client.transmit();
        Connection.EngineTask conclusion = client.connection.takeTask();
        assertTrue(conclusion.claim());
        assertThrows(AssertionError.class, conclusion::run);
        conclusion.finish();
        assertEquals(Phase.FAILED, client.connection.phase());
    }

    /** An engine that shows another peer at the end than it had judged convinces nobody. */
    @Test
    void w24_thePeerOfTheSessionIsJudgedIfItIsNotTheOneThatWasJudged() {
        PeerCredentials other =
                new PeerCredentials(TestCertificates.testClient().path(), List.of());
        client = new End(CopyEngine.Options.client().withVerification(Verification.INLINE, PEER))
                .with(gate((shown, errors) -> asked == 1 ? PeerVerdict.Accepted.INSTANCE : REFUSED))
                .with(honest -> new ScriptedEngine(honest, n -> ScriptedEngine.HONEST) {
                    @Override
                    public dev.sluice.spi.SessionFacts sessionFacts() {
                        return CopyEngine.facts(other);
                    }
                });
        client.start();
        server.start();
        shake();
        client.settle();
        assertEquals(Phase.FAILED, client.connection.phase());
        assertEquals(2, asked);
    }

    @Test
    void w19_whatIsNegotiatedOutsideThePolicyIsRefused() {
        client = End.client().with(honest -> new ScriptedEngine(honest, n -> ScriptedEngine.HONEST) {
            @Override
            public dev.sluice.spi.SessionFacts sessionFacts() {
                return new dev.sluice.spi.SessionFacts(
                        Optional.of(dev.sluice.SslProtocol.TLS_1_0),
                        super.sessionFacts().cipher(),
                        Optional.empty(),
                        PeerCredentials.NONE,
                        false,
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());
            }
        });
        client.start();
        server.start();
        shake();
        assertEquals(Phase.FAILED, client.connection.phase());
        assertEquals(0, client.events.encrypted);
    }

    @Test
    void theVerdictIsPartOfThePhaseOnlyWhileShakingHands() {
        client.connection.verificationPending();
        client.connection.verificationAnswered();
        assertEquals(Phase.NEW, client.connection.phase());
        client.start();
        server.start();
        End.establish(client, server);
        client.connection.verificationPending();
        assertEquals(Phase.ESTABLISHED, client.connection.phase());
        client.connection.verificationAnswered();
        assertFalse(client.connection.hasTask());
    }
}
