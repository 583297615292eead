package dev.sluice.conformance.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.conformance.Assessment;
import dev.sluice.conformance.Outcome;
import dev.sluice.conformance.Profile;
import dev.sluice.conformance.Weakness;
import dev.sluice.conformance.harness.Chronicle;
import dev.sluice.conformance.simulation.Coverage;
import dev.sluice.conformance.simulation.SimulationRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people read says what was found, and what a backend says does not become markup. */
class ReportTest {
    private static final Outcome HOLDS = new Outcome(
            "Some.property",
            List.of(Weakness.W01),
            Outcome.Verdict.HOLDS,
            7,
            42,
            Duration.ofMillis(5),
            Optional.empty(),
            List.of(),
            List.of());
    private static final Outcome FAILS = new Outcome(
            "Some.other",
            List.of(Weakness.W02),
            Outcome.Verdict.FAILS,
            3,
            43,
            Duration.ofMillis(6),
            Optional.of("it said <script>alert(1)</script>"),
            List.of("TLS_1_3", "5"),
            List.of(new Chronicle.Entry(Chronicle.Where.TO_SERVER, "bytes", 512)));
    private static final Outcome LACKS = new Outcome(
            "Some.third",
            List.of(Weakness.W03),
            Outcome.Verdict.NOT_APPLICABLE,
            0,
            44,
            Duration.ZERO,
            Optional.of("the backend does not declare ALPN"),
            List.of(),
            List.of());

    private static Assessment assessment(Outcome... outcomes) {
        return new Assessment(
                "mine",
                "Library <1>",
                Profile.QUICK,
                9,
                List.of(outcomes),
                new SimulationRun(0, new Coverage(), Optional.empty()),
                List.of(),
                Duration.ofSeconds(2));
    }

    @Test
    void aWeaknessIsAbsentFoundOrNotApplicable() {
        Assessment one = assessment(HOLDS, FAILS, LACKS);
        assertEquals(Assessment.Standing.ABSENT, one.standing(Weakness.W01));
        assertEquals(Assessment.Standing.FOUND, one.standing(Weakness.W02));
        assertEquals(Assessment.Standing.NOT_APPLICABLE, one.standing(Weakness.W03));
        assertEquals(Assessment.Standing.ELSEWHERE, one.standing(Weakness.W15));
        assertEquals(Assessment.Standing.UNPROVEN, one.standing(Weakness.W44));
        assertFalse(one.isGood());
        assertTrue(assessment(HOLDS, LACKS).isGood());
    }

    @Test
    void thePageShowsTheCounterExampleAndNoMarkupOfOthers(@TempDir Path directory) throws IOException {
        String page = Files.readString(HtmlReport.write(List.of(assessment(HOLDS, FAILS, LACKS)), directory));
        assertTrue(page.contains("&lt;script&gt;alert(1)"), page);
        assertFalse(page.contains("<script"), "a script in the page");
        assertTrue(page.contains("512 bytes"), "the picture of the failure");
        assertTrue(page.contains("[TLS_1_3, 5]"), "the smallest parameters");
        assertFalse(page.contains("http"), "the page needs nothing from elsewhere");
    }

    @Test
    void theTableGoesBetweenTheMarksAndLeavesTheRest(@TempDir Path directory) throws IOException {
        Path document = directory.resolve("README.md");
        String begin = "before\n<!-- conformance: written by the run, not by hand -->\n";
        Files.writeString(document, begin + "xyzzy\n<!-- end of conformance -->\nafter\n");
        DocumentTable.write(List.of(assessment(HOLDS, FAILS)), document);
        String text = Files.readString(document);
        assertTrue(text.startsWith(begin) && text.endsWith("<!-- end of conformance -->\nafter\n"), text);
        assertFalse(text.contains("xyzzy"), text);
        assertTrue(text.contains("absent: 1 property, 7 tries"), text);
        assertTrue(text.contains("FOUND: 1 property, 3 tries"), text);
    }

    @Test
    void aDocumentWithoutTheMarksIsLeftAlone(@TempDir Path directory) throws IOException {
        Path document = directory.resolve("README.md");
        Files.writeString(document, "nothing here");
        assertThrows(IOException.class, () -> DocumentTable.write(List.of(assessment(HOLDS)), document));
        assertEquals("nothing here", Files.readString(document));
    }
}
