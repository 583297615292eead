package dev.sluice.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslDiagnostics;
import dev.sluice.SslError;
import dev.sluice.SslEventLoop;
import dev.sluice.SslServer;
import dev.sluice.conformance.Weakness;
import dev.sluice.testing.TestCertificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** README.md says what is so: its snippets are running code, its links lead somewhere, its catalogue is complete. */
class ReadmeTest {
    private static final Path TOP = top();
    private static final Pattern SHOWN =
            Pattern.compile("<!-- snippet: (\\w+) -->\\n```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");

    /** {@code Type.member}, as documents write it. */
    private static final Pattern MEMBER = Pattern.compile("`([A-Z][A-Za-z]+)\\.([a-zA-Z_]+)(?:\\([^`]*)?`");

    /** Types of others that documents name with a member. */
    private static final Set<String> FOREIGN = Set.of("System");

    private static final List<String> MODULES =
            List.of("core", "backend-jsse", "backend-bc", "conformance-tests", "examples", "benchmarks");

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void theSnippetsRun() throws Exception {
        TestCertificates.Issued identity = TestCertificates.localhost();
        try (SslEventLoop loop = SslEventLoop.start("readme");
                SslServer server = Snippets.server(loop, identity.chain(), identity.key())) {
            assertEquals("hello", Snippets.client(identity.root(), server.port()));
            assertEquals("localhost", peerOf(Snippets.contextWithVerifier(identity.root()), server.port()));
        }
        assertEquals(
                SslError.Code.HOST_NAME_MISMATCH,
                Snippets.verify(identity.chain()).get(0).code());
        assertEquals(0, SslDiagnostics.liveEngines());
        assertEquals(0, SslDiagnostics.liveContexts());
        assertEquals(0, SslDiagnostics.liveBuffers());
    }

    private static String peerOf(SSLContext context, int port) throws Exception {
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", port)) {
            socket.setSoTimeout(10_000);
            socket.startHandshake();
            return socket.getSession().getPeerHost();
        }
    }

    @Test
    void whatTheReadmeShowsIsWhatRuns() throws IOException {
        Map<String, String> shown = new LinkedHashMap<>();
        Matcher blocks = SHOWN.matcher(Files.readString(TOP.resolve("README.md")));
        while (blocks.find()) {
            shown.put(blocks.group(1), blocks.group(2));
        }

        assertFalse(shown.isEmpty());
        assertEquals(regions(), shown);
    }

    @Test
    void linksLeadToFilesThatAreThere() throws IOException {
        for (Path document : documents()) {
            Matcher links = LINK.matcher(Files.readString(document));
            while (links.find()) {
                Path target = document.resolveSibling(links.group(1));
                assertTrue(Files.exists(target), () -> TOP.relativize(document) + " links to " + target);
            }
        }
    }

    @Test
    void theCatalogueNamesEveryWeaknessOnce() throws IOException {
        Matcher rows = Pattern.compile("^\\| (W\\d\\d) \\|", Pattern.MULTILINE)
                .matcher(Files.readString(TOP.resolve("README.md")));
        List<String> ids = new ArrayList<>();
        while (rows.find()) {
            ids.add(rows.group(1));
        }

        List<String> expected = new ArrayList<>();
        for (int id = 1; id <= 44; id++) {
            expected.add(String.format("W%02d", id));
        }
        assertEquals(expected, ids);
    }

    /** The results are those of a run, and a run that found something is not shown off. */
    @Test
    void theCatalogueShowsWhatARunHasFound() throws IOException {
        Matcher rows = Pattern.compile("^\\| (W\\d\\d) \\|([^|]+)\\|([^|]+)\\|([^|]+)\\|$", Pattern.MULTILINE)
                .matcher(Files.readString(TOP.resolve("README.md")));
        int count = 0;
        while (rows.find()) {
            count++;
            Weakness weakness = Weakness.find(rows.group(1)).orElseThrow();
            assertEquals(weakness.must(), rows.group(2).strip());
            for (String cell : List.of(rows.group(3).strip(), rows.group(4).strip())) {
                assertTrue(
                        cell.startsWith("absent: ")
                                || cell.equals("not applicable")
                                || cell.equals("proven by the build"),
                        () -> weakness.id() + " is shown as \"" + cell + "\"");
            }
        }
        assertEquals(Weakness.values().length, count);
    }

    @Test
    void documentsNameWhatIsThere() throws IOException {
        Map<String, String> types = new HashMap<>();
        for (String module : MODULES) {
            try (var files = Files.walk(TOP.resolve(module).resolve("src"))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    types.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
                }
            }
        }

        List<String> unknown = new ArrayList<>();
        for (Path document : documents()) {
            Matcher names = MEMBER.matcher(Files.readString(document));
            while (names.find()) {
                String source = types.get(names.group(1));
                boolean there = source != null
                        && Pattern.compile("\\b" + names.group(2) + "\\b")
                                .matcher(source)
                                .find();
                if (!there && !FOREIGN.contains(names.group(1))) {
                    unknown.add(TOP.relativize(document) + ": " + names.group());
                }
            }
        }
        assertEquals(List.of(), unknown);
    }

    private static Stream<String> sources(String module) throws IOException {
        List<String> sources = new ArrayList<>();
        try (var files = Files.walk(TOP.resolve(module).resolve("src"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".java")).toList()) {
                sources.add(Files.readString(file));
            }
        }
        return sources.stream();
    }

    /** The snippets of the source, each without the blanks that all of its lines begin with. */
    private static Map<String, String> regions() throws IOException {
        Path source = TOP.resolve("examples/src/test/java/dev/sluice/examples/Snippets.java");
        Map<String, String> regions = new LinkedHashMap<>();
        String name = null;
        StringBuilder text = new StringBuilder();
        for (String line : Files.readAllLines(source)) {
            String trimmed = line.strip();
            if (trimmed.startsWith("// snippet: ")) {
                name = trimmed.substring("// snippet: ".length());
                text.setLength(0);
            } else if (trimmed.equals("// end")) {
                regions.put(name, text.toString().stripTrailing().stripIndent() + "\n");
            } else {
                text.append(line).append('\n');
            }
        }
        return regions;
    }

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>();
        try (var files = Files.list(TOP)) {
            files.filter(ReadmeTest::isDocument).forEach(documents::add);
        }
        try (var files = Files.walk(TOP.resolve("docs"))) {
            files.filter(ReadmeTest::isDocument).forEach(documents::add);
        }
        return documents;
    }

    private static boolean isDocument(Path file) {
        return file.getFileName().toString().endsWith(".md");
    }

    private static Path top() {
        Path directory = Path.of("").toAbsolutePath();
        while (directory != null && !Files.exists(directory.resolve("README.md"))) {
            directory = directory.getParent();
        }
        if (directory == null) {
            throw new IllegalStateException(
                    "README.md was not found in or above " + Path.of("").toAbsolutePath());
        }
        return directory;
    }
}
