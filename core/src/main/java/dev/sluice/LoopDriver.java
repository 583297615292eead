package dev.sluice;

import java.io.InterruptedIOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Lets an event loop move the bytes and deliver the events; other threads only leave work and wait for results. */
final class LoopDriver implements Driver, SslEventLoop.Member {
    private final SocketCore core;
    private final SslEventLoop loop;

    /** A turn is submitted and has not begun, so that another need not be. */
    private final AtomicBoolean turnSubmitted = new AtomicBoolean();

    private final AtomicBoolean endingWithoutLoop = new AtomicBoolean();

    /** Loop thread only. */
    private boolean inTurn;
    /** Loop thread only: something was asked for during the turn. */
    private boolean again;
    /** Loop thread only. */
    private boolean joined;
    /** Loop thread only: the only timer that is set. */
    private SslEventLoop.@Nullable Timer timer;

    LoopDriver(SocketCore core, SslEventLoop loop) {
        this.core = core;
        this.loop = loop;
    }

    @Override
    public boolean movesOnCallingThread() {
        return false;
    }

    @Override
    public boolean mayMoveHere() {
        return loop.inLoop();
    }

    @Override
    public void kick() {
        if (loop.inLoop()) {
            turn();
        } else {
            wake();
        }
    }

    @Override
    public void kickWithoutReading() {
        wake(); // the turn comes after what runs on the loop now
    }

    @Override
    public void wake() {
        core.wakeAll();
        if (turnSubmitted.compareAndSet(false, true) && !loop.submit(this::submittedTurn)) {
            turnSubmitted.set(false);
            endWithoutLoop();
        }
    }

    /** The loop is gone and will move nothing: the calling thread ends what is left. */
    private void endWithoutLoop() {
        if (endingWithoutLoop.getAndSet(true)) {
            return; // ending it has called us again
        }
        try {
            core.abort();
            core.events().dispatch();
        } finally {
            endingWithoutLoop.set(false);
        }
    }

    @Override
    public boolean await(BooleanSupplier condition, long deadlineNanos, Wait kind) throws InterruptedIOException {
        if (loop.inLoop()) {
            throw new IllegalStateException("the event loop's own thread must not wait: it would wait for itself");
        }
        while (true) {
            long seen = core.progress();
            if (condition.getAsBoolean()) {
                return true;
            }
            if (core.now() >= deadlineNanos) {
                return false;
            }
            awaitProgress(seen, deadlineNanos);
        }
    }

    private void awaitProgress(long seen, long deadlineNanos) throws InterruptedIOException {
        try {
            sleep(seen, deadlineNanos);
        } catch (InterruptedException e) {
            core.abort(); // without the lock: ending a connection runs user code
            InterruptedIOException exception =
                    new InterruptedIOException("interrupted while waiting; the connection was aborted");
            exception.initCause(e);
            throw exception;
        }
    }

    @SuppressWarnings(
            "WaitNotInLoop") // the loop is await(): it looks at everything again, after a spurious wake-up too
    private void sleep(long seen, long deadlineNanos) throws InterruptedException {
        core.signal().lock().lock();
        try {
            if (core.progress() != seen) {
                return;
            }
            if (deadlineNanos == Long.MAX_VALUE) {
                core.signal().changed().await(); // waits
            } else {
                core.signal().changed().awaitNanos(deadlineNanos - core.now()); // waits
            }
        } finally {
            core.signal().lock().unlock();
        }
    }

    @Override
    public void detached() {
        // Closing the channel cancels its key; membership ends with the turn.
    }

    @Override
    public void onReady() {
        turn();
    }

    @Override
    public void onTimer() {
        timer = null;
        turn();
    }

    @Override
    public void onLoopClosed() {
        core.abort();
        core.events().dispatch();
    }

    private void submittedTurn() {
        turnSubmitted.set(false);
        turn();
    }

    /** Moves, delivers, and does so again for what the listeners have caused; then says what to watch. */
    private void turn() {
        if (inTurn || core.events().isDispatchedByThisThread()) {
            again = true;
            return;
        }
        inTurn = true;
        boolean more;
        try {
            int rounds = 0;
            do {
                again = false;
                core.events().dispatch(); // what has happened before comes before what the transport brings
                more = moveOrFail();
                core.events().dispatch();
                rounds++;
            } while (again && rounds < 4);
        } finally {
            inTurn = false;
        }
        watch();
        if (more || again) {
            wake();
        }
    }

    /** A defect must end this connection, not leave it standing on the loop for ever. */
    private boolean moveOrFail() {
        try {
            return core.move(SocketCore.Direction.BOTH);
        } catch (RuntimeException | Error e) {
            core.internalError(e);
            return true;
        }
    }

    private void watch() {
        Optional<SelectableChannel> channel;
        List<SelectableChannel> connecting;
        int operations;
        long deadline;
        boolean alive;
        core.signal().lock().lock();
        try {
            channel = core.selectableChannel();
            connecting = new ArrayList<>(core.connectingChannels());
            operations =
                    (core.wantsInput() ? SelectionKey.OP_READ : 0) | (core.wantsOutput() ? SelectionKey.OP_WRITE : 0);
            deadline = core.nextDeadline();
            alive = core.hasTransport() || !connecting.isEmpty() || deadline != Long.MAX_VALUE;
        } finally {
            core.signal().lock().unlock();
        }
        if (alive != joined) {
            joined = alive;
            if (alive) {
                loop.join(this);
            } else {
                loop.leave(this);
            }
        }
        channel.ifPresent(watched -> loop.watch(watched, operations, this));
        connecting.forEach(attempt -> loop.watch(attempt, SelectionKey.OP_CONNECT, this));
        setTimer(deadline);
    }

    private void setTimer(long deadline) {
        SslEventLoop.Timer current = timer;
        if (current != null && (deadline == Long.MAX_VALUE || deadline < current.atNanos())) {
            loop.cancel(current);
            timer = null;
        }
        // A later deadline keeps the earlier timer: it looks again and sets the next one.
        if (timer == null && deadline != Long.MAX_VALUE) {
            timer = loop.callAt(deadline, this);
        }
    }
}
