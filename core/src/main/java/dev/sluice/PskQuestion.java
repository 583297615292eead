package dev.sluice;

import dev.sluice.spi.PreSharedKeySource.Answer;
import java.util.Arrays;
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
        // Taken out first: what is judged must be what is used, even if a listener's other thread sets another
        // meanwhile.
        String identity = authenticator.identity();
        byte[] key = authenticator.takePreSharedKey();
        if (key.length == 0 || identity.isEmpty()) {
            Arrays.fill(key, (byte) 0);
            return Answer.None.INSTANCE;
        }
        Optional<String> refusal = policy.refusal(key);
        if (refusal.isPresent()) {
            Arrays.fill(key, (byte) 0);
            return new Answer.Refused(refusal.get());
        }
        return new Answer.Given(identity, key);
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
