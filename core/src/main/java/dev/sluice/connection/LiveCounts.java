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

    private final AtomicLong acquired = new AtomicLong();
    private final AtomicLong released = new AtomicLong();

    /** One more is alive. */
    public void acquired() {
        acquired.incrementAndGet();
    }

    /** One less is alive. */
    public void released() {
        released.incrementAndGet();
    }

    /**
     * The number alive now.
     *
     * @return the count; zero when every user has gone
     */
    public long get() {
        while (true) {
            long gone = released.get();
            long live = acquired.get() - gone;
            if (released.get() == gone) { // it only grows, so it was the same when the other one was read
                return live;
            }
        }
    }

    /**
     * How many there have ever been: what comes and goes between two looks shows here and not in {@link #get()}.
     *
     * @return a count that only grows
     */
    public long acquisitions() {
        return acquired.get();
    }
}
