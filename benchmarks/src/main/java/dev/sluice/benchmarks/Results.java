package dev.sluice.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one version of Java has given: a file with a line for each fact and each figure.
 *
 * @param facts what the figures were measured with
 * @param figures in the order of the tables
 */
record Results(Map<String, String> facts, List<Figure> figures) {
    List<Figure> of(String scenario) {
        return figures.stream()
                .filter(figure -> figure.scenario().equals(scenario))
                .toList();
    }

    List<Figure> startingWith(String start) {
        return figures.stream()
                .filter(figure -> figure.scenario().startsWith(start))
                .toList();
    }

    /** Their scenarios, each once. */
    static Set<String> scenarios(List<Figure> figures) {
        Set<String> scenarios = new LinkedHashSet<>();
        figures.forEach(figure -> scenarios.add(figure.scenario()));
        return scenarios;
    }

    /**
     * Writes a run down. What a run of a part has not measured stays as it was, and what gave that is told as well.
     *
     * @param kind the beginning of the file's name
     */
    static void save(Path directory, String kind, Options options, List<Figure> figures, Map<String, String> moreFacts)
            throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve(kind + Runtime.version().feature() + ".tsv");
        Set<String> measured = scenarios(figures);
        List<Figure> all = new ArrayList<>();
        String earlier = "";
        if (Files.exists(file) && !options.only().isEmpty()) {
            earlier = read(file).facts().getOrDefault("runs", "");
            read(file).figures().stream()
                    .filter(figure -> !measured.contains(figure.scenario()))
                    .forEach(all::add);
        }
        all.addAll(figures);
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("java", Runtime.version().toString());
        facts.put(
                "machine",
                System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
                        + Runtime.getRuntime().availableProcessors() + " processors");
        facts.putAll(moreFacts);
        String run = "`" + options.command() + "` (" + options.rounds() + " rounds)";
        facts.put("runs", earlier.isEmpty() || earlier.equals(run) ? run : earlier + ", then " + run);
        List<String> lines = new ArrayList<>();
        facts.forEach((name, value) -> lines.add("# " + name + "=" + value));
        all.forEach(figure -> lines.add(figure.toLine()));
        Files.write(file, lines);
    }

    /** The files of one kind, one for each feature version of Java. */
    static List<Results> readAll(Path directory, String kind) throws IOException {
        List<Path> paths;
        try (var files = Files.list(directory)) {
            paths = files.filter(file -> file.getFileName().toString().startsWith(kind)
                            && file.getFileName().toString().endsWith(".tsv"))
                    .sorted()
                    .toList();
        }
        List<Results> results = new ArrayList<>();
        for (Path path : paths) {
            results.add(read(path));
        }
        return results;
    }

    private static Results read(Path file) throws IOException {
        Map<String, String> facts = new LinkedHashMap<>();
        List<Figure> figures = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("# ")) {
                int equals = line.indexOf('=');
                facts.put(line.substring(2, equals), line.substring(equals + 1));
            } else if (!line.isBlank()) {
                figures.add(Figure.parse(line));
            }
        }
        return new Results(facts, figures);
    }
}
