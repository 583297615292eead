package dev.sluice;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Keeps sessions, so that later connections can resume them (RFC 8446 §2.2, RFC 5077).
 *
 * <p>Nothing is resumed without one. Put the same store into each configuration whose connections may resume each other's
 * sessions; it keeps alive the contexts that hold them until it is closed, so close it. A store is equal only to itself.
 * Configurations stay usable when their store is closed: their connections make full handshakes.
 *
 * <p>A store holds secrets: who has it can decrypt what resumed sessions exchange, as far as they do without a new key
 * exchange. It never leaves the memory of this process.
 *
 * <p>Thread-safe.
 */
public final class SessionStore implements AutoCloseable {
    /** How many sessions a store keeps unless told otherwise. */
    public static final int DEFAULT_MAXIMUM_SESSIONS = 1024;

    /** How long a session can be resumed unless told otherwise. */
    public static final Duration DEFAULT_LIFETIME = Duration.ofHours(2);

    /** The longest lifetime of a ticket in TLS 1.3 (RFC 8446 §4.6.1: "MUST NOT use any value greater than 604800"). */
    private static final Duration MAXIMUM_LIFETIME = Duration.ofDays(7);

    private final int maximumSessions;
    private final Duration lifetime;
    private final Object lock = new Object();
    /** What to run when this store is closed. Guarded by {@link #lock}. */
    private final List<Runnable> closeActions = new ArrayList<>();
    /** Guarded by {@link #lock}. */
    private boolean closed;

    private SessionStore(int maximumSessions, Duration lifetime) {
        this.maximumSessions = maximumSessions;
        this.lifetime = lifetime;
    }

    /**
     * Makes a store of {@link #DEFAULT_MAXIMUM_SESSIONS} sessions of {@link #DEFAULT_LIFETIME} each.
     *
     * @return a new store, owned by the caller
     */
    public static SessionStore create() {
        return create(DEFAULT_MAXIMUM_SESSIONS, DEFAULT_LIFETIME);
    }

    /**
     * Makes a store.
     *
     * @param maximumSessions how many sessions each context keeps at most, 1 or more; the oldest goes first
     * @param lifetime how long a session can be resumed, 1 second to 7 days
     * @return a new store, owned by the caller
     * @throws IllegalArgumentException if either is out of range
     */
    public static SessionStore create(int maximumSessions, Duration lifetime) {
        Objects.requireNonNull(lifetime, "lifetime");
        if (maximumSessions < 1) {
            throw new IllegalArgumentException(
                    "maximum number of sessions is " + maximumSessions + ", expected 1 or more");
        }
        if (lifetime.compareTo(Duration.ofSeconds(1)) < 0 || lifetime.compareTo(MAXIMUM_LIFETIME) > 0) {
            throw new IllegalArgumentException(
                    "lifetime of sessions is " + lifetime + ", expected 1 second to 7 days (RFC 8446 §4.6.1)");
        }
        return new SessionStore(maximumSessions, lifetime);
    }

    /**
     * The number of sessions that each context keeps at most.
     *
     * @return 1 or more
     */
    public int maximumSessions() {
        return maximumSessions;
    }

    /**
     * How long a session can be resumed after it was made.
     *
     * @return 1 second to 7 days
     */
    public Duration lifetime() {
        return lifetime;
    }

    /**
     * Says whether this store was closed.
     *
     * @return true from the moment {@link #close} was called
     */
    public boolean isClosed() {
        synchronized (lock) {
            return closed;
        }
    }

    /**
     * Runs an action when this store is closed, for those who keep something in its name. It runs once, on the thread that
     * closes, with no lock held; or at once on this thread if the store is closed already.
     *
     * @param action what to do; must not throw
     */
    public void whenClosed(Runnable action) {
        Objects.requireNonNull(action, "action");
        synchronized (lock) {
            if (!closed) {
                closeActions.add(action);
                return;
            }
        }
        action.run();
    }

    /**
     * Lets go of all sessions. Connections that are under way go on; nothing is resumed any more. Closing twice does
     * nothing.
     */
    @Override
    public void close() {
        List<Runnable> actions;
        synchronized (lock) {
            closed = true;
            actions = List.copyOf(closeActions);
            closeActions.clear();
        }
        runAll(actions);
    }

    /** Invariant: each action runs, whatever those before it throw. */
    private static void runAll(List<Runnable> actions) {
        List<RuntimeException> failures = new ArrayList<>();
        for (Runnable action : actions) {
            try {
                action.run();
            } catch (RuntimeException failure) {
                failures.add(failure);
            }
        }
        if (!failures.isEmpty()) {
            RuntimeException first = failures.get(0);
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    @Override
    public String toString() {
        return "SessionStore[at most " + maximumSessions + " sessions of " + lifetime + (isClosed() ? ", closed" : "")
                + "]";
    }
}
