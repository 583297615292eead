package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.harness.Verdict.check;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Threads beside the property's own, each of them with a bound.
 *
 * <p>Thread-safe.
 */
final class Crowd {
    private static final long PATIENCE_SECONDS = 30;

    private static final ExecutorService THREADS = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "conformance-crowd");
        thread.setDaemon(true);
        return thread;
    });

    private final int size;
    private final CountDownLatch together;
    private final AtomicInteger under = new AtomicInteger();
    private final Set<Thread> members = ConcurrentHashMap.newKeySet();

    /** What each thread of a crowd does. */
    @FunctionalInterface
    interface Work {
        void run(int member) throws Exception;
    }

    /**
     * A crowd that has not set out.
     *
     * @param size how many threads
     */
    Crowd(int size) {
        this.size = size;
        together = new CountDownLatch(size);
    }

    /** Lets all threads do something at the same time, and waits for the last one; if one fails, the others are stopped. */
    void all(Work work) {
        CountDownLatch gone = new CountDownLatch(size);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int member = i;
            running.add(THREADS.submit((Callable<Void>) () -> {
                try {
                    run(member, work);
                } finally {
                    gone.countDown();
                }
                return null;
            }));
        }
        try {
            until(() -> gone.getCount() == 0 || running.stream().anyMatch(Crowd::hasFailed), "the end of " + this);
            running.stream().filter(Crowd::hasFailed).forEach(failed -> resultOf(failed, "one of " + this));
        } finally {
            running.forEach(one -> one.cancel(true));
            until(() -> gone.getCount() == 0, "the end of " + this + " that were stopped");
        }
    }

    private void run(int member, Work work) throws Exception {
        members.add(Thread.currentThread());
        together.countDown();
        together.await();
        under.incrementAndGet();
        try {
            work.run(member);
        } finally {
            members.remove(Thread.currentThread());
        }
    }

    private static boolean hasFailed(Future<?> one) {
        if (!one.isDone()) {
            return false;
        }
        try {
            one.get();
            return false;
        } catch (ExecutionException e) {
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public String toString() {
        return size + " threads";
    }

    /** For a thread of this crowd: whether all have set out and nobody else can go on, or they have finished. */
    boolean othersRest() {
        return under.get() == size
                && members.stream()
                        .filter(member -> member != Thread.currentThread())
                        .noneMatch(member -> member.getState() == Thread.State.RUNNABLE);
    }

    /** Waits for what other threads do. */
    static void until(BooleanSupplier condition, String what) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            check(System.nanoTime() - deadline < 0, () -> "waited in vain for: " + what);
            LockSupport.parkNanos(50_000);
        }
    }

    /** Begins something on another thread. */
    static <T> Future<T> begin(Callable<T> work) {
        return THREADS.submit(work);
    }

    /** The result of what was begun on another thread. */
    static <T> T resultOf(Future<T> running, String what) {
        try {
            return running.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            running.cancel(true);
            throw new AssertionError(what + " did not come to an end within " + PATIENCE_SECONDS + " s", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError finding) {
                throw finding;
            }
            throw new AssertionError(what + " broke: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(what + " was interrupted", e);
        }
    }

    /**
     * Lets another thread do something while this one stands still, in the middle of a listener for example. That the other
     * waits for a lock that this one holds is a deadlock, and found at once.
     */
    static void meanwhile(String what, Callable<?> work) {
        Thread self = Thread.currentThread();
        Thread[] other = new Thread[1];
        Future<?> running = THREADS.submit(() -> {
            synchronized (other) {
                other[0] = Thread.currentThread();
            }
            return work.call();
        });
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!running.isDone()) {
            Thread helper;
            synchronized (other) {
                helper = other[0];
            }
            boolean locked = helper != null && waitsFor(helper, self) && !running.isDone();
            check(!locked, () -> what + ": another thread waits for a lock that is held while user code runs");
            check(System.nanoTime() - deadline < 0, () -> what + ": another thread did not come to an end");
            LockSupport.parkNanos(50_000);
        }
        resultOf(running, what);
    }

    private static boolean waitsFor(Thread helper, Thread owner) {
        @Nullable ThreadInfo info = ManagementFactory.getThreadMXBean().getThreadInfo(helper.getId());
        return info != null && info.getLockOwnerId() == owner.getId();
    }
}
