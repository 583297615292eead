package dev.sluice.conformance.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.SslDiagnostics;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test after which a context, an engine, a buffer or a helper thread of ours is still alive. */
final class NothingLeft implements AfterEachCallback {
    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final Map<String, Long> NOTHING =
            Map.of("contexts", 0L, "engines", 0L, "buffers", 0L, "threads", 0L);

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            return; // one failure is enough
        }
        // The thread that has closed a connection may still be on its way out.
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!live().equals(NOTHING) && System.nanoTime() - deadline < 0) {
            Thread.yield();
        }
        assertEquals(NOTHING, live(), "live after the test");
    }

    private static Map<String, Long> live() {
        return Map.of(
                "contexts", SslDiagnostics.liveContexts(),
                "engines", SslDiagnostics.liveEngines(),
                "buffers", SslDiagnostics.liveBuffers(),
                "threads", SslDiagnostics.helperThreads());
    }
}
