package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.AlertDescription;
import dev.sluice.PeerVerifyMode;
import dev.sluice.SpkiPin;
import dev.sluice.SslError;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.SessionFacts;
import dev.sluice.testing.CopyEngine;
import dev.sluice.testing.TestCertificates;
import dev.sluice.x509.CertificateVerifier;
import dev.sluice.x509.PeerName;
import dev.sluice.x509.Purpose;
import dev.sluice.x509.RevocationEvidence;
import dev.sluice.x509.SslCertificate;
import dev.sluice.x509.VerificationPolicy;
import dev.sluice.x509.VerificationRequest;
import dev.sluice.x509.VerificationResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** W24, W27: what a gate lets pass, and what it does when those whom it asks break. */
class PeerGateTest {
    private static final List<SslCertificate> CHAIN =
            TestCertificates.localhost().path();
    private static final PeerCredentials PEER = new PeerCredentials(CHAIN, List.of());
    private static final PeerCredentials OTHER =
            new PeerCredentials(TestCertificates.testClient().path(), List.of());
    private static final PeerVerdict REFUSED = new PeerVerdict.Refused(AlertDescription.BAD_CERTIFICATE, "no");
    private static final SslError BAD = SslError.of(SslError.Code.CERTIFICATE_EXPIRED, CHAIN.get(0));

    private final List<List<SslError>> decided = new ArrayList<>();
    private final List<VerificationRequest> requests = new ArrayList<>();
    private PeerVerdict decision = REFUSED;
    private boolean pskAllowed = true;

    private PeerGate gate(PeerVerifyMode mode, Purpose purpose, Set<SpkiPin> pins, CertificateVerifier verifier) {
        VerificationSettings settings = new VerificationSettings(
                request -> {
                    requests.add(request);
                    return verifier.verify(request);
                },
                mode,
                PeerName.of("localhost"),
                purpose,
                () -> List.of(CHAIN.get(CHAIN.size() - 1)),
                OptionalInt.of(7),
                VerificationPolicy.DEFAULT,
                List.of(),
                RevocationEvidence.Stapling.NOT_ASKED_FOR,
                pins,
                () -> Instant.EPOCH,
                () -> pskAllowed);
        return new PeerGate(settings, (shown, errors) -> {
            decided.add(errors);
            return decision;
        });
    }

    private PeerGate gate(CertificateVerifier verifier) {
        return gate(PeerVerifyMode.VERIFY_PEER, Purpose.SERVER, Set.of(), verifier);
    }

    private static VerificationResult good(VerificationRequest request) {
        return new VerificationResult(List.of(), CHAIN);
    }

    private static PeerVerified.By proof(PeerGate.Conclusion conclusion) {
        return assertInstanceOf(PeerGate.Conclusion.Passed.class, conclusion)
                .proof()
                .by();
    }

    private static AlertDescription alert(PeerGate.Conclusion conclusion) {
        return assertInstanceOf(PeerGate.Conclusion.Refused.class, conclusion).alert();
    }

    // ---- judged in this handshake or not ----

    @Test
    void w24_aChainThatTheEngineHadJudgedIsNotJudgedAgain() {
        PeerGate gate = gate(PeerGateTest::good);
        assertEquals(PeerVerdict.Accepted.INSTANCE, gate.verify(PEER));
        assertEquals(PeerVerified.By.CERTIFICATE, proof(gate.conclude(CopyEngine.facts(PEER))));
        assertEquals(1, requests.size());
        assertEquals(List.of(), decided);
    }

    @Test
    void w24_aChainThatNobodyHadJudgedIsJudgedAtTheEnd() {
        PeerGate gate = gate(request -> new VerificationResult(List.of(BAD), List.of()));
        assertEquals(AlertDescription.BAD_CERTIFICATE, alert(gate.conclude(CopyEngine.facts(PEER))));
        assertEquals(List.of(List.of(BAD)), decided);
        assertEquals(List.of(BAD), gate.errors());
        assertTrue(gate.refusal().isPresent());
    }

    @Test
    void w24_anotherChainThanTheJudgedOneIsJudged() {
        PeerGate gate = gate(request ->
                request.chain().equals(CHAIN) ? good(request) : new VerificationResult(List.of(BAD), List.of()));
        gate.verify(PEER);
        assertEquals(AlertDescription.BAD_CERTIFICATE, alert(gate.conclude(CopyEngine.facts(OTHER))));
    }

    @Test
    void w24_anEngineThatGoesOnAfterARefusalConvincesNobody() {
        PeerGate gate = gate(request -> new VerificationResult(List.of(BAD), List.of()));
        assertEquals(REFUSED, gate.verify(PEER));
        assertEquals(AlertDescription.BAD_CERTIFICATE, alert(gate.conclude(CopyEngine.facts(PEER))));
        assertEquals(1, decided.size());
    }

    @Test
    void acceptedErrorsAreNoVerification() {
        decision = PeerVerdict.Accepted.INSTANCE;
        PeerGate gate = gate(request -> new VerificationResult(List.of(BAD), List.of()));
        gate.verify(PEER);
        assertEquals(PeerVerified.By.ACCEPTED_ERRORS, proof(gate.conclude(CopyEngine.facts(PEER))));
        assertEquals(Optional.empty(), gate.refusal());
    }

    // ---- questions ----

    @Test
    void aQuestionIsWaitedForAndItsAnswerCounts() {
        CompletableFuture<PeerVerdict> answer = new CompletableFuture<>();
        decision = new PeerVerdict.Pending(answer);
        PeerGate gate = gate(request -> new VerificationResult(List.of(BAD), List.of()));
        assertInstanceOf(PeerGate.Conclusion.Waiting.class, gate.conclude(CopyEngine.facts(PEER)));
        assertTrue(gate.isWaiting());
        assertEquals(Optional.empty(), gate.refusal());
        assertInstanceOf(PeerGate.Conclusion.Waiting.class, gate.conclude(CopyEngine.facts(PEER)));
        answer.complete(REFUSED);
        assertFalse(gate.isWaiting());
        assertTrue(gate.refusal().isPresent());
        assertEquals(AlertDescription.BAD_CERTIFICATE, alert(gate.conclude(CopyEngine.facts(PEER))));
        assertEquals(1, decided.size(), "asked once");
    }

    @Test
    void w24_aQuestionThatIsAnsweredByAnotherOneIsRefused() {
        decision = new PeerVerdict.Pending(
                CompletableFuture.completedFuture(new PeerVerdict.Pending(new CompletableFuture<>())));
        PeerGate gate = gate(request -> new VerificationResult(List.of(BAD), List.of()));
        assertEquals(AlertDescription.INTERNAL_ERROR, alert(gate.conclude(CopyEngine.facts(PEER))));
    }

    @Test
    void w24_aQuestionThatFailsIsRefused() {
        CompletableFuture<PeerVerdict> cancelled = new CompletableFuture<>();
        cancelled.cancel(false);
        for (CompletableFuture<PeerVerdict> answer :
                List.of(CompletableFuture.<PeerVerdict>failedFuture(new IllegalStateException("lost")), cancelled)) {
            decision = new PeerVerdict.Pending(answer);
            PeerGate gate = gate(request -> new VerificationResult(List.of(BAD), List.of()));
            try (LogCapture log = new LogCapture(PeerGate.class)) {
                assertEquals(AlertDescription.INTERNAL_ERROR, alert(gate.conclude(CopyEngine.facts(PEER))));
                log.assertOneWarning("answer about the peer failed; the peer is not trusted");
            }
            assertTrue(QuietLog.during(gate::refusal).isPresent());
        }
    }

    // ---- those who break ----

    @Test
    void w24_aVerifierThatThrowsHasNotVerified() {
        PeerGate gate = gate(request -> {
            throw new IllegalStateException("broke");
        });
        try (LogCapture log = new LogCapture(PeerGate.class)) {
            assertEquals(REFUSED, gate.verify(PEER));
            log.assertOneWarning("certificate verifier failed; the peer is not trusted");
        }
        assertEquals(List.of(SslError.of(SslError.Code.UNSPECIFIED_ERROR, CHAIN.get(0))), decided.get(0));
    }

    @Test
    @SuppressWarnings("NullAway") // the lie under test
    void w24_aVerifierWithoutAResultHasNotVerified() {
        PeerGate gate = gate(request -> null);
        assertEquals(REFUSED, QuietLog.during(() -> gate.verify(PEER)));
    }

    @Test
    void w24_aDeciderThatThrowsHasNotAccepted() {
        PeerGate gate = new PeerGate(
                new VerificationSettings(
                        request -> new VerificationResult(List.of(BAD), List.of()),
                        PeerVerifyMode.VERIFY_PEER,
                        PeerName.of("localhost"),
                        Purpose.SERVER,
                        List::of,
                        OptionalInt.empty(),
                        VerificationPolicy.DEFAULT,
                        List.of(),
                        RevocationEvidence.Stapling.NOT_ASKED_FOR,
                        Set.of(),
                        () -> Instant.EPOCH,
                        () -> true),
                (shown, errors) -> {
                    throw new IllegalStateException("broke");
                });
        try (LogCapture log = new LogCapture(PeerGate.class)) {
            assertInstanceOf(PeerVerdict.Refused.class, gate.verify(PEER));
            log.assertOneWarning("decision on the peer's errors failed; the peer is not trusted");
        }
        assertEquals(AlertDescription.INTERNAL_ERROR, alert(gate.conclude(CopyEngine.facts(PEER))));
    }

    /** The verdict on one chain must not stand for the next, however the judging of that one ends. */
    @Test
    void w24_anEarlierVerdictNeverStandsForAnotherChain() {
        PeerGate gate = gate(request -> {
            if (request.chain().equals(CHAIN)) {
                return good(request);
            }
            throw new StackOverflowError("deep chain");
        });
        gate.verify(PEER);
        assertThrows(StackOverflowError.class, () -> gate.verify(OTHER));
        assertThrows(StackOverflowError.class, () -> gate.conclude(CopyEngine.facts(OTHER)));
    }

    // ---- no certificate ----

    @ParameterizedTest
    @EnumSource
    void w24_withoutACertificateItDependsOnModeAndSide(PeerVerifyMode mode) {
        if (mode == PeerVerifyMode.AUTO_VERIFY_PEER) {
            assertThrows(
                    IllegalArgumentException.class, () -> gate(mode, Purpose.SERVER, Set.of(), PeerGateTest::good));
            return;
        }
        for (Purpose purpose : Purpose.values()) {
            decided.clear();
            PeerGate gate = gate(mode, purpose, Set.of(), PeerGateTest::good);
            PeerGate.Conclusion conclusion = gate.conclude(CopyEngine.facts(PeerCredentials.NONE));
            boolean error = switch (mode) {
                case VERIFY_NONE -> false;
                case QUERY_PEER -> purpose == Purpose.SERVER;
                case VERIFY_PEER, AUTO_VERIFY_PEER -> true;
            };
            String where = mode + " " + purpose;
            assertEquals(error ? 1 : 0, decided.size(), where);
            if (error) {
                assertEquals(List.of(SslError.of(SslError.Code.NO_PEER_CERTIFICATE)), decided.get(0), where);
                assertEquals(AlertDescription.BAD_CERTIFICATE, alert(conclusion), where);
            } else {
                assertEquals(PeerVerified.By.NOT_ASKED, proof(conclusion), where);
            }
        }
        assertEquals(List.of(), requests, "there is nothing to verify");
    }

    @Test
    void w27_withPinsSomebodyWithoutACertificateDoesNotPass() {
        PeerGate gate =
                gate(PeerVerifyMode.VERIFY_NONE, Purpose.CLIENT, Set.of(SpkiPin.of(CHAIN.get(0))), PeerGateTest::good);
        assertEquals(AlertDescription.BAD_CERTIFICATE, alert(gate.conclude(CopyEngine.facts(PeerCredentials.NONE))));
        assertEquals(List.of(SslError.of(SslError.Code.NO_PEER_CERTIFICATE)), decided.get(0));
    }

    // ---- pre-shared keys ----

    private static SessionFacts preShared(PeerCredentials peer) {
        SessionFacts facts = CopyEngine.facts(peer);
        return new SessionFacts(
                facts.protocol(),
                facts.cipher(),
                Optional.empty(),
                peer,
                false,
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void aPeerWithAPreSharedKeyCountsAsAuthenticated() {
        PeerGate gate = gate(PeerGateTest::good);
        assertEquals(PeerVerified.By.PRE_SHARED_KEY, proof(gate.conclude(preShared(PeerCredentials.NONE))));
        assertEquals(List.of(), decided);
    }

    @Test
    void w24_anEngineThatClaimsAKeyThatNobodyGaveVouchesForNobody() {
        pskAllowed = false;
        PeerGate gate = gate(PeerGateTest::good);
        assertEquals(AlertDescription.BAD_CERTIFICATE, alert(gate.conclude(preShared(PeerCredentials.NONE))));
    }

    @Test
    void w27_aPreSharedKeyDoesNotReplaceAPin() {
        PeerGate gate =
                gate(PeerVerifyMode.VERIFY_PEER, Purpose.SERVER, Set.of(SpkiPin.of(CHAIN.get(0))), PeerGateTest::good);
        assertEquals(AlertDescription.BAD_CERTIFICATE, alert(gate.conclude(preShared(PeerCredentials.NONE))));
    }

    @Test
    void w24_aChainShownBesideAPreSharedKeyIsJudgedAllTheSame() {
        PeerGate gate = gate(request -> new VerificationResult(List.of(BAD), List.of()));
        assertEquals(AlertDescription.BAD_CERTIFICATE, alert(gate.conclude(preShared(PEER))));
    }

    // ---- pins ----

    @Test
    void w27_aPinOfAnyKeyOfTheVerifiedPathMatches() {
        for (SslCertificate certificate : CHAIN) {
            PeerGate gate = gate(
                    PeerVerifyMode.VERIFY_PEER, Purpose.SERVER, Set.of(SpkiPin.of(certificate)), PeerGateTest::good);
            assertEquals(PeerVerdict.Accepted.INSTANCE, gate.verify(PEER));
        }
    }

    @Test
    void w27_aPinThatIsNotInThePathIsAMismatch() {
        SpkiPin stranger = SpkiPin.of(TestCertificates.testClient().certificate());
        PeerGate gate = gate(PeerVerifyMode.VERIFY_PEER, Purpose.SERVER, Set.of(stranger), PeerGateTest::good);
        assertEquals(REFUSED, gate.verify(PEER));
        assertEquals(List.of(SslError.of(SslError.Code.PIN_MISMATCH, CHAIN.get(0))), decided.get(0));
    }

    /** Anybody can append the pinned certificate to a chain of his own. */
    @Test
    void w27_inAnUnverifiedChainOnlyTheLeafCounts() {
        SpkiPin issuer = SpkiPin.of(CHAIN.get(1));
        SpkiPin leaf = SpkiPin.of(CHAIN.get(0));
        decision = PeerVerdict.Accepted.INSTANCE;
        PeerGate withError = gate(
                PeerVerifyMode.VERIFY_PEER,
                Purpose.SERVER,
                Set.of(issuer),
                request -> new VerificationResult(List.of(BAD), List.of()));
        withError.verify(PEER);
        assertEquals(List.of(BAD, SslError.of(SslError.Code.PIN_MISMATCH, CHAIN.get(0))), decided.get(0));
        PeerGate unverified = gate(PeerVerifyMode.VERIFY_NONE, Purpose.SERVER, Set.of(issuer), PeerGateTest::good);
        unverified.verify(PEER);
        assertEquals(List.of(SslError.of(SslError.Code.PIN_MISMATCH, CHAIN.get(0))), decided.get(1));
        PeerGate leafPinned = gate(PeerVerifyMode.VERIFY_NONE, Purpose.SERVER, Set.of(leaf), PeerGateTest::good);
        assertEquals(PeerVerdict.Accepted.INSTANCE, leafPinned.verify(PEER));
        assertEquals(2, decided.size());
    }

    // ---- what the verifier is asked ----

    @Test
    void theVerifierIsAskedWhatIsConfigured() {
        PeerGate gate = gate(PeerGateTest::good);
        gate.verify(PEER);
        VerificationRequest request = requests.get(0);
        assertEquals(CHAIN, request.chain());
        assertEquals(List.of(CHAIN.get(CHAIN.size() - 1)), request.trustAnchors());
        assertEquals(PeerName.of("localhost"), request.peerName());
        assertEquals(Purpose.SERVER, request.purpose());
        assertEquals(Instant.EPOCH, request.time());
        assertEquals(OptionalInt.of(7), request.maximumDepth());
        assertTrue(request.checkChain());
    }

    @Test
    void withoutVerificationTheChainIsNotChecked() {
        PeerGate gate = gate(PeerVerifyMode.VERIFY_NONE, Purpose.SERVER, Set.of(), PeerGateTest::good);
        gate.verify(PEER);
        assertFalse(requests.get(0).checkChain());
        assertEquals(List.of(), requests.get(0).trustAnchors());
    }
}
