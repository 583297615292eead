package dev.sluice.connection;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many of each counted resource are alive in this process. Every acquisition and every release goes through here,
 * so that a test can assert that all came back.
 *
 * <p>Thread-safe.
 */
@SuppressWarnings("ImmutableEnumChecker") // counting is all that this enum is for
public enum LiveCounts {
    /** Contexts created and not yet freed. */
    CONTEXTS,
    /** Engines created and not yet released. */
    ENGINES,
    /** Ciphertext and plaintext buffers held by connections. */
    BUFFERS,
    /** Threads that run engine tasks which may wait for an answer. */
    HELPER_THREADS;

    private final AtomicLong live = new AtomicLong();

    /** One more is alive. */
    public void acquired() {
        live.incrementAndGet();
    }

    /** One less is alive. */
    public void released() {
        live.decrementAndGet();
    }

    /**
     * The number alive now.
     *
     * @return the count; zero when every user has gone
     */
    public long get() {
        return live.get();
    }
}
