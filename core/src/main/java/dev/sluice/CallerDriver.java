package dev.sluice;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets the thread that calls a socket do its I/O. There is no other thread.
 *
 * <p>A thread that has to wait sleeps in a selector of its own, so that one can wait for input while another waits for
 * room; it is woken by the network or, through {@link ProgressSignal.Waiter}, by a thread that got ahead of it. The selectors
 * live as long as the connection: making one costs three file descriptors.
 */
final class CallerDriver implements Driver {
    private final SocketCore core;

    /** Selectors that nobody sleeps in. Guarded by the socket's lock. */
    private final List<Sleeper> idle = new ArrayList<>(2);

    /** Selectors made for an earlier connection are not kept. Guarded by the socket's lock. */
    private long era;

    /** The last read had to wait. A hint only, hence unguarded but for visibility. */
    private volatile boolean readerWaits;

    CallerDriver(SocketCore core) {
        this.core = core;
    }

    @Override
    public boolean movesOnCallingThread() {
        return true;
    }

    @Override
    public boolean mayMoveHere() {
        return true;
    }

    @Override
    public void kick() {
        core.move(SocketCore.Direction.BOTH);
        core.events().dispatch();
    }

    @Override
    public void kickWithoutReading() {
        core.events().dispatch();
    }

    @Override
    public void wake() {
        core.wakeAll();
    }

    @Override
    public boolean await(BooleanSupplier condition, long deadlineNanos, Wait kind) throws InterruptedIOException {
        if (core.events().isDispatchedByThisThread()) {
            throw new IllegalStateException("a listener must not wait: the events it waits for come after it returns");
        }
        // A reader that had to wait the last time, and took all there was, will have to wait again: asking the
        // transport
        // first would only cost a call that says "nothing".
        boolean sleepsFirst = kind == Wait.READ && readerWaits && core.isInputDrained();
        boolean slept = false;
        while (true) {
            // Before anything is looked at: what happens on another thread from here on cuts the sleep short.
            long seen = core.progress();
            boolean more = false;
            if (!sleepsFirst) {
                more = switch (kind) {
                    case INBOUND -> core.move(SocketCore.Direction.BOTH);
                    case OUTBOUND -> core.move(SocketCore.Direction.OUTBOUND);
                    // The condition reads, but it cannot connect, shake hands or end the connection.
                    case READ -> !core.isExchanging() && core.move(SocketCore.Direction.BOTH);
                };
                core.events().dispatch();
                if (condition.getAsBoolean()) {
                    readerWaits = kind == Wait.READ ? slept : readerWaits;
                    return true;
                }
            }
            sleepsFirst = false;
            if (core.now() >= deadlineNanos) {
                return false;
            }
            if (!more) {
                sleep(seen, deadlineNanos, kind != Wait.OUTBOUND);
                slept = true;
            }
        }
    }

    @Override
    public void detached() {
        era++;
        idle.forEach(Sleeper::close);
        idle.clear();
    }

    /** Sleeps until something may have changed. Returns too early rather than too late. */
    private void sleep(long seen, long deadlineNanos, boolean inbound) throws InterruptedIOException {
        Sleeper sleeper = null;
        long until = deadlineNanos;
        boolean woken = false;
        try {
            core.signal().lock().lock();
            try {
                if (core.progress() != seen
                        || (!core.events().isEmpty() && !core.events().isDispatching())) {
                    return;
                }
                until = Math.min(deadlineNanos, core.nextDeadline());
                sleeper = core.waitsForThread() ? null : fallAsleep(inbound);
                if (sleeper == null) {
                    awaitChange(until);
                    return;
                }
            } finally {
                core.signal().lock().unlock();
            }
            sleeper.select(remainingMillis(until));
            woken = true;
        } catch (InterruptedException e) {
            throw aborted("interrupted while waiting", e);
        } catch (IOException e) {
            throw aborted("waiting failed: " + e.getMessage(), e);
        } finally {
            if (sleeper != null) {
                wakeUp(sleeper, woken);
            }
        }
        if (Thread.interrupted()) {
            throw aborted("interrupted while waiting", null);
        }
        if (sleeper.writable) {
            // A reader that was woken because there is room for output sends on behalf of everybody.
            core.move(SocketCore.Direction.OUTBOUND);
        }
    }

    @SuppressWarnings(
            "WaitNotInLoop") // the loop is await(): it looks at everything again, after a spurious wake-up too
    private void awaitChange(long until) throws InterruptedException {
        if (until == Long.MAX_VALUE) {
            core.signal().changed().await(); // waits
        } else {
            core.signal().changed().awaitNanos(until - core.now()); // waits
        }
    }

    /** Under the lock. Null if there is nothing that a selector could watch. */
    private @Nullable Sleeper fallAsleep(boolean inbound) throws IOException {
        Optional<SelectableChannel> channel = core.selectableChannel();
        List<? extends SelectableChannel> connecting = core.connectingChannels();
        if (channel.isEmpty() && connecting.isEmpty()) {
            return null;
        }
        Sleeper sleeper = idle.isEmpty() ? new Sleeper(Selector.open(), era) : idle.remove(idle.size() - 1);
        boolean registered = false;
        try {
            sleeper.inbound = inbound;
            sleeper.writable = false;
            if (channel.isPresent()) {
                int read = core.wantsInput() && inbound ? SelectionKey.OP_READ : 0;
                int write = core.wantsOutput() ? SelectionKey.OP_WRITE : 0;
                sleeper.watchesOutput = write != 0;
                // Waiting for output that waits for input: a handshake.
                sleeper.watch(
                        channel.get(),
                        read | write | (read + write == 0 && core.wantsInput() ? SelectionKey.OP_READ : 0));
            }
            for (SelectableChannel attempt : connecting) {
                sleeper.watch(attempt, SelectionKey.OP_CONNECT);
            }
            core.signal().add(sleeper);
            registered = true;
        } finally {
            if (!registered) {
                sleeper.close();
            }
        }
        return sleeper;
    }

    private void wakeUp(Sleeper sleeper, boolean usable) {
        core.signal().lock().lock();
        try {
            core.signal().remove(sleeper);
            if (usable && sleeper.era == era && idle.size() < 2) {
                idle.add(sleeper);
            } else {
                sleeper.close();
            }
        } finally {
            core.signal().lock().unlock();
        }
    }

    /** Without the lock: ending a connection runs user code. */
    private InterruptedIOException aborted(String what, @Nullable Throwable cause) {
        core.abort();
        InterruptedIOException exception = new InterruptedIOException(what + "; the connection was aborted");
        if (cause != null) {
            exception.initCause(cause);
        }
        return exception;
    }

    /** For a selector 0 means for ever; a deadline that is nearer than a millisecond is rounded up. */
    private long remainingMillis(long until) {
        if (until == Long.MAX_VALUE) {
            return 0;
        }
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(until - core.now() + 999_999));
    }

    /** A selector and the thread that sleeps in it. */
    private static final class Sleeper implements ProgressSignal.Waiter {
        private final Selector selector;
        private final long era;
        private boolean inbound;
        private boolean watchesOutput;
        private boolean writable;

        Sleeper(Selector selector, long era) {
            this.selector = selector;
            this.era = era;
        }

        void watch(SelectableChannel channel, int operations) throws IOException {
            SelectionKey key = channel.keyFor(selector);
            if (key == null) {
                channel.register(selector, operations);
            } else if (key.interestOps() != operations) {
                key.interestOps(operations);
            }
        }

        void select(long timeoutMillis) throws IOException {
            selector.select(key -> writable |= key.isValid() && key.isWritable(), timeoutMillis); // waits
        }

        @Override
        public boolean inbound() {
            return inbound;
        }

        @Override
        public boolean watchesOutput() {
            return watchesOutput;
        }

        @Override
        public void wakeUp() {
            selector.wakeup();
        }

        void close() {
            try {
                selector.close();
            } catch (IOException e) {
                System.getLogger(CallerDriver.class.getName())
                        .log(System.Logger.Level.DEBUG, "closing a selector failed", e);
            }
        }
    }
}
