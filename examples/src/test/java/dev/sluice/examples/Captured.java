package dev.sluice.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.SslDiagnostics;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A run of the command-line tool in this process, with what it has written. */
record Captured(int status, String out, String err) {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    static Captured cli(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = Cli.run(List.of(args), printTo(out), printTo(err));
        return new Captured(status, text(out), text(err));
    }

    /** Examples write to standard output, so that one is replaced while they run. */
    static Captured example(String... nameAndArguments) {
        PrintStream standard = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(printTo(out));
        try {
            String[] args = new String[nameAndArguments.length + 1];
            args[0] = "example";
            System.arraycopy(nameAndArguments, 0, args, 1, nameAndArguments.length);
            Captured run = cli(args);
            return new Captured(run.status, text(out), run.err);
        } finally {
            System.setOut(standard);
        }
    }

    static PrintStream printTo(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }

    /**
     * Examples and scenes wait for everything that they start, so nothing may be left when they return: but for a helper
     * thread that has given its answer and is on its way out.
     */
    static void assertNothingIsLeft() {
        long start = System.nanoTime();
        while (SslDiagnostics.helperThreads() > 0 && System.nanoTime() - start < PATIENCE_NANOS) {
            Thread.yield();
        }
        assertEquals(
                List.of(0L, 0L, 0L, 0L),
                List.of(
                        SslDiagnostics.liveContexts(),
                        SslDiagnostics.liveEngines(),
                        SslDiagnostics.liveBuffers(),
                        SslDiagnostics.helperThreads()),
                "live contexts, engines, buffers, helper threads");
    }
}
