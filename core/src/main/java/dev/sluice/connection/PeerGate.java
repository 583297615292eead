package dev.sluice.connection;

import dev.sluice.AlertDescription;
import dev.sluice.PeerVerifyMode;
import dev.sluice.SpkiPin;
import dev.sluice.SslError;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.SessionFacts;
import dev.sluice.x509.Purpose;
import dev.sluice.x509.RevocationEvidence;
import dev.sluice.x509.SslCertificate;
import dev.sluice.x509.VerificationRequest;
import dev.sluice.x509.VerificationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the handshake and application data: collects the errors of the peer's identity, has them judged, and
 * lets nobody pass without it.
 *
 * <p>The engine calls {@link #verify} inside the handshake, so that a refused peer gets the fitting alert. The connection
 * calls {@link #conclude} when the engine says that the handshake has ended: a chain that was not judged in this very
 * handshake (an engine that resumed a session, or one that never asked) is judged then. So neither a session nor an
 * engine can vouch for a peer.
 *
 * <p><b>Threads:</b> one at a time, as the engine.
 */
public final class PeerGate implements PeerVerifier {
    /** Says what errors mean: the verify mode, the ignore lists, and whom to ask. Implemented by the socket. */
    @FunctionalInterface
    public interface Decider {
        /**
         * Decides on errors; tells the listeners.
         *
         * @param shown what the peer has shown
         * @param errors all errors, the host name mismatch first; not empty
         * @return the verdict
         */
        PeerVerdict decide(PeerCredentials shown, List<SslError> errors);
    }

    private final VerificationSettings settings;
    private final Decider decider;

    private List<SslCertificate> judgedChain = List.of();
    private @Nullable PeerVerdict verdict;
    private List<SslError> errors = List.of();

    /**
     * Makes a gate for one connection.
     *
     * @param settings what is demanded
     * @param decider says what errors mean
     */
    public PeerGate(VerificationSettings settings, Decider decider) {
        this.settings = settings;
        this.decider = decider;
    }

    @Override
    public PeerVerdict verify(PeerCredentials credentials) {
        // An earlier verdict must not stand for this peer, however the judging of it ends.
        verdict = null;
        judgedChain = credentials.chain();
        errors = collectErrors(credentials);
        PeerVerdict judged = errors.isEmpty() ? PeerVerdict.Accepted.INSTANCE : decide(credentials, errors);
        verdict = judged;
        return judged;
    }

    private PeerVerdict decide(PeerCredentials shown, List<SslError> found) {
        try {
            return decider.decide(shown, found);
        } catch (RuntimeException e) {
            logFailure("decision on the peer's errors failed; the peer is not trusted", e);
            return new PeerVerdict.Refused(
                    AlertDescription.INTERNAL_ERROR, "the peer's errors could not be decided on");
        }
    }

    /** Says whether somebody was asked about the peer and has not answered. */
    boolean isWaiting() {
        return verdict instanceof PeerVerdict.Pending pending
                && !pending.answer().isDone();
    }

    private static PeerVerdict answerOf(PeerVerdict.Pending pending) {
        try {
            return pending.answer().join();
        } catch (CompletionException | CancellationException e) {
            logFailure("answer about the peer failed; the peer is not trusted", e);
            return new PeerVerdict.Refused(
                    AlertDescription.INTERNAL_ERROR, "the question about the peer was not answered");
        }
    }

    private static void logFailure(String what, RuntimeException e) {
        System.getLogger(PeerGate.class.getName()).log(System.Logger.Level.WARNING, what, e);
    }

    /** What is known of the peer when the engine says that the handshake has ended. */
    sealed interface Conclusion {
        /** The peer may be talked to. */
        record Passed(PeerVerified proof) implements Conclusion {}

        /** The peer is refused. */
        record Refused(AlertDescription alert, String reason) implements Conclusion {}

        /** Somebody is being asked; conclude again when the answer is there. */
        record Waiting() implements Conclusion {}
    }

    /** Judges the outcome of a handshake, whatever the engine has called before. */
    Conclusion conclude(SessionFacts facts) {
        List<SslCertificate> chain = facts.peer().chain();
        // Only if the user gave a key to share: an engine that merely claims one vouches for nobody. Pins are about
        // certificates.
        if (chain.isEmpty()
                && facts.preSharedKey()
                && settings.preSharedKeyGiven().getAsBoolean()
                && settings.pins().isEmpty()) {
            return new Conclusion.Passed(new PeerVerified(PeerVerified.By.PRE_SHARED_KEY));
        }
        boolean judgedThisPeer = verdict != null && judgedChain.equals(chain);
        PeerVerdict current = judgedThisPeer && verdict != null ? verdict : verify(facts.peer());
        if (current instanceof PeerVerdict.Pending pending) {
            if (!pending.answer().isDone()) {
                return new Conclusion.Waiting();
            }
            current = answerOf(pending);
        }
        if (current instanceof PeerVerdict.Accepted) {
            return new Conclusion.Passed(new PeerVerified(proofOf(chain)));
        }
        if (current instanceof PeerVerdict.Refused refused) {
            return new Conclusion.Refused(refused.alert(), refused.reason());
        }
        // A pending verdict that was answered by another pending one breaks the contract of PeerVerdict.Pending.
        return new Conclusion.Refused(AlertDescription.INTERNAL_ERROR, "verdict on the peer was never decided");
    }

    /**
     * The errors of the peer that was judged last.
     *
     * @return the errors, the host name mismatch first; empty if there are none or nobody was judged
     */
    public List<SslError> errors() {
        return errors;
    }

    /**
     * How the peer that was judged last was refused.
     *
     * @return the refusal; empty if nobody was refused
     */
    Optional<PeerVerdict.Refused> refusal() {
        PeerVerdict current = verdict;
        if (current instanceof PeerVerdict.Pending pending && pending.answer().isDone()) {
            current = answerOf(pending);
        }
        return current instanceof PeerVerdict.Refused refused ? Optional.of(refused) : Optional.empty();
    }

    private PeerVerified.By proofOf(List<SslCertificate> chain) {
        if (!errors.isEmpty()) {
            return PeerVerified.By.ACCEPTED_ERRORS;
        }
        return chain.isEmpty() ? PeerVerified.By.NOT_ASKED : PeerVerified.By.CERTIFICATE;
    }

    private List<SslError> collectErrors(PeerCredentials credentials) {
        if (credentials.chain().isEmpty()) {
            return errorsOfAbsentCertificate();
        }
        try {
            return errorsOfChain(credentials);
        } catch (RuntimeException e) {
            // Fails closed: a verifier that breaks has not verified. The cause is for operators, not for the peer.
            logFailure("certificate verifier failed; the peer is not trusted", e);
            return List.of(new SslError(
                    SslError.Code.UNSPECIFIED_ERROR,
                    Optional.of(credentials.chain().get(0))));
        }
    }

    private List<SslError> errorsOfChain(PeerCredentials credentials) {
        VerificationResult result = settings.verifier().verify(request(credentials));
        List<SslError> all = new ArrayList<>(result.errors());
        if (!settings.pins().isEmpty() && !pinned(result, credentials.chain())) {
            all.add(new SslError(
                    SslError.Code.PIN_MISMATCH, Optional.of(credentials.chain().get(0))));
        }
        return List.copyOf(all);
    }

    /** A server that only asks takes no certificate for an answer; whoever requires one, or has pins, does not. */
    private List<SslError> errorsOfAbsentCertificate() {
        boolean required = switch (settings.mode()) {
            case VERIFY_PEER, AUTO_VERIFY_PEER -> true;
            case QUERY_PEER -> settings.purpose() == Purpose.SERVER;
            case VERIFY_NONE -> false;
        };
        return required || !settings.pins().isEmpty()
                ? List.of(new SslError(SslError.Code.NO_PEER_CERTIFICATE, Optional.empty()))
                : List.of();
    }

    private VerificationRequest request(PeerCredentials credentials) {
        boolean checkChain = settings.mode() != PeerVerifyMode.VERIFY_NONE;
        return new VerificationRequest(
                credentials.chain(),
                checkChain ? settings.trustAnchors().get() : List.of(),
                settings.name(),
                settings.purpose(),
                settings.clock().instant(),
                settings.maximumDepth(),
                checkChain,
                new RevocationEvidence(credentials.ocspResponses(), settings.revocationLists(), settings.stapling()),
                settings.policy());
    }

    /**
     * Without a verified path only the peer's own key is proven, by its signature in the handshake; further certificates
     * in an unverified chain may be anybody's.
     */
    private boolean pinned(VerificationResult result, List<SslCertificate> chain) {
        boolean verified =
                settings.mode() != PeerVerifyMode.VERIFY_NONE && result.errors().isEmpty();
        List<SslCertificate> proven = verified && !result.path().isEmpty() ? result.path() : chain.subList(0, 1);
        return proven.stream().map(SpkiPin::of).anyMatch(settings.pins()::contains);
    }
}
