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
     * @param sinceJava from which release of Java on it holds
     * @param beforeJava on which release it does not hold any more
     * @param scenarios the names of the scenarios, with commas between; {@code *} for any letters
     * @param edit what follows from it
     */
    record Entry(
            Optional<TlsFeature> lacks,
            Optional<TlsFeature> has,
            int sinceJava,
            int beforeJava,
            String scenarios,
            Edit edit) {
        boolean concerns(String scenario) {
            return Arrays.stream(scenarios.split(",", -1)).anyMatch(glob -> scenario.matches(glob.replace("*", ".*")));
        }

        boolean holds(BackendCapabilities capabilities) {
            return !lacks.map(capabilities::has).orElse(false)
                    && has.map(capabilities::has).orElse(true)
                    && Runtime.version().feature() >= sinceJava
                    && Runtime.version().feature() < beforeJava;
        }
    }

    private static final Pattern LINE = Pattern.compile(
            "(?:lacks (\\w+))? ?(?:has (\\w+))?(?: since java (\\d+))?(?: before java (\\d+))?: (\\S+) (\\w+)(?: (K\\d\\d))?: (.*)");

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
            String reason = parts.group(7) == null ? DEVIATION : parts.group(7);
            entries.add(new Entry(
                    feature(parts.group(1)),
                    feature(parts.group(2)),
                    release(parts.group(3), 0),
                    release(parts.group(4), Integer.MAX_VALUE),
                    parts.group(5),
                    new Edit(parts.group(6), reason, parts.group(8))));
        }
        return new EngineTable(entries);
    }

    private static int release(@Nullable String number, int otherwise) {
        return number == null ? otherwise : Integer.parseInt(number);
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
