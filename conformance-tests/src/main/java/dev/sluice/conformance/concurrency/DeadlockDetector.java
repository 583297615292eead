package dev.sluice.conformance.concurrency;

import java.lang.management.LockInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Watches the threads of this process while a run is under way: finds threads that wait for each other's locks, and notices
 * when a run makes no progress any more (each waits for an event that nobody will cause).
 *
 * <p>What it finds first is what it tells. Thread-safe.
 */
public final class DeadlockDetector implements AutoCloseable {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);
    private static final int SHOWN_FRAMES = 25;

    private final Duration patience;
    private final AtomicLong progress = new AtomicLong();
    private final AtomicReference<@Nullable String> finding = new AtomicReference<>();
    private final Thread watcher;
    private volatile boolean closed;

    private DeadlockDetector(Duration patience) {
        this.patience = patience;
        watcher = new Thread(this::watch, "deadlock detector");
        watcher.setDaemon(true);
    }

    /**
     * Starts to watch.
     *
     * @param patience how long a run may make no {@linkplain #progress progress}
     * @return a detector, to be closed at the end of the run
     */
    public static DeadlockDetector start(Duration patience) {
        DeadlockDetector detector = new DeadlockDetector(patience);
        detector.watcher.start();
        return detector;
    }

    /** The run goes on: to be called at each step and event. */
    public void progress() {
        progress.incrementAndGet();
    }

    /**
     * What was found until now.
     *
     * @return the threads, what they wait for and where they stand; empty if nothing was found
     */
    public Optional<String> finding() {
        return Optional.ofNullable(finding.get());
    }

    /**
     * Fails if something was found.
     *
     * @throws AssertionError with the finding
     */
    public void requireNone() {
        finding().ifPresent(found -> {
            throw new AssertionError(found);
        });
    }

    /** Ends the watch. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(watcher);
    }

    private void watch() {
        long seen = progress.get();
        long since = System.nanoTime();
        while (!closed && finding.get() == null) {
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            long @Nullable [] deadlocked = THREADS.findDeadlockedThreads();
            long now = progress.get();
            if (deadlocked != null) {
                finding.set("W25: deadlock between " + deadlocked.length + " threads\n" + describe(deadlocked));
            } else if (now != seen) {
                seen = now;
                since = System.nanoTime();
            } else if (System.nanoTime() - since > patience.toNanos() && !closed) {
                finding.set("W25: no progress for " + patience.toMillis() + " ms after " + seen + " steps\n"
                        + describe(THREADS.getAllThreadIds()));
            }
        }
    }

    private static String describe(long[] threads) {
        return Arrays.stream(THREADS.getThreadInfo(threads, SHOWN_FRAMES))
                .filter(info -> info != null && info.getStackTrace().length > 0)
                .map(DeadlockDetector::describe)
                .collect(Collectors.joining("\n"));
    }

    private static String describe(ThreadInfo info) {
        LockInfo lock = info.getLockInfo();
        String waits = lock == null
                ? ""
                : " waits for " + lock
                        + (info.getLockOwnerName() == null ? "" : ", which \"" + info.getLockOwnerName() + "\" holds");
        return "\"" + info.getThreadName() + "\" " + info.getThreadState() + waits
                + Arrays.stream(info.getStackTrace())
                        .limit(SHOWN_FRAMES)
                        .map(frame -> "\n    at " + frame)
                        .collect(Collectors.joining());
    }
}
