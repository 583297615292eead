package dev.sluice.conformance.command;

import dev.sluice.conformance.Assessment;
import java.io.PrintStream;

/** Shows how far a run has come: one line that is written over in a terminal, nothing where there is none. Thread-safe. */
final class ProgressBar implements Assessment.Progress {
    private static final int WIDTH = 30;
    private static final long STEP_NANOS = 100_000_000;

    private final PrintStream out;
    private final boolean terminal;
    private final String name;
    /** Guarded by this. */
    private long nextNanos = System.nanoTime();

    ProgressBar(PrintStream out, boolean terminal, String name) {
        this.out = out;
        this.terminal = terminal;
        this.name = name;
    }

    @Override
    public synchronized void advanced(String part, long done, long of) {
        long now = System.nanoTime();
        if (!terminal || (done < of && now - nextNanos < 0)) {
            return;
        }
        nextNanos = now + STEP_NANOS;
        int filled = of == 0 ? WIDTH : (int) (WIDTH * done / of);
        out.printf("\r%-12s %-12s [%s%s] %d/%d ", name, part, "=".repeat(filled), " ".repeat(WIDTH - filled), done, of);
        if (done >= of) {
            out.print("\r" + " ".repeat(80) + "\r");
        }
        out.flush();
    }
}
