package dev.sluice;

import dev.sluice.connection.LiveCounts;

/**
 * Counts of what this library holds in this process, so that a test can assert that everything came back.
 *
 * <p>Each count is exact at the moment it is read; read together they are not one snapshot. All are zero when every
 * socket, server and session store was closed. Thread-safe.
 */
public final class SslDiagnostics {
    private SslDiagnostics() {}

    /**
     * The number of contexts that are alive: keys and sessions inside a TLS library that connections share.
     *
     * @return contexts created and not yet freed
     */
    public static long liveContexts() {
        return LiveCounts.CONTEXTS.get();
    }

    /**
     * The number of engines that are alive.
     *
     * @return engines created and not yet released
     */
    public static long liveEngines() {
        return LiveCounts.ENGINES.get();
    }

    /**
     * The number of buffers that connections hold. Idle connections hold none.
     *
     * @return ciphertext and plaintext buffers that were not given back
     */
    public static long liveBuffers() {
        return LiveCounts.BUFFERS.get();
    }

    /**
     * The number of threads that run engine tasks which may have to wait for an answer of the user.
     *
     * @return helper threads alive
     */
    public static long helperThreads() {
        return LiveCounts.HELPER_THREADS.get();
    }
}
