package dev.sluice.conformance.concurrency;

import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MonitorInfo;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks the virtual machine which locks the current thread holds, from inside of user code that must not run under any
 * (W25).
 *
 * <p>To ask is slow (the heap is searched for locks), so each kind of call is looked at a few times only. Thread-safe.
 */
public final class LockProbe {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final int looksPerPlace;
    private final Map<String, AtomicInteger> looks = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> findings = new ConcurrentLinkedQueue<>();

    /**
     * Makes a probe.
     *
     * @param looksPerPlace how often each place is looked at
     */
    public LockProbe(int looksPerPlace) {
        this.looksPerPlace = looksPerPlace;
    }

    /**
     * Looks whether the current thread holds a lock.
     *
     * @param place where user code runs: the name of an event
     */
    public void look(String place) {
        if (looks.computeIfAbsent(place, unused -> new AtomicInteger()).incrementAndGet() > looksPerPlace) {
            return;
        }
        List<String> held = heldByThisThread();
        if (!held.isEmpty()) {
            findings.add(place + " was called under a lock: " + String.join(", ", held) + "; the call came through "
                    + callers());
        }
    }

    /**
     * What was found.
     *
     * @return a sentence for each call under a lock
     */
    public List<String> findings() {
        return List.copyOf(findings);
    }

    /**
     * The places that were looked at.
     *
     * @return how many
     */
    public int places() {
        return looks.size();
    }

    private static List<String> heldByThisThread() {
        ThreadInfo info = THREADS.getThreadInfo(
                        new long[] {Thread.currentThread().getId()}, THREADS.isObjectMonitorUsageSupported(), true)[0];
        List<String> held = new ArrayList<>();
        for (LockInfo lock : info.getLockedSynchronizers()) {
            // A pool's thread locks itself while it works, so that an idle one can be told from one that is not.
            if (!lock.getClassName().equals("java.util.concurrent.ThreadPoolExecutor$Worker")) {
                held.add(lock.toString());
            }
        }
        for (MonitorInfo monitor : info.getLockedMonitors()) {
            held.add(monitor + " taken in " + monitor.getLockedStackFrame());
        }
        return held;
    }

    private static String callers() {
        return StackWalker.getInstance()
                .walk(frames -> frames.skip(2)
                        .filter(frame -> !frame.getClassName().startsWith("java."))
                        .limit(12)
                        .map(frame -> frame.getClassName() + "." + frame.getMethodName() + ":" + frame.getLineNumber())
                        .reduce((inner, outer) -> inner + " < " + outer)
                        .orElse("nowhere"));
    }
}
