package dev.sluice.jsse;

import org.jspecify.annotations.Nullable;

/**
 * Tells the trust manager of a context whose peer it is shown.
 *
 * <p>The trust manager is shared by a context while the verifier belongs to one connection. Every provider calls its
 * managers synchronously on the thread that runs {@code wrap}, {@code unwrap} or a task, so the engine notes its judge
 * there for the length of the call. The {@code SSLEngine} passed to a manager is no way back: Conscrypt (2.5 to 2.9)
 * hands out a wrapper and passes the inner engine. A map from engines would need weak keys besides, and a clean-up.
 *
 * <p>Thread-safe. Nothing outlives the call: the slot is emptied in a finally clause.
 */
final class CurrentJudge {
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<PeerJudge> slot = new ThreadLocal<>();

    /** Enters a call of an engine; the judge of an outer call on this thread is given back, to be restored. */
    @Nullable
    PeerJudge enter(PeerJudge judge) {
        PeerJudge outer = slot.get();
        slot.set(judge);
        return outer;
    }

    /** Leaves the call. */
    void leave(@Nullable PeerJudge outer) {
        if (outer == null) {
            slot.remove();
        } else {
            slot.set(outer);
        }
    }

    /** The judge of the engine whose call is under way on this thread, or null. */
    @Nullable
    PeerJudge get() {
        return slot.get();
    }
}
