package dev.sluice;

import java.io.InterruptedIOException;
import java.util.function.BooleanSupplier;

/** Who moves the bytes of a socket: the thread that calls it, or an event loop. */
interface Driver {
    /** What a waiting thread waits for. */
    enum Wait {
        /** Something that depends on the peer's bytes. */
        INBOUND,
        /** Only on ours being taken: somebody else may be reading. */
        OUTBOUND,
        /** The condition itself reads; nobody else should take the bytes into the queue first. */
        READ
    }

    /**
     * The caller has changed something: make what progress can be made at once. Never waits. Called without the socket's
     * lock.
     */
    void kick();

    /**
     * The caller has changed something and may go on to change more before the next byte moves: deliver what happened,
     * read nothing yet. Called without the socket's lock.
     */
    void kickWithoutReading();

    /** Something changed elsewhere (a task has ended, a name was resolved): let whoever waits look again. */
    void wake();

    /**
     * Waits until a condition on the published state holds. May wait.
     *
     * @param condition asked after each step, without the lock; may read or write, never waits
     * @param deadlineNanos on the clock of the socket; {@link Long#MAX_VALUE} for none
     * @param kind what the progress depends on
     * @return true if the condition holds, false at the deadline
     * @throws InterruptedIOException if the thread was interrupted; the connection was aborted then
     * @throws IllegalStateException if this thread must not wait: it is delivering events
     */
    boolean await(BooleanSupplier condition, long deadlineNanos, Wait kind) throws InterruptedIOException;

    /** The socket has ended: let go of selectors and registrations. Called under the socket's lock. */
    void detached();

    /** Says whether reads and writes may do I/O on the calling thread. */
    boolean movesOnCallingThread();

    /** Says whether this thread is one that moves bytes, so that what it writes need not pass through the queue. */
    boolean mayMoveHere();
}
