package dev.sluice.conformance.oracle;

import java.util.Map;
import java.util.TreeMap;

/**
 * Defects of the library that are not repaired yet. An edit may name one instead of a deviation; like every edit it fails
 * as soon as it is not needed, so that whoever repairs the defect is told to strike it off.
 */
final class KnownDefects {
    private KnownDefects() {}

    /** Reads lines of an id and what is wrong. */
    static Map<String, String> parse(String text) {
        Map<String, String> all = new TreeMap<>();
        for (String line : text.split("\n", -1)) {
            String stripped = line.strip();
            if (!stripped.isEmpty() && !stripped.startsWith("#")) {
                String[] parts = stripped.split(" ", 2);
                all.put(parts[0], parts[1]);
            }
        }
        return all;
    }
}
