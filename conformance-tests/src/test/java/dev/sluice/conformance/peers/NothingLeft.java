package dev.sluice.conformance.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.SslDiagnostics;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test that leaves a context, an engine, a buffer or a helper thread of ours alive. */
final class NothingLeft implements BeforeEachCallback, AfterEachCallback {
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    /** Not zero only after a test that has failed; that one is to blame, not those that follow. */
    private Map<String, Long> before = Map.of();

    @Override
    public void beforeEach(ExtensionContext context) {
        before = live();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isPresent()) {
            return; // one failure is enough
        }
        // The thread that has closed a connection may still be on its way out.
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!live().equals(before) && System.nanoTime() - deadline < 0) {
            Thread.yield();
        }
        assertEquals(before, live(), "live after the test");
    }

    private static Map<String, Long> live() {
        return Map.of(
                "contexts", SslDiagnostics.liveContexts(),
                "engines", SslDiagnostics.liveEngines(),
                "buffers", SslDiagnostics.liveBuffers(),
                "threads", SslDiagnostics.helperThreads());
    }
}
