package dev.sluice.conformance.simulation;

import java.util.EnumMap;
import java.util.Map;

/**
 * How often simulations have met what they are there to meet. A generator that promises faults and makes none proves nothing.
 *
 * <p>One thread at a time.
 */
public final class Coverage {
    /** What can be met. */
    public enum Met {
        /** Bytes arrived later than they were sent. */
        DELAY(100),
        /** What was sent at once arrived in parts. */
        SPLIT(100),
        /** What was sent in parts arrived at once. */
        COALESCED(100),
        /** A write of the transport took less than was offered. */
        SHORT_WRITE(50),
        /** A read of the transport gave less than there was. */
        SHORT_READ(50),
        /** The transport took or gave nothing for now. */
        WOULD_BLOCK(50),
        /** One side had several turns while the other had none. */
        REORDERED_READINESS(100),
        /** A side went on sending after the other had said good-bye. */
        HALF_CLOSE(5),
        /** The network ended a direction. */
        FIN(20),
        /** The network broke. */
        RST(20),
        /** A bit was flipped. */
        BIT_FLIP(20),
        /** Bytes arrived twice. */
        DUPLICATED(20),
        /** Bytes were lost. */
        DROPPED(20),
        /** Bytes arrived that nobody wrote. */
        INJECTED(20),
        /** More was there to be read than the limit allows to keep. */
        SLOW_READER(20),
        /** Time passed until a deadline ended a connection. */
        TIMEOUT(10),
        /** The peer spoke nonsense. */
        NONSENSE(50),
        /** A connection was upgraded from the clear. */
        STARTTLS(20),
        /** Unread plaintext was left at an upgrade. */
        LEFT_OVER(5),
        /** The application was asked about the peer. */
        ASKED(10),
        /** The same sockets were connected again. */
        RECONNECT(20),
        /** A fault in the clear. */
        IN_THE_CLEAR(5),
        /** A fault during a handshake. */
        IN_HANDSHAKE(50),
        /** A fault on an encrypted connection. */
        WHEN_ENCRYPTED(50),
        /** A fault while a side was closing. */
        WHILE_CLOSING(10),
        /** A side ended in good order. */
        ENDED_CLEAN(200),
        /** A side was closed while it still had something to read. */
        ENDED_BY_CLOSE(50),
        /** A side was aborted. */
        ENDED_BY_ABORT(50),
        /** A side found its stream truncated. */
        ENDED_TRUNCATED(20),
        /** A side refused its peer. */
        ENDED_REFUSED(20),
        /** A side failed otherwise. */
        ENDED_FAILED(50);

        private final int minimum;

        Met(int minimum) {
            this.minimum = minimum;
        }

        /** How often it has to be met in so many simulations; those of a default run are twenty thousand. */
        int atLeast(int simulations) {
            return (int) ((long) minimum * simulations / 20_000);
        }
    }

    private final Map<Met, Long> counts = new EnumMap<>(Met.class);

    /** Nothing was met. */
    public Coverage() {}

    void met(Met what) {
        counts.merge(what, 1L, Long::sum);
    }

    void add(Coverage other) {
        other.counts.forEach((what, count) -> counts.merge(what, count, Long::sum));
    }

    /**
     * How often something was met.
     *
     * @param what what
     * @return the count
     */
    public long count(Met what) {
        return counts.getOrDefault(what, 0L);
    }

    @Override
    public String toString() {
        return counts.toString();
    }
}
