package dev.sluice.conformance.oracle;

import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.TlsFeature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one engine cannot report or send (D24), keyed by the features that it declares. Each entry names scenarios and a side
 * and is applied to these like any other edit: one that is not needed is a failure.
 */
final class EngineTable {
    private static final String DEVIATION = "D24";

    /**
     * One entry.
     *
     * @param lacks a feature that the engine does not declare; empty if that does not matter
     * @param has a feature that it declares; empty if that does not matter
     * @param beforeJava holds on older releases of Java only; 0 for all
     * @param scenarios the names of the scenarios, with commas between; {@code *} for any letters
     * @param edit what follows from it
     */
    record Entry(Optional<TlsFeature> lacks, Optional<TlsFeature> has, int beforeJava, String scenarios, Edit edit) {
        boolean concerns(String scenario) {
            return Arrays.stream(scenarios.split(",", -1)).anyMatch(glob -> scenario.matches(glob.replace("*", ".*")));
        }

        boolean holds(BackendCapabilities capabilities) {
            return !lacks.map(capabilities::has).orElse(false)
                    && has.map(capabilities::has).orElse(true)
                    && (beforeJava == 0 || Runtime.version().feature() < beforeJava);
        }
    }

    private static final Pattern LINE = Pattern.compile(
            "(?:lacks (\\w+))? ?(?:has (\\w+))?(?: before java (\\d+))?: (\\S+) (\\w+)(?: (K\\d\\d))?: (.*)");

    private final List<Entry> entries;

    private EngineTable(List<Entry> entries) {
        this.entries = entries;
    }

    static EngineTable parse(String text) {
        List<Entry> entries = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            String stripped = line.strip();
            if (stripped.isEmpty() || stripped.startsWith("#")) {
                continue;
            }
            Matcher parts = LINE.matcher(stripped);
            if (!parts.matches()) {
                throw new IllegalArgumentException("cannot read this line of an engine's table: " + line);
            }
            String before = parts.group(3);
            String reason = parts.group(6) == null ? DEVIATION : parts.group(6);
            entries.add(new Entry(
                    feature(parts.group(1)),
                    feature(parts.group(2)),
                    before == null ? 0 : Integer.parseInt(before),
                    parts.group(4),
                    new Edit(parts.group(5), reason, parts.group(7))));
        }
        return new EngineTable(entries);
    }

    private static Optional<TlsFeature> feature(@Nullable String name) {
        return Optional.ofNullable(name).map(TlsFeature::valueOf);
    }

    List<Entry> entries() {
        return entries;
    }

    /** The edits for a scenario on an engine that can do so much. */
    List<Edit> edits(String scenario, BackendCapabilities capabilities) {
        return entries.stream()
                .filter(entry -> entry.concerns(scenario))
                .filter(entry -> entry.holds(capabilities))
                .map(Entry::edit)
                .toList();
    }
}
