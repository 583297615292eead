package dev.sluice.conformance;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** Ends what does not end by itself, and says where it stood: a backend that is judged may spin or wait for ever. */
final class Watchdog {
    private static final int SHOWN_FRAMES = 12;

    private static final ExecutorService THREADS = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "conformance-try");
        thread.setDaemon(true);
        return thread;
    });

    private Watchdog() {}

    /**
     * Runs work and gives its result.
     *
     * @throws AssertionError if it takes longer than the limit; its thread is interrupted and left to itself
     */
    static <T> T within(Duration limit, Callable<T> work) {
        CompletableFuture<Thread> worker = new CompletableFuture<>();
        Future<T> result = THREADS.submit(() -> {
            worker.complete(Thread.currentThread());
            return work.call();
        });
        try {
            return result.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            AssertionError stuck = new AssertionError(
                    "did not come to an end within " + limit.toSeconds() + " s; it stood at " + where(worker.join()));
            stuck.initCause(e);
            result.cancel(true);
            throw stuck;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new AssertionError("the try itself broke: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            result.cancel(true);
            throw new AssertionError("the run was interrupted", e);
        }
    }

    private static String where(Thread thread) {
        return Arrays.stream(thread.getStackTrace())
                .limit(SHOWN_FRAMES)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(" < "));
    }
}
