package dev.sluice;

import dev.sluice.spi.PreSharedKeySource.Answer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A question for a pre-shared key that is on its way to the listener, and its answer. Answered once: by what the listener
 * gave, or by nobody when the connection ends before.
 *
 * <p>Thread-safe: the task of the engine waits, the dispatcher asks, whoever ends the connection abandons.
 */
final class PskQuestion {
    private final SslPreSharedKeyAuthenticator authenticator;
    private final PskPolicy policy;
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();

    PskQuestion(SslPreSharedKeyAuthenticator authenticator, PskPolicy policy) {
        this.authenticator = authenticator;
        this.policy = policy;
    }

    /** Asks the listener, on the thread that delivers events, with no lock held. */
    void put(@Nullable SslSocketListener listener, SslSocket socket) {
        if (listener == null || answer.isDone()) {
            abandon();
            return;
        }
        Listened listened = new Listened();
        SocketEvents.runGuarded(() -> {
            listener.preSharedKeyAuthenticationRequired(socket, authenticator);
            listened.toTheEnd = true;
        });
        Answer given = listened.toTheEnd ? judge() : Answer.None.INSTANCE;
        authenticator.wipe();
        if (!answer.complete(given) && given instanceof Answer.Given late) {
            late.wipe(); // the connection has ended meanwhile
        }
    }

    /** Says whether a listener came back, rather than to throw half-way: what it had set until then is not its answer. */
    private static final class Listened {
        private boolean toTheEnd;
    }

    private Answer judge() {
        if (!authenticator.hasPreSharedKey() || authenticator.identity().isEmpty()) {
            return Answer.None.INSTANCE;
        }
        Optional<String> refusal = authenticator.refusal(policy);
        return refusal.isPresent()
                ? new Answer.Refused(refusal.get())
                : new Answer.Given(authenticator.identity(), authenticator.takePreSharedKey());
    }

    /** Nobody will answer any more. */
    void abandon() {
        answer.complete(Answer.None.INSTANCE);
    }

    /** Waits for the answer. On a thread made for waiting. */
    Answer await() {
        return answer.join();
    }
}
