package dev.sluice.conformance.oracle;

import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Where traces, scripts, recipes and the tables of engines come from: the suite itself, or a directory. */
final class OracleFiles {
    private final Optional<Path> directory;
    private final Recipes recipes;

    private OracleFiles(Optional<Path> directory) {
        this.directory = directory;
        recipes = Recipes.parse(resource("recipes.txt"));
    }

    static OracleFiles ofSuite() {
        return new OracleFiles(Optional.empty());
    }

    /** Traces and scripts of a directory, recipes and tables of the suite. */
    static OracleFiles ofDirectory(Path directory) {
        return new OracleFiles(Optional.of(directory));
    }

    List<String> scenarios() {
        if (directory.isPresent()) {
            return scenarios(directory.get());
        }
        URL traces = OracleFiles.class.getResource("traces/");
        if (traces == null) {
            throw new IllegalStateException("the suite has no traces");
        }
        try {
            if (traces.getProtocol().equals("jar")) {
                try (FileSystem jar = FileSystems.newFileSystem(traces.toURI(), Map.of())) {
                    String inside = traces.getPath().substring(traces.getPath().indexOf('!') + 1);
                    return scenarios(jar.getPath(inside));
                }
            }
            return scenarios(Path.of(traces.toURI()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the traces have no address: " + traces, e);
        }
    }

    private static List<String> scenarios(Path folder) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .map(name -> name.substring(0, name.length() - ".json".length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    OracleTrace trace(String scenario) {
        try {
            return OracleTrace.parse(text("traces/", scenario + ".json"));
        } catch (JsonParseException | IllegalStateException e) {
            throw new IllegalArgumentException("the trace of " + scenario + " cannot be read: " + e.getMessage(), e);
        }
    }

    Script script(String scenario) {
        return Script.parse(scenario, text("scripts/", scenario + ".txt"), recipes);
    }

    /** Defects that edits may name, by their ids. */
    Map<String, String> knownDefects() {
        return KnownDefects.parse(resource("known.txt"));
    }

    Recipes recipes() {
        return recipes;
    }

    /** The table of an engine; an empty one if it has none. */
    EngineTable engineTable(String backend) {
        String name = "engine-" + backend + ".txt";
        return EngineTable.parse(OracleFiles.class.getResource(name) == null ? "" : resource(name));
    }

    private String text(String folder, String name) {
        if (directory.isEmpty()) {
            return resource(folder + name);
        }
        try {
            return Files.readString(directory.get().resolve(name));
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + name + " of " + directory.get(), e);
        }
    }

    static String resource(String name) {
        try (InputStream in = OracleFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("the suite has no file " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
