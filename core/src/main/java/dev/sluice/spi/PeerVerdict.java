package dev.sluice.spi;

import dev.sluice.AlertDescription;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The outcome of judging a peer. A closed set: accepted, refused with the alert to send, or not decided yet. */
public sealed interface PeerVerdict {
    /** The handshake goes on. */
    record Accepted() implements PeerVerdict {
        /** The only instance needed. */
        public static final Accepted INSTANCE = new Accepted();
    }

    /**
     * The handshake fails.
     *
     * @param alert what to tell the peer, as exactly as the engine can
     * @param reason why, for people; holds no secret
     */
    record Refused(AlertDescription alert, String reason) implements PeerVerdict {}

    /**
     * Somebody is being asked. An engine that can suspend itself returns
     * {@link EngineStep.Kind#NEEDS_VERIFICATION} until the answer is there; one that cannot waits for it inside
     * {@link TlsEngine#runTask()}, which then runs on a thread made for waiting.
     *
     * @param answer completed with {@link Accepted} or {@link Refused}, always and exactly once, at the latest when the
     *     connection ends
     */
    record Pending(CompletableFuture<PeerVerdict> answer) implements PeerVerdict {
        /**
         * Waits for the answer. For engines that cannot suspend themselves; only inside {@link TlsEngine#runTask()}, and
         * only if {@link EngineSpec#tasksMayWait()}.
         *
         * @return the answer; a refusal if the thread was interrupted, which it then still is, or if the answer failed
         */
        public PeerVerdict await() {
            try {
                return answer.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Refused(AlertDescription.USER_CANCELED, "interrupted while waiting for the verdict");
            } catch (ExecutionException | CancellationException e) {
                return new Refused(
                        AlertDescription.INTERNAL_ERROR, "the answer to the verdict failed: " + e.getMessage());
            }
        }
    }
}
