package dev.sluice;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ends of transports that were decided under the socket's lock and are carried out without it, because a transport may be
 * the user's code.
 */
final class TransportEnds {
    private static final System.Logger LOGGER = System.getLogger(TransportEnds.class.getName());

    private final ReentrantLock lock;
    private final Consumer<SslTransport> endedByItself;

    /** Guarded by {@link #lock}. */
    private final ArrayDeque<End> queue = new ArrayDeque<>(2);

    /** The end of a transport, or of its outgoing stream only. */
    private record End(SslTransport transport, boolean whole) {}

    /**
     * Makes an empty queue.
     *
     * @param endedByItself told, under the lock, of a transport that could not be ended any more
     */
    TransportEnds(ReentrantLock lock, Consumer<SslTransport> endedByItself) {
        this.lock = lock;
        this.endedByItself = endedByItself;
    }

    /** Under the lock. */
    void shutdownOutput(SslTransport transport) {
        queue.add(new End(transport, false));
    }

    /** Under the lock. */
    void close(SslTransport transport) {
        queue.add(new End(transport, true));
    }

    /**
     * Without the lock: carries out what was decided.
     *
     * @return true if a transport failed and counts as ended, so that there may be more to do
     */
    boolean carryOut() {
        boolean anyFailed = false;
        for (End next = next(); next != null; next = next()) {
            try {
                if (next.whole()) {
                    next.transport().close();
                } else {
                    next.transport().shutdownOutput();
                }
            } catch (IOException | RuntimeException | Error e) { // unchecked: a transport may be the user's code
                failed(next, e);
                anyFailed = true;
            }
        }
        return anyFailed;
    }

    private @Nullable End next() {
        lock.lock();
        try {
            return queue.poll();
        } finally {
            lock.unlock();
        }
    }

    private void failed(End end, Throwable failure) {
        LOGGER.log(System.Logger.Level.DEBUG, "a transport failed while it was ended; it counts as ended", failure);
        lock.lock();
        try {
            endedByItself.accept(end.transport());
        } finally {
            lock.unlock();
        }
    }
}
