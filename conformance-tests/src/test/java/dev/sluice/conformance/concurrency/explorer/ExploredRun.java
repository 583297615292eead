package dev.sluice.conformance.concurrency.explorer;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One interleaving.
 *
 * <p>One thread has the turn, and everything here belongs to it; the semaphores that hand over the turn publish it.
 */
final class ExploredRun {
    private static final int MAXIMUM_STEPS = 5_000;

    /** Thrown through the code under test when an interleaving is given up. */
    static final class Abandoned extends Error {
        private static final long serialVersionUID = 1;

        Abandoned() {
            super("this interleaving was given up", null, false, false);
        }
    }

    /** Who decides. */
    interface Decisions {
        /** No thread goes on: this order was seen already. */
        int NONE = -1;

        /**
         * Chooses.
         *
         * @param able the numbers of the threads that can go on, at least one
         * @return one of them, or {@link #NONE}
         */
        int choose(ExploredRun run, List<Integer> able);
    }

    private static final class Held {
        private ExploredThread owner;
        private int times;
    }

    private final Decisions decisions;
    private final List<ExploredThread> threads = new ArrayList<>();
    private final Map<Object, Held> locks = new IdentityHashMap<>();
    private final Map<Object, List<ExploredThread>> waiting = new IdentityHashMap<>();
    private final List<String> trace = new ArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean abandoned;
    private Throwable failure;

    ExploredRun(Decisions decisions) {
        this.decisions = decisions;
    }

    /** Runs the threads to their end. Null, or what went wrong. */
    Throwable explore(List<Scenario.Work> works) throws InterruptedException {
        for (Scenario.Work work : works) {
            threads.add(new ExploredThread(this, threads.size(), work));
        }
        threads.forEach(Thread::start);
        handOver(null);
        if (!over.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError("a thread does something that takes for ever and is no step\n" + this);
        }
        for (ExploredThread thread : threads) {
            thread.join();
        }
        return failure;
    }

    boolean wasAbandoned() {
        return abandoned;
    }

    Step pending(int thread) {
        return threads.get(thread).pending;
    }

    /** The thread is about to take a step: it, or another one, goes on. */
    void point(ExploredThread thread, Step step) {
        requireGoingOn();
        thread.pending = step;
        handOver(thread);
        requireGoingOn();
    }

    void lock(ExploredThread thread, Object lock) {
        if (abandoned) {
            return; // finally blocks run through
        }
        point(thread, new Step(lock, Access.LOCK, "lock " + name(lock)));
        take(thread, lock);
    }

    private void take(ExploredThread thread, Object lock) {
        Held held = locks.computeIfAbsent(lock, unused -> new Held());
        held.owner = thread;
        held.times++;
    }

    void unlock(ExploredThread thread, Object lock) {
        if (abandoned) {
            return;
        }
        Held held = locks.get(lock);
        if (held == null || held.owner != thread) {
            throw new IllegalMonitorStateException(name(lock) + " is not held by this thread");
        }
        held.times--;
        if (held.times == 0) {
            held.owner = null;
        }
    }

    /** Gives the lock back, waits for a signal, and takes the lock again. */
    void await(ExploredThread thread, Object condition, Object lock) {
        requireGoingOn();
        Held held = locks.computeIfAbsent(lock, unused -> new Held());
        int times = held.times;
        held.owner = null;
        held.times = 0;
        thread.signalled = false;
        waiting.computeIfAbsent(condition, unused -> new ArrayList<>()).add(thread);
        point(thread, new Step(lock, Access.RELOCK, "come back from waiting to " + name(lock)));
        take(thread, lock);
        held.times = times;
    }

    void signal(Object condition, int atMost) {
        List<ExploredThread> all = waiting.getOrDefault(condition, List.of());
        for (int i = 0; i < atMost && !all.isEmpty(); i++) {
            all.remove(0).signalled = true;
        }
    }

    void requireGoingOn() {
        if (abandoned) {
            throw new Abandoned();
        }
    }

    void failed(ExploredThread thread, Throwable thrown) {
        if (!abandoned) {
            giveUp(new AssertionError("thread " + thread.number + ": " + thrown, thrown));
        }
    }

    void ended(ExploredThread thread) {
        thread.pending = null;
        if (abandoned) {
            wakeNextToGiveUp();
        } else {
            handOver(null);
        }
    }

    /** The rest of the threads run to their ends one after another, each at its next step. */
    private void wakeNextToGiveUp() {
        threads.stream()
                .filter(thread -> thread.pending != null)
                .findFirst()
                .ifPresentOrElse(thread -> thread.turn.release(), over::countDown);
    }

    private void giveUp(Throwable why) {
        failure = why;
        abandoned = true;
    }

    /** Decides who goes on. Comes back when it is this thread's turn again, or when the interleaving was given up. */
    private void handOver(ExploredThread current) {
        List<Integer> able = threads.stream()
                .filter(this::isAble)
                .map(thread -> thread.number)
                .toList();
        boolean allEnded = threads.stream().allMatch(thread -> thread.pending == null);
        int next = Decisions.NONE;
        if (allEnded) {
            over.countDown();
            return;
        } else if (able.isEmpty()) {
            giveUp(new AssertionError("deadlock: nobody can go on" + pendingOfAll()));
        } else if (trace.size() > MAXIMUM_STEPS) {
            giveUp(new AssertionError("no end after " + MAXIMUM_STEPS + " steps"));
        } else {
            next = starting(able).orElseGet(() -> decisions.choose(this, able));
            abandoned = next == Decisions.NONE;
        }
        if (abandoned) {
            if (current == null) {
                wakeNextToGiveUp();
            }
            return; // this thread gives up first
        }
        ExploredThread chosen = threads.get(next);
        if (chosen.pending.access() != Access.START) {
            trace.add("thread " + next + ": " + chosen.pending.what());
        }
        if (chosen != current) {
            chosen.turn.release();
            if (current != null) {
                current.turn.acquireUninterruptibly();
            }
        }
    }

    /** Threads start one after another, each up to its first step: no decision, since nothing is touched before that. */
    private Optional<Integer> starting(List<Integer> able) {
        return able.stream()
                .filter(thread -> pending(thread).access() == Access.START)
                .findFirst();
    }

    private String pendingOfAll() {
        StringBuilder text = new StringBuilder();
        threads.stream()
                .filter(thread -> thread.pending != null)
                .forEach(thread -> text.append("; thread ")
                        .append(thread.number)
                        .append(" wants to ")
                        .append(thread.pending.what()));
        return text.toString();
    }

    private boolean isAble(ExploredThread thread) {
        Step step = thread.pending;
        if (step == null) {
            return false;
        }
        return switch (step.access()) {
            case READ, WRITE, START -> true;
            case LOCK -> isFree(step.shared(), thread);
            case RELOCK -> thread.signalled && isFree(step.shared(), thread);
        };
    }

    private boolean isFree(Object lock, ExploredThread thread) {
        Held held = locks.get(lock);
        return held == null || held.owner == null || held.owner == thread;
    }

    static String name(Object shared) {
        return shared instanceof Class<?> type
                ? type.getSimpleName()
                : shared.getClass().getSimpleName();
    }

    /** What was done, in order. */
    @Override
    public String toString() {
        return String.join("\n", trace);
    }
}
