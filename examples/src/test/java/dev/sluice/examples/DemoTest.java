package dev.sluice.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslBackends;
import dev.sluice.SslServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DemoTest {
    static List<String> backends() {
        return SslBackends.available();
    }

    @AfterEach
    void nothingIsLeft() {
        Captured.assertNothingIsLeft();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void everySceneGoesAsExpected(String backend) {
        Captured run = Captured.cli("demo", "--backend", backend);

        assertEquals(0, run.status(), run.out());
        assertEquals("", run.err());
        assertTrue(run.out().contains("backend " + backend), run.out());
        assertFalse(run.out().contains("   FAILED: "), run.out());
        assertTrue(run.out().endsWith("scenes as expected, everything closed\n"), run.out());
    }

    @Test
    void theDefaultBackendLeavesNoSceneOut() {
        Captured run = Captured.cli("demo");

        assertEquals(0, run.status(), run.out());
        assertFalse(run.out().contains("left out"), run.out());
        assertTrue(run.out().endsWith("7 of 7 scenes as expected, everything closed\n"), run.out());
    }

    @Test
    void noEscapeSequencesUnlessTheOutputIsATerminal() {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        ByteArrayOutputStream styled = new ByteArrayOutputStream();
        Demo.Scene nothing = new Demo.Scene("nothing happens", stage -> true, stage -> {});

        Demo.run(List.of(nothing), SslBackends.active(), false, Captured.printTo(plain));
        Demo.run(List.of(nothing), SslBackends.active(), true, Captured.printTo(styled));

        assertFalse(Captured.text(plain).contains("\u001b["));
        assertTrue(Captured.text(styled).contains("\u001b[1m1  nothing happens\u001b[0m"));
    }

    @Test
    void aSceneThatIsDisappointedFailsTheDemoAndSaysWhatItExpected() {
        Captured run = play(stage -> stage.expect("colour", "green", "red"));

        assertEquals(1, run.status());
        assertTrue(run.out().contains("FAILED: colour: expected green, got red\n"), run.out());
        assertTrue(run.out().endsWith("0 of 1 scenes as expected, everything closed\n"), run.out());
    }

    @Test
    void aSceneThatThrowsFailsTheDemo() {
        Captured run = play(stage -> {
            throw new IOException("no network today");
        });

        assertEquals(1, run.status());
        assertTrue(run.out().contains("FAILED: expected no exception, got java.io.IOException: no network today\n"));
    }

    @Test
    void anEventThatIsMissingFailsTheDemo() {
        Captured run = play(stage -> stage.expectInOrder("client", new EventTrace(), "encrypted"));

        assertEquals(1, run.status());
        assertTrue(run.out().contains("FAILED: events of the client: expected encrypted in this order"), run.out());
    }

    @Test
    void aDemoWithoutAnySceneThatIsPossibleHasShownNothing() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Demo.Scene impossible = new Demo.Scene("squaring the circle", stage -> false, stage -> {});

        assertEquals(1, Demo.run(List.of(impossible), SslBackends.active(), false, Captured.printTo(out)));
        assertTrue(Captured.text(out).contains("left out: backend jsse cannot do this"), Captured.text(out));
    }

    @Test
    void whatIsLeftOpenFailsTheDemo() {
        SslServer[] forgotten = new SslServer[1];
        try {
            Captured run = play(stage ->
                    forgotten[0] = Stage.listen(stage.serverConfiguration().build(), new EventTrace()));

            assertEquals(1, run.status());
            assertTrue(run.out().endsWith("1 of 1 scenes as expected, something was left open\n"), run.out());
        } finally {
            forgotten[0].close();
        }
    }

    private static Captured play(Demo.Play play) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Demo.Scene scene = new Demo.Scene("a scene", stage -> true, play);
        int status = Demo.run(List.of(scene), SslBackends.active(), false, Captured.printTo(out));
        return new Captured(status, Captured.text(out), "");
    }
}
