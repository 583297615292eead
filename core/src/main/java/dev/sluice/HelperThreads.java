package dev.sluice;

import dev.sluice.connection.LiveCounts;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;

/**
 * Threads for engine tasks that may have to wait for an answer about the peer: virtual where the platform has them,
 * counted, and limited in number, since each may be held up by a person.
 *
 * <p>Thread-safe.
 */
final class HelperThreads {
    private static final int MAX_THREADS = 1024;
    private static final Semaphore PLACES = new Semaphore(MAX_THREADS);
    private static final ThreadFactory FACTORY = newFactory();

    private HelperThreads() {}

    /**
     * Runs work on a thread of its own.
     *
     * @return false if all places are taken; the work will not run then
     */
    static boolean run(Runnable work) {
        if (!PLACES.tryAcquire()) {
            return false;
        }
        boolean started = false;
        LiveCounts.HELPER_THREADS.acquired();
        try {
            FACTORY.newThread(() -> {
                        try {
                            work.run();
                        } finally {
                            ended();
                        }
                    })
                    .start();
            started = true;
        } finally {
            if (!started) {
                ended();
            }
        }
        return true;
    }

    private static void ended() {
        LiveCounts.HELPER_THREADS.released();
        PLACES.release();
    }

    /** {@code Thread.ofVirtual().factory()} where it exists (JDK 21), looked up because the code is built for JDK 17. */
    private static ThreadFactory newFactory() {
        try {
            Class<?> builder = Class.forName("java.lang.Thread$Builder");
            Class<?> virtual = Class.forName("java.lang.Thread$Builder$OfVirtual");
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            MethodHandle ofVirtual = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(virtual));
            MethodHandle factory = lookup.findVirtual(builder, "factory", MethodType.methodType(ThreadFactory.class));
            return (ThreadFactory) factory.invoke(ofVirtual.invoke());
        } catch (ReflectiveOperationException | UnsupportedOperationException e) {
            return HelperThreads::newDaemon; // JDK 17 to 20
        } catch (Throwable e) {
            throw new IllegalStateException("virtual threads could not be set up", e);
        }
    }

    private static Thread newDaemon(Runnable work) {
        Thread thread = new Thread(work, "sluice-verification");
        thread.setDaemon(true);
        return thread;
    }
}
