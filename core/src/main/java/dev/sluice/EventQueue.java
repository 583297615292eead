package dev.sluice;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Events of one socket that were not delivered yet, in order.
 *
 * <p>A ring of three arrays: what happens for every record (bytes came, bytes went) must not allocate.
 *
 * <p><b>Threads:</b> one at a time, under the lock of the socket.
 */
final class EventQueue {
    /** What can be in the queue: one per signal, and a few that only the socket itself acts on. */
    enum Kind {
        STATE_CHANGED,
        HOST_FOUND,
        CONNECTED,
        DISCONNECTED,
        MODE_CHANGED,
        ENCRYPTED,
        READY_READ,
        BYTES_WRITTEN,
        ENCRYPTED_BYTES_WRITTEN,
        READ_CHANNEL_FINISHED,
        ABOUT_TO_CLOSE,
        ERROR_OCCURRED,
        PEER_VERIFY_ERROR,
        SSL_ERRORS,
        HANDSHAKE_INTERRUPTED,
        ALERT_SENT,
        ALERT_RECEIVED,
        NEW_SESSION_TICKET,
        /** The device counts as open from here on. */
        OPENED,
        /** The device counts as closed from here on. */
        CLOSED,
        /** For whoever accepts connections: the peer has sent its first TLS record. */
        PEER_HAS_BEGUN,
        /** What the peer has shown can be looked at from here on. */
        PEER_SHOWN,
        /** The listener of an interruption has returned: was it continued? */
        AFTER_INTERRUPTION,
        /** The listeners know the errors: now the handler is asked. */
        ASK_HANDLER,
        /** The listener is asked for a pre-shared key. */
        PRE_SHARED_KEY;

        /** Whether this happens with every record and carries a count. */
        boolean isCount() {
            return this == READY_READ || this == BYTES_WRITTEN || this == ENCRYPTED_BYTES_WRITTEN;
        }
    }

    private Kind[] kinds = new Kind[4];
    private long[] numbers = new long[4];
    private @Nullable Object[] payloads = new @Nullable Object[4];
    private int first;
    /** Written under the lock, read by anybody. */
    private volatile int size;

    boolean isEmpty() {
        return size == 0;
    }

    void add(Kind kind, long number, @Nullable Object payload) {
        if (size == kinds.length) {
            grow();
        }
        int at = (first + size) % kinds.length;
        kinds[at] = kind;
        numbers[at] = number;
        payloads[at] = payload;
        int grown = size + 1;
        size = grown;
    }

    /**
     * Adds to the count of a waiting event of the same kind, if only counts have come since; else at the end. So the queue
     * stays short however slow the listener is.
     */
    void addCount(Kind kind, long number) {
        for (int back = size - 1; back >= 0; back--) {
            int at = (first + back) % kinds.length;
            if (kinds[at] == kind) {
                numbers[at] += number;
                return;
            }
            if (!kinds[at].isCount()) {
                break;
            }
        }
        add(kind, number, null);
    }

    boolean contains(Kind kind) {
        for (int i = 0; i < size; i++) {
            if (kinds[(first + i) % kinds.length] == kind) {
                return true;
            }
        }
        return false;
    }

    Kind firstKind() {
        return kinds[first];
    }

    long firstNumber() {
        return numbers[first];
    }

    @Nullable
    Object firstPayload() {
        return payloads[first];
    }

    void removeFirst() {
        payloads[first] = null;
        first = (first + 1) % kinds.length;
        int shrunk = size - 1;
        size = shrunk;
    }

    private void grow() {
        int capacity = kinds.length;
        Kind[] newKinds = Arrays.copyOf(kinds, capacity * 2);
        long[] newNumbers = Arrays.copyOf(numbers, capacity * 2);
        @Nullable Object[] newPayloads = Arrays.copyOf(payloads, capacity * 2);
        for (int i = 0; i < size; i++) {
            int at = (first + i) % capacity;
            newKinds[i] = kinds[at];
            newNumbers[i] = numbers[at];
            newPayloads[i] = payloads[at];
        }
        kinds = newKinds;
        numbers = newNumbers;
        payloads = newPayloads;
        first = 0;
    }
}
