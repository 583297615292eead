package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the build is made of: pinned in one place, and listed with the reason in {@code docs/dependencies.md}. */
class BuildFilesTest {
    private static final Path TOP = top();
    private static final Set<String> PUBLISHED = Set.of("core", "backend-jsse", "backend-bc", "conformance-tests");

    private static final Pattern REFERENCE = Pattern.compile("\\$\\{((.+)\\.version)}");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern IN_PARENTHESES = Pattern.compile("\\([^)]*\\)");

    private final PomFile parent = PomFile.read(TOP.resolve("pom.xml"));
    private final Map<String, PomFile> modules = parent.texts("modules", "module").stream()
            .collect(Collectors.toMap(
                    name -> name,
                    name -> PomFile.read(TOP.resolve(name).resolve("pom.xml")),
                    (first, second) -> first,
                    TreeMap::new));

    // ---- the list ----

    @Test
    void whatIsPinnedIsInTheListWithItsVersion() throws IOException {
        List<Row> list = list();
        Set<String> wrong = new TreeSet<>();
        pinned().forEach((name, version) -> {
            Set<String> listed = list.stream()
                    .filter(row -> row.names().contains(name))
                    .map(Row::version)
                    .collect(Collectors.toCollection(TreeSet::new));
            if (!listed.equals(Set.of(version))) {
                wrong.add(name + " is pinned at " + version + ", listed with " + listed);
            }
        });
        assertEquals(Set.of(), wrong);
    }

    @Test
    void whatIsInTheListIsInTheBuildWithItsVersion() throws IOException {
        Map<String, String> versions = pinned();
        used().forEach((name, version) -> versions.merge(name, version, (managed, same) -> managed));
        Set<String> wrong = new TreeSet<>();
        for (Row row : list()) {
            for (String name : row.names()) {
                String version = versions.get(name);
                if (!row.version().equals(version)) {
                    wrong.add(name + " is listed with " + row.version() + ", the build has "
                            + (version == null ? "none" : version));
                }
            }
        }
        assertEquals(Set.of(), wrong);
    }

    @Test
    void whatModulesUseIsInTheList() throws IOException {
        Set<String> listed =
                list().stream().flatMap(row -> row.names().stream()).collect(Collectors.toCollection(TreeSet::new));
        Set<String> unlisted = new TreeSet<>(used().keySet());
        unlisted.removeAll(listed);
        assertEquals(Set.of(), unlisted);
    }

    /** Whoever adds a dependency to what users get has to say so where it is looked for. */
    @Test
    void usersGetWhatTheListSays() throws IOException {
        Map<String, Set<String>> given = new TreeMap<>();
        for (String module : PUBLISHED) {
            PomFile pom = modules.get(module);
            given.put(
                    pom.artifactId(),
                    pom.dependencies().stream()
                            .filter(dependency -> dependency.isOfScope("compile") || dependency.isOfScope("runtime"))
                            .filter(dependency -> !isOurs(dependency))
                            .map(PomFile.Item::name)
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
        Map<String, Set<String>> said = new TreeMap<>();
        for (Row row : list()) {
            if (row.module().startsWith("sluice-")) {
                said.computeIfAbsent(row.module(), module -> new TreeSet<>()).addAll(row.names());
            }
        }
        assertEquals(said, given);
    }

    // ---- one place ----

    @Test
    void librariesHaveTheirVersionsInPropertiesOfTheParent() {
        assertEquals(
                List.of(),
                parent.items("dependency", "path").stream()
                        .filter(item -> !isOurs(item))
                        .filter(item -> item.version()
                                .filter(version -> !REFERENCE.matcher(version).matches())
                                .isPresent())
                        .toList());
    }

    @Test
    void modulesPinNothing() {
        List<String> wrong = new ArrayList<>();
        modules.forEach((module, pom) -> {
            pom.versions().stream()
                    .filter(version -> !isProperty(version))
                    .forEach(version -> wrong.add(module + " has the version " + version));
            pom.properties().keySet().stream()
                    .filter(name -> name.endsWith(".version"))
                    .forEach(name -> wrong.add(module + " has the property " + name));
        });
        assertEquals(List.of(), wrong);
    }

    @Test
    void everyPluginIsManagedByTheParent() {
        Set<String> managed = parent.managedPlugins().stream()
                .filter(plugin -> plugin.version().isPresent())
                .map(PomFile.Item::name)
                .collect(Collectors.toSet());
        List<String> wrong = new ArrayList<>();
        Stream.concat(Stream.of(parent), modules.values().stream()).forEach(pom -> {
            for (PomFile.Item plugin : pom.usedPlugins()) {
                if (plugin.version().isPresent() || !managed.contains(plugin.name())) {
                    wrong.add(pom.artifactId() + ": " + plugin);
                }
            }
        });
        assertEquals(List.of(), wrong);
    }

    @Test
    void noVersionIsLeftBehind() {
        Set<String> references = Stream.concat(Stream.of(parent), modules.values().stream())
                .flatMap(pom -> pom.versions().stream())
                .map(REFERENCE::matcher)
                .filter(Matcher::matches)
                .map(reference -> reference.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> unused = new TreeSet<>(parent.properties().keySet());
        unused.removeIf(name -> !name.endsWith(".version") || references.contains(name));
        assertEquals(Set.of(), unused);
    }

    // ---- what the files say ----

    /** One row of a table of the list. */
    private record Row(String module, Set<String> names, String version) {}

    /** The rows of all tables that have a column for versions and one for names. */
    private static List<Row> list() throws IOException {
        List<Row> rows = new ArrayList<>();
        List<String> header = List.of();
        for (String line : Files.readAllLines(TOP.resolve("docs/dependencies.md"))) {
            if (!line.startsWith("|")) {
                header = List.of();
                continue;
            }
            List<String> cells = Stream.of(line.substring(1).split("\\|", -1))
                    .map(String::strip)
                    .toList();
            if (header.isEmpty()) {
                header = cells;
                continue;
            }
            int name = Stream.of("dependency", "tool", "plugin")
                    .mapToInt(header::indexOf)
                    .max()
                    .orElseThrow();
            int version = header.indexOf("version");
            int module = header.indexOf("module");
            if (name >= 0 && version >= 0) {
                String owner = module < 0 ? "" : cells.get(module).replace("`", "");
                rows.add(new Row(owner, namesIn(cells.get(name)), cells.get(version)));
            }
        }
        return rows;
    }

    /** What stands in parentheses (what a dependency brings, a classifier) is for readers. */
    private static Set<String> namesIn(String cell) {
        return CODE.matcher(IN_PARENTHESES.matcher(cell).replaceAll(""))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Everything that the parent gives a version to. */
    private Map<String, String> pinned() {
        Map<String, String> versions = new TreeMap<>();
        for (PomFile.Item item : parent.items("dependency", "path", "plugin")) {
            if (!isOurs(item) && item.version().isPresent()) {
                versions.put(item.name(), valueOf(item.version().get()));
            }
        }
        // jmh-generator-annprocess is the processor of one module, at the version of the library it belongs to.
        for (PomFile pom : modules.values()) {
            for (PomFile.Item item : pom.items("dependency", "path")) {
                item.version().ifPresent(version -> versions.put(item.name(), valueOf(version)));
            }
        }
        // Spotless names its formatter by an element of its own: its name is that of the property.
        Matcher formatter =
                REFERENCE.matcher(parent.texts("palantirJavaFormat", "version").get(0));
        if (formatter.matches()) {
            versions.put(formatter.group(2), valueOf(formatter.group()));
        }
        return versions;
    }

    /** What the modules depend on, with its version. */
    private Map<String, String> used() {
        Map<String, String> pinned = pinned();
        Map<String, String> versions = new TreeMap<>();
        Stream.concat(Stream.of(parent), modules.values().stream())
                .flatMap(pom -> pom.dependencies().stream())
                .filter(dependency -> !isOurs(dependency))
                .map(PomFile.Item::name)
                .forEach(name -> versions.put(name, pinned.getOrDefault(name, versionOfJUnit(name, pinned))));
        return versions;
    }

    /** JUnit's bill of materials says 5.x.y for Jupiter, and means 1.x.y for the platform below. */
    private static String versionOfJUnit(String name, Map<String, String> pinned) {
        String jupiter = pinned.getOrDefault("org.junit:junit-bom", "none");
        if (name.startsWith("org.junit.platform:")) {
            return jupiter.replaceFirst("^5\\.", "1.");
        }
        return name.startsWith("org.junit.jupiter:") ? jupiter : "none";
    }

    private String valueOf(String version) {
        Matcher reference = REFERENCE.matcher(version);
        return reference.matches() ? parent.properties().getOrDefault(reference.group(1), version) : version;
    }

    private boolean isProperty(String version) {
        Matcher reference = REFERENCE.matcher(version);
        return reference.matches() && parent.properties().containsKey(reference.group(1));
    }

    private static boolean isOurs(PomFile.Item item) {
        return item.name().startsWith("dev.sluice:");
    }

    private static Path top() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("docs/dependencies.md"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new IllegalStateException("docs/dependencies.md was not found above the working directory");
        }
        return folder;
    }
}
