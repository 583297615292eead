package dev.sluice.conformance.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslBackends;
import dev.sluice.conformance.oracle.OraclePlayer.Driving;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of the suite fit each other, and edits that do nothing are found. */
class OracleDataTest {
    private static final OracleFiles FILES = OracleFiles.ofSuite();
    private static final List<String> ENGINES = List.of("jsse", "bc");

    @TempDir
    Path directory;

    @Test
    void everyTraceHasAScriptAndEveryScriptATrace() throws Exception {
        Set<String> scripts = new TreeSet<>();
        try (Stream<Path> all =
                Files.list(Path.of(OracleFiles.class.getResource("scripts/").toURI()))) {
            all.forEach(file -> scripts.add(file.getFileName().toString().replace(".txt", "")));
        }
        assertEquals(new TreeSet<>(FILES.scenarios()), scripts);
        for (String scenario : scripts) {
            assertEquals(scenario, FILES.trace(scenario).scenario());
            assertEquals(scenario, FILES.script(scenario).name());
        }
    }

    /** Edits name most of them, a remark beside an expectation the rest. */
    @Test
    void everyKnownDefectIsNamedSomewhereAndEveryNameIsKnown() {
        List<String> texts = new ArrayList<>(List.of(OracleFiles.resource("recipes.txt")));
        FILES.scenarios().forEach(scenario -> texts.add(OracleFiles.resource("scripts/" + scenario + ".txt")));
        ENGINES.forEach(engine -> texts.add(OracleFiles.resource("engine-" + engine + ".txt")));
        Set<String> named = new TreeSet<>();
        for (String text : texts) {
            Matcher ids = Pattern.compile("\\bK\\d\\d\\b").matcher(text);
            while (ids.find()) {
                named.add(ids.group());
            }
        }
        assertEquals(FILES.knownDefects().keySet(), named);
    }

    @Test
    void everyEntryOfAnEngineConcernsAScenarioWithThatSide() {
        for (String engine : ENGINES) {
            for (EngineTable.Entry entry : FILES.engineTable(engine).entries()) {
                for (String glob : entry.scenarios().split(",")) {
                    List<String> concerned = FILES.scenarios().stream()
                            .filter(scenario -> scenario.matches(glob.replace("*", ".*")))
                            .toList();
                    assertTrue(!concerned.isEmpty(), () -> engine + " names no scenario with " + glob);
                    concerned.forEach(scenario -> assertTrue(
                            FILES.trace(scenario)
                                    .sides()
                                    .containsKey(entry.edit().side()),
                            () -> engine + ": " + scenario + " has no side "
                                    + entry.edit().side()));
                }
            }
        }
    }

    @Test
    void everyRecipeIsUsed() {
        String scripts = String.join(
                "\n",
                FILES.scenarios().stream()
                        .map(scenario -> OracleFiles.resource("scripts/" + scenario + ".txt"))
                        .toList());
        String recipes = OracleFiles.resource("recipes.txt");
        for (String recipe : FILES.recipes().all().keySet()) {
            boolean used = scripts.matches("(?s).*\nuse \\w+ " + recipe + "\\b.*")
                    || recipes.matches("(?s).*\nuse " + recipe + "\\b.*");
            assertTrue(used, () -> "nobody uses the recipe " + recipe);
        }
    }

    /** The same scenario with more in its script. */
    private List<String> playedWith(String scenario, String more) {
        Script script = Script.parse(
                scenario, OracleFiles.resource("scripts/" + scenario + ".txt") + more + "\n", FILES.recipes());
        return new OraclePlayer(SslBackends.active())
                .play(FILES.trace(scenario), script, Driving.CALLER)
                .differences();
    }

    @Test
    void anEditWithNothingToEditFails() {
        assertEquals(
                List.of("scenario happy_tls13, side client: does not apply any more, no event stateChanged(Closing)#2:"
                        + " edit client D10: drop stateChanged(Closing)#2"),
                playedWith("happy_tls13", "edit client D10: drop stateChanged(Closing)#2"));
    }

    @Test
    void anEditThatIsNotNeededFails() {
        assertEquals(
                List.of("scenario happy_tls13, side client: not needed, it is equal without it: edit client D10: move"
                        + " hostFound after stateChanged(Connecting)"),
                playedWith("happy_tls13", "edit client D10: move hostFound after stateChanged(Connecting)"));
    }

    @Test
    void anEditOfANoteThatIsSoAlreadyFails() {
        assertEquals(
                List.of("scenario happy_tls13, note clientGotBytes: does not apply any more, it was 5 before the edit"),
                playedWith("happy_tls13", "edit note D20: clientGotBytes=5"));
    }

    @Test
    void whatIsRefusedMustBeRefused() {
        assertEquals(
                List.of("scenario happy_tls13: expected to be refused: client protocol TlsV1_3"),
                playedWith("happy_tls13", "refused: client protocol TlsV1_3"));
    }

    @Test
    void anExpectationThatIsNotMetFails() {
        assertEquals(
                List.of("scenario happy_tls13: expected Bound of client get state, got Unconnected"),
                playedWith("happy_tls13", "expect client state Bound"));
    }

    @Test
    void mistakesInScriptsAreFoundWithTheirLine() {
        for (String wrong : List.of(
                "client fly",
                "wire bent",
                "config client colour red",
                "when client encrypted client write 5",
                "wait client flown",
                "edit client D99x: drop connected",
                "edit client D10: paint connected",
                "use client no-such-recipe",
                "client write \"open")) {
            IllegalArgumentException refused = assertThrows(
                    IllegalArgumentException.class, () -> Script.parse("wrong", "# a line\n" + wrong, FILES.recipes()));
            assertTrue(String.valueOf(refused.getMessage()).startsWith("script wrong, line 2: "), refused::getMessage);
        }
    }

    @Test
    void aScenarioOfOnesOwnIsPlayedFromADirectory() throws Exception {
        Files.writeString(
                directory.resolve("mine.json"),
                OracleFiles.resource("traces/wait_connected_handshake.json")
                        .replace("\"wait_connected_handshake\"", "\"mine\""));
        Files.writeString(directory.resolve("mine.txt"), OracleFiles.resource("scripts/wait_connected_handshake.txt"));
        OracleFiles own = OracleFiles.ofDirectory(directory);
        assertEquals(List.of("mine"), own.scenarios());
        OracleReport report = new OraclePlayer(SslBackends.active(), own).play("mine", Driving.LOOP);
        assertTrue(report.isAsExpected(), report::toString);
    }
}
