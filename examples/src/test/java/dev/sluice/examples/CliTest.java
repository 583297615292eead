package dev.sluice.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CliTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void helpGoesToStandardOutputAndSucceeds() {
        int status = run("help");

        assertEquals(0, status);
        assertTrue(text(out).startsWith("usage: ./sluice <command>"));
        assertEquals("", text(err));
    }

    @Test
    void anUnknownCommandIsNamedOnStandardErrorAndFails() {
        int status = run("frobnicate");

        assertEquals(2, status);
        assertEquals("", text(out));
        assertTrue(text(err).startsWith("sluice: unknown command: frobnicate\n"));
    }

    private int run(String... args) {
        return Cli.run(
                List.of(args),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }
}
