package dev.sluice.spi;

import dev.sluice.TlsAlert;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one call to a {@link TlsEngine} came to, and what the engine wants next.
 *
 * <p>Bytes are not counted here: the indices of the buffers tell what was consumed and produced. Steps without a
 * payload are constants, so that the steady state allocates nothing; only {@link Kind#FAILED} carries something.
 *
 * <p>Immutable, share freely.
 */
public final class EngineStep {
    /** The kinds of step. A reader handles every one of them. */
    public enum Kind {
        /** Something moved (bytes or the engine's state) or may be tried in the other direction; nothing is lacking. */
        PROGRESSED,
        /** The engine needs more ciphertext than was offered. Only from {@link TlsEngine#unwrap}. */
        NEEDS_INPUT,
        /** The output buffer had too little room; nothing was consumed. Offer {@link TlsEngine#outputRoomBytes()}. */
        NEEDS_OUTPUT_ROOM,
        /** The engine has to send before it can go on: call {@link TlsEngine#wrap}. */
        NEEDS_WRAP,
        /** The engine has nothing to send until it has received more: call {@link TlsEngine#unwrap} when there is. */
        NEEDS_UNWRAP,
        /** A task waits: call {@link TlsEngine#runTask()}, and no other method before it has returned. */
        NEEDS_TASK,
        /** The engine stands still until the pending {@link PeerVerdict} is decided; call again afterwards. */
        NEEDS_VERIFICATION,
        /**
         * The direction that was called is closed in good order: from {@code unwrap} the peer's close_notify was
         * received, from {@code wrap} ours was produced. No call in this direction moves anything any more.
         */
        CLOSED,
        /** The engine has failed for good. A fatal alert may be waiting: call {@code wrap} until nothing comes. */
        FAILED
    }

    /** Something moved. */
    public static final EngineStep PROGRESSED = new EngineStep(Kind.PROGRESSED, null, null);
    /** More ciphertext is needed. */
    public static final EngineStep NEEDS_INPUT = new EngineStep(Kind.NEEDS_INPUT, null, null);
    /** More room for output is needed. */
    public static final EngineStep NEEDS_OUTPUT_ROOM = new EngineStep(Kind.NEEDS_OUTPUT_ROOM, null, null);
    /** The engine has to send. */
    public static final EngineStep NEEDS_WRAP = new EngineStep(Kind.NEEDS_WRAP, null, null);
    /** The engine has to receive. */
    public static final EngineStep NEEDS_UNWRAP = new EngineStep(Kind.NEEDS_UNWRAP, null, null);
    /** A task has to be run. */
    public static final EngineStep NEEDS_TASK = new EngineStep(Kind.NEEDS_TASK, null, null);
    /** The peer has to be judged. */
    public static final EngineStep NEEDS_VERIFICATION = new EngineStep(Kind.NEEDS_VERIFICATION, null, null);
    /** The direction is closed in good order. */
    public static final EngineStep CLOSED = new EngineStep(Kind.CLOSED, null, null);

    private final Kind kind;
    private final @Nullable Throwable cause;
    private final @Nullable TlsAlert alert;

    private EngineStep(Kind kind, @Nullable Throwable cause, @Nullable TlsAlert alert) {
        this.kind = kind;
        this.cause = cause;
        this.alert = alert;
    }

    /**
     * The end of an engine by failure.
     *
     * @param cause what the engine raised; its message must hold no secret
     * @param alert the alert that belongs to it: received from the peer or about to be sent; null if neither is known
     * @return the terminal step
     */
    public static EngineStep failed(Throwable cause, @Nullable TlsAlert alert) {
        return new EngineStep(Kind.FAILED, Objects.requireNonNull(cause, "cause"), alert);
    }

    /**
     * What kind of step this is.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * What the engine raised.
     *
     * @return the cause; empty unless {@link Kind#FAILED}
     */
    public Optional<Throwable> cause() {
        return Optional.ofNullable(cause);
    }

    /**
     * The alert that belongs to the failure.
     *
     * @return the alert; empty unless {@link Kind#FAILED} and the engine knows one
     */
    public Optional<TlsAlert> alert() {
        return Optional.ofNullable(alert);
    }

    @Override
    public String toString() {
        return kind + (alert == null ? "" : "(" + alert + ")");
    }
}
