package dev.sluice.mutation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of mutation testing, and when the command fails. */
class MutationReportTest {
    private static final String SURVIVOR = "Some\tgo\tMath\tReplaced addition with subtraction\treturn a + b;";

    @TempDir
    Path core;

    @BeforeEach
    void oneGroup() throws IOException {
        write("src/main/java/dev/sluice/Some.java", "class Some {\n    return a + b;\n}\n");
        groups(50);
        reasons("");
    }

    private void write(String path, String text) throws IOException {
        Path file = core.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void groups(int threshold) throws IOException {
        write("src/test/mutation/groups.tsv", "# comment\none\t" + threshold + "\tthe only one\n");
    }

    private void reasons(String lines) throws IOException {
        write("src/test/mutation/survivors.tsv", "# comment\n" + lines);
    }

    private static String mutation(String status) {
        return "<mutation detected='" + (status.equals("KILLED") || status.equals("TIMED_OUT")) + "' status='" + status
                + "'><sourceFile>Some.java</sourceFile><mutatedClass>dev.sluice.Some</mutatedClass>"
                + "<mutatedMethod>go</mutatedMethod><lineNumber>2</lineNumber>"
                + "<mutator>org.pitest.MathMutator</mutator>"
                + "<description>Replaced addition with subtraction</description></mutation>";
    }

    private void ran(String... statuses) throws IOException {
        write(
                "target/mutation/one/mutations.xml",
                "<mutations>"
                        + String.join(
                                "",
                                List.of(statuses).stream()
                                        .map(MutationReportTest::mutation)
                                        .toList())
                        + "</mutations>");
    }

    private List<String> objectionsToThePage() throws IOException {
        MutationReport report = new MutationReport(core);
        report.page();
        return report.objections();
    }

    @Test
    void theCountsStandInThePage() throws IOException {
        reasons(SURVIVOR + "\t2\tboth are the same here\n");
        ran("KILLED", "KILLED", "TIMED_OUT", "SURVIVED", "NO_COVERAGE");
        MutationReport report = new MutationReport(core);
        String page = report.page();
        assertTrue(page.contains("| one | the only one | 5 | 2 | 1 | 1 | 1 | **60.0 %** | 50 % |"), page);
        assertTrue(
                page.contains("| Some.go | `return a + b;` | Replaced addition with subtraction (2 times) (Math)"),
                page);
        assertTrue(page.contains("| both are the same here |"), page);
        assertEquals(List.of(), report.objections());
    }

    @Test
    void aSurvivorWithoutAReasonIsRefused() throws IOException {
        ran("KILLED", "SURVIVED");
        assertEquals(List.of("one: 1 survived, 0 explained: " + SURVIVOR), objectionsToThePage());
    }

    @Test
    void moreSurvivorsThanWereExplainedAreRefused() throws IOException {
        reasons(SURVIVOR + "\t1\tboth are the same here\n");
        ran("KILLED", "KILLED", "SURVIVED");
        assertEquals(List.of(), objectionsToThePage());
        ran("KILLED", "KILLED", "SURVIVED", "NO_COVERAGE");
        assertEquals(List.of("one: 2 survived, 1 explained: " + SURVIVOR), objectionsToThePage());
    }

    @Test
    void aGroupBelowItsThresholdIsRefusedHoweverWellItIsExplained() throws IOException {
        groups(51);
        reasons(SURVIVOR + "\t1\tboth are the same here\n");
        ran("KILLED", "SURVIVED");
        assertEquals(List.of("one: 50.0 % of the mutants killed, expected 51 % or more"), objectionsToThePage());
    }

    @Test
    void aGroupThatWasNotRunIsRefused() throws IOException {
        assertEquals(List.of("group one was not run"), objectionsToThePage());
        MutationReport report = new MutationReport(core);
        assertThrows(IllegalStateException.class, () -> report.check("one"));
        assertThrows(IllegalArgumentException.class, () -> report.check("two"));
    }

    @Test
    void reasonsAreGivenOnceAndInWords() throws IOException {
        reasons(SURVIVOR + "\t1\t \n");
        assertThrows(IllegalArgumentException.class, () -> new MutationReport(core));
        reasons(SURVIVOR + "\t1\tone\n" + SURVIVOR + "\t1\tanother\n");
        assertThrows(IllegalArgumentException.class, () -> new MutationReport(core));
        reasons("too\tshort\n");
        assertThrows(IllegalArgumentException.class, () -> new MutationReport(core));
    }
}
