package dev.sluice.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CliTest {
    @Test
    void helpGoesToStandardOutputAndSucceeds() {
        Captured run = Captured.cli("help");

        assertEquals(0, run.status());
        assertTrue(run.out().startsWith("usage: ./sluice <command>"), run.out());
        assertEquals("", run.err());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "frobnicate|unknown command: frobnicate",
                "demo --frobnicate|unknown option: --frobnicate",
                "demo --backend|--backend needs a name: one of jsse",
                "demo --backend jsse more|unknown argument: more",
                "examples more|unknown argument: more",
                "example|example needs a name: one of BlockingClient, ",
                "example Frobnicate|unknown example: Frobnicate, expected one of BlockingClient, "
            })
    void whatCannotBeUnderstoodIsNamedOnStandardErrorWithTheUsage(String line, String message) {
        Captured run = Captured.cli(line.split(" "));

        assertEquals(2, run.status());
        assertEquals("", run.out());
        assertTrue(run.err().startsWith("sluice: " + message), run.err());
        assertTrue(run.err().contains("\nusage: ./sluice <command>"), run.err());
    }

    @Test
    void anUnknownBackendIsNamedWithThoseThatThereAre() {
        Captured run = Captured.cli("demo", "--backend", "frobnicate");

        assertEquals(2, run.status());
        assertEquals("", run.out());
        String message = run.err().lines().findFirst().orElse("");
        assertTrue(
                message.startsWith("sluice: ") && message.contains("\"frobnicate\"") && message.contains("jsse"),
                message);
    }

    @Test
    void everyExampleIsListed() {
        Captured run = Captured.cli("examples");

        assertEquals(0, run.status());
        assertEquals(
                Example.ALL.stream().map(Example::name).toList(),
                run.out().lines().map(line -> line.split(" ")[0]).toList());
    }
}
