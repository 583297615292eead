package dev.sluice.connection;

/**
 * Where a connection stands as a whole. Each direction has its own {@link Half} beside it.
 *
 * <p>Order has no meaning; what may follow what is written in {@link #mayBecome}.
 */
public enum Phase {
    /** Made, nothing moves yet. What is written waits. */
    NEW,
    /** Bytes pass unprotected, before a STARTTLS upgrade or without one. */
    PLAIN,
    /** The TLS handshake is under way. No application byte moves. */
    HANDSHAKING,
    /** Somebody is being asked about the peer; the engine is left alone. No application byte moves. */
    VERIFYING,
    /** The peer is verified or was accepted: application bytes move. */
    ESTABLISHED,
    /** Ended without an error. Final. */
    CLOSED,
    /** Ended by an error. Final. */
    FAILED;

    boolean mayBecome(Phase next) {
        return switch (this) {
            case NEW -> next == PLAIN || next == HANDSHAKING || next == CLOSED || next == FAILED;
            case PLAIN -> next == HANDSHAKING || next == CLOSED || next == FAILED;
            case HANDSHAKING -> next == VERIFYING || next == ESTABLISHED || next == CLOSED || next == FAILED;
            case VERIFYING -> next == HANDSHAKING || next == ESTABLISHED || next == CLOSED || next == FAILED;
            case ESTABLISHED -> next == CLOSED || next == FAILED;
            case CLOSED, FAILED -> false; // final: nothing revives a connection
        };
    }

    /**
     * Says whether this is one of the two ends.
     *
     * @return true for {@link #CLOSED} and {@link #FAILED}
     */
    public boolean isFinal() {
        return switch (this) {
            case CLOSED, FAILED -> true;
            case NEW, PLAIN, HANDSHAKING, VERIFYING, ESTABLISHED -> false;
        };
    }
}
