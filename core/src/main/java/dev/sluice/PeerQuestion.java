package dev.sluice;

import dev.sluice.spi.PeerVerdict;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A question about the peer's errors that is on its way to the user, and its answer.
 *
 * <p>Guarded by the socket's lock.
 */
final class PeerQuestion {
    private final List<SslError> errors;
    private final PeerDecisions.Rules rules;
    private final CompletableFuture<PeerVerdict> answer = new CompletableFuture<>();
    private int interruptions;
    private boolean continued;

    PeerQuestion(List<SslError> errors, PeerDecisions.Rules rules) {
        this.errors = errors;
        this.rules = rules;
    }

    PeerDecisions.Rules rules() {
        return rules;
    }

    List<SslError> errors() {
        return errors;
    }

    CompletableFuture<PeerVerdict> answer() {
        return answer;
    }

    /** The error of the interruption under way. */
    SslError interruptingError() {
        return errors.get(interruptions);
    }

    void continueHandshake() {
        continued = true;
    }

    /** Says whether the user continued, and goes on to the next error. */
    boolean wasContinued() {
        boolean was = continued;
        continued = false;
        interruptions++;
        return was;
    }

    boolean hasFurtherInterruption() {
        return interruptions < errors.size();
    }

    /** Answers; only the first answer counts. */
    void decide(PeerVerdict verdict) {
        answer.complete(verdict);
    }
}
