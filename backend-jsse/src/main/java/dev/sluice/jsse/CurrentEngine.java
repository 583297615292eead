package dev.sluice.jsse;

import org.jspecify.annotations.Nullable;

/**
 * Tells the managers of a context for which engine they are called.
 *
 * <p>The trust manager is shared by a context while the verifier belongs to one connection. Every provider calls its
 * managers synchronously on the thread that runs {@code wrap}, {@code unwrap} or a task, so the engine notes itself
 * there for the length of the call. The {@code SSLEngine} passed to a manager is no way back: Conscrypt (2.5 to 2.9)
 * hands out a wrapper and passes the inner engine. A map from engines would need weak keys besides, and a clean-up.
 *
 * <p>Thread-safe. Nothing outlives the call: the slot is emptied in a finally clause.
 */
final class CurrentEngine {
    private final ThreadLocal<JsseEngine> slot = new ThreadLocal<>();

    /** Enters a call of an engine; an outer call of another engine on this thread is given back to be restored. */
    @Nullable
    JsseEngine enter(JsseEngine engine) {
        JsseEngine outer = slot.get();
        slot.set(engine);
        return outer;
    }

    /** Leaves the call. */
    void leave(@Nullable JsseEngine outer) {
        if (outer == null) {
            slot.remove();
        } else {
            slot.set(outer);
        }
    }

    /** The engine whose call is under way on this thread, or null. */
    @Nullable
    JsseEngine get() {
        return slot.get();
    }
}
