package dev.sluice.conformance.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The tables of docs/oracle.md are those of the code, and its example is a script. */
class OracleDocumentationTest {
    private static final Path PAGE = Path.of("..", "docs", "oracle.md");

    static Stream<Arguments> tables() {
        return Stream.of(
                Arguments.of("statement", Script.Statement.values()),
                Arguments.of("wire", Script.Wire.values()),
                Arguments.of("setting", Setting.values()),
                Arguments.of("trait", OracleCertificates.Key.values()),
                Arguments.of("command", Verb.values()),
                Arguments.of("condition", Condition.Kind.values()),
                Arguments.of("getter", Getter.values()),
                Arguments.of("edit", Edit.Kind.values()));
    }

    @ParameterizedTest
    @MethodSource("tables")
    void theTableIsThatOfTheCode(String heading, Word[] words) throws Exception {
        List<String> page = Files.readAllLines(PAGE);
        int start = 0;
        while (!page.get(start).startsWith("| " + heading + " |")) {
            start++;
        }
        List<String> rows = page.subList(start + 2, page.size()).stream()
                .takeWhile(line -> line.startsWith("|"))
                .toList();
        List<String> expected = Arrays.stream(words)
                .map(word -> "| `" + escaped(word.usage()) + "` | " + escaped(word.help()) + " |")
                .toList();
        assertEquals(String.join("\n", expected), String.join("\n", rows));
    }

    private static String escaped(String text) {
        return text.replace("|", "\\|");
    }

    @Test
    void theExampleIsAScriptThatGoesWithATrace() throws Exception {
        String page = Files.readString(PAGE);
        int start = page.indexOf("```\n# TLS 1.3 alone") + "```\n".length();
        String example = page.substring(start, page.indexOf("```", start));
        Script script =
                Script.parse("happy_tls13", example, OracleFiles.ofSuite().recipes());
        assertEquals(4, script.steps().size());
    }
}
