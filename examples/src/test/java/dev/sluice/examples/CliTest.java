package dev.sluice.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslBackends;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
                "demo --backend jsse --backend jsse|--backend was given twice",
                "example BlockingClient --backend|--backend needs a name: one of jsse",
                "example --backend jsse|example needs a name: one of BlockingClient, ",
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

    @ParameterizedTest
    @ValueSource(strings = {"demo --backend frobnicate", "example BlockingClient --backend frobnicate"})
    void anUnknownBackendIsNamedWithThoseThatThereAre(String line) {
        Captured run = Captured.cli(line.split(" "));

        assertEquals(2, run.status());
        assertEquals("", run.out());
        String message = run.err().lines().findFirst().orElse("");
        assertTrue(
                message.startsWith("sluice: ") && message.contains("\"frobnicate\"") && message.contains("jsse"),
                message);
    }

    @Test
    void theBackendOfAnExampleIsTheActiveOneWhileItRunsAndNotAfterwards() {
        String before = SslBackends.active().name();
        PrintStream err = Captured.printTo(new ByteArrayOutputStream());
        List<String> seen = new ArrayList<>();
        Example probe = new Example("Probe", "tells the backend, then fails", args -> {
            seen.add(SslBackends.active().name());
            throw new IOException("after that");
        });

        for (String backend : SslBackends.available()) {
            assertEquals(1, Cli.run(probe, List.of(), SslBackends.byName(backend), err));
            assertEquals(before, SslBackends.active().name());
        }

        assertEquals(SslBackends.available(), seen);
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
