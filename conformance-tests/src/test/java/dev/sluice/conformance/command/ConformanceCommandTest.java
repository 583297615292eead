package dev.sluice.conformance.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.conformance.report.Catalogue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is typed is understood, or refused in words. Whole runs are those of {@code ./sluice conformance}. */
class ConformanceCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        return ConformanceCommand.run(
                List.of(args), new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
    }

    @Test
    void helpIsNoError() {
        assertEquals(0, run("--help"));
        assertTrue(out.toString(UTF_8).startsWith("usage: conformance"));
    }

    @ParameterizedTest
    @CsvSource({
        "--speed, unknown option: --speed",
        "--backend, --backend needs a value",
        "--backend none, unknown backend: none",
        "--profile slow, unknown profile: slow",
        "--seed one, --seed needs a number",
        "--simulations -1, --simulations is -1",
        "--threads 0, --threads is 0",
        "--jar nowhere.jar, no such jar: nowhere.jar",
    })
    void whatMakesNoSenseIsRefusedInWords(String arguments, String words) {
        assertEquals(2, run(arguments.split(" ")));
        assertTrue(err.toString(UTF_8).contains(words), err::toString);
    }

    @Test
    void theCatalogueIsWrittenAndNothingIsRun(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("weaknesses.md");
        assertEquals(0, run("--catalogue", file.toString()));
        assertEquals(Catalogue.page(), Files.readString(file));
        assertEquals("", out.toString(UTF_8));
    }
}
