package dev.sluice;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One thread that moves the bytes of many sockets and delivers their events.
 *
 * <p>Sockets and servers are put on a loop when they are opened ({@link SslSocket#open(SslEventLoop)},
 * {@link SslServer#open(SslEventLoop)}) and stay there. All their listeners run on the loop's thread, one at a time, in
 * order: a listener that blocks holds up every socket of the loop, so what takes long belongs on an executor
 * ({@link SslConfiguration.Builder#taskExecutor}).
 *
 * <p><b>Threads:</b> any thread may call any method.
 */
public final class SslEventLoop implements Executor, AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(SslEventLoop.class.getName());

    private final Selector selector;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private Queue<Runnable> submitted = new ArrayDeque<>();
    /** Guarded by {@link #lock}. */
    private boolean closed;

    /** What is registered here and has to be ended with the loop. Loop thread only. */
    private final Set<Member> members = new HashSet<>();
    /** Loop thread only. */
    private final TreeSet<Timer> timers =
            new TreeSet<>(Comparator.comparingLong(Timer::atNanos).thenComparingLong(Timer::number));
    /** Loop thread only. */
    private long timersMade;

    /** Something whose channels the loop watches. */
    interface Member {
        /** A watched channel is ready. */
        void onReady();

        /** A timer has run out. */
        void onTimer();

        /** The loop ends. */
        void onLoopClosed();
    }

    /** A call that is due at a time; the number tells timers of the same time apart. */
    record Timer(long atNanos, long number, Member member) {}

    private SslEventLoop(String name) throws IOException {
        selector = Selector.open();
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    /**
     * Starts a loop with a daemon thread.
     *
     * @param name the name of the thread
     * @return a running loop, owned by the caller, to be closed
     * @throws IOException if the platform has no selector left
     */
    public static SslEventLoop start(String name) throws IOException {
        SslEventLoop loop = new SslEventLoop(name);
        loop.thread.start();
        return loop;
    }

    /**
     * Says whether the caller runs on this loop's thread.
     *
     * @return true inside listeners and tasks of this loop
     */
    public boolean inLoop() {
        return Thread.currentThread() == thread;
    }

    /**
     * Runs a task on the loop's thread, after what is under way.
     *
     * @param task what to run; what it throws goes to the thread's handler of uncaught exceptions
     * @throws RejectedExecutionException if the loop is closed
     */
    @Override
    public void execute(Runnable task) {
        if (!submit(task)) {
            throw new RejectedExecutionException("event loop " + thread.getName() + " is closed");
        }
    }

    /**
     * Aborts every socket and server of this loop and ends its thread. Waits for the thread to end, unless called from
     * it. A second call does nothing.
     */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        selector.wakeup();
        if (inLoop()) {
            return;
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join(); // waits
            } catch (InterruptedException e) {
                interrupted = true; // the thread ends by itself; the caller learns of the interrupt afterwards
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Like {@link #execute}, and says false instead of throwing. */
    boolean submit(Runnable task) {
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            submitted.add(task);
        } finally {
            lock.unlock();
        }
        if (!inLoop()) {
            selector.wakeup();
        }
        return true;
    }

    // ---- for members, on the loop's thread ----

    void join(Member member) {
        members.add(member);
    }

    void leave(Member member) {
        members.remove(member);
    }

    /** Watches a channel; 0 for nothing. A closed channel is not watched. */
    void watch(SelectableChannel channel, int operations, Member member) {
        try {
            SelectionKey key = channel.keyFor(selector);
            if (key == null) {
                channel.register(selector, operations, member);
            } else if (key.isValid() && key.interestOps() != operations) {
                key.interestOps(operations);
            }
        } catch (ClosedChannelException e) {
            LOGGER.log(System.Logger.Level.TRACE, "channel was closed before it could be watched", e);
        }
    }

    /** Calls {@link Member#onTimer()} at a time or soon after it. */
    Timer callAt(long atNanos, Member member) {
        Timer timer = new Timer(atNanos, timersMade++, member);
        timers.add(timer);
        return timer;
    }

    /** Forgets a call, so that what it was for can be collected. */
    void cancel(Timer timer) {
        timers.remove(timer);
    }

    private void run() {
        try {
            while (!isClosed()) {
                select();
                runTimers();
                runSubmitted();
            }
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.ERROR, "event loop " + thread.getName() + " lost its selector and ends", e);
        } finally {
            end();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private boolean hasSubmitted() {
        lock.lock();
        try {
            return !submitted.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void select() throws IOException {
        if (hasSubmitted()) {
            selector.selectNow(this::ready);
            return;
        }
        if (timers.isEmpty()) {
            selector.select(this::ready); // waits
            return;
        }
        long nanos = timers.first().atNanos() - System.nanoTime();
        if (nanos <= 0) {
            selector.selectNow(this::ready);
        } else {
            selector.select(this::ready, TimeUnit.NANOSECONDS.toMillis(nanos) + 1); // waits
        }
    }

    private void ready(SelectionKey key) {
        guarded(((Member) key.attachment())::onReady);
    }

    private void runTimers() {
        long now = System.nanoTime();
        List<Member> due = new ArrayList<>(0);
        while (!timers.isEmpty() && timers.first().atNanos() <= now) {
            due.add(timers.first().member());
            timers.remove(timers.first());
        }
        due.forEach(member -> guarded(member::onTimer));
    }

    private void runSubmitted() {
        Queue<Runnable> tasks;
        lock.lock();
        try {
            if (submitted.isEmpty()) {
                return;
            }
            tasks = submitted;
            submitted = new ArrayDeque<>();
        } finally {
            lock.unlock();
        }
        tasks.forEach(SslEventLoop::guarded);
    }

    private void end() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        runSubmitted();
        List.copyOf(members).forEach(member -> guarded(member::onLoopClosed));
        runSubmitted();
        try {
            selector.close();
        } catch (IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "closing the selector failed", e);
        }
    }

    /** One member's defect is no reason for the others to stand still. */
    private static void guarded(Runnable work) {
        try {
            work.run();
        } catch (Throwable thrown) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, thrown);
        }
    }
}
