package dev.sluice.conformance.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * All that happens in one simulation. Has a text, from which it can be read again.
 *
 * <p>Immutable, share freely.
 *
 * @param setting what it begins with
 * @param steps what happens then, in order
 */
public record Script(Setting setting, List<Step> steps) {
    /**
     * Makes a script; the list is copied.
     *
     * @param setting what it begins with
     * @param steps what happens then
     */
    public Script {
        steps = List.copyOf(steps);
    }

    /**
     * Reads a script from its text.
     *
     * @param text the setting in the first line, a step in each further one; empty lines do not count
     * @return the script
     * @throws IllegalArgumentException if it is none
     */
    public static Script parse(String text) {
        List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("script is empty, expected a setting in its first line");
        }
        List<Step> steps = new ArrayList<>();
        lines.subList(1, lines.size()).forEach(line -> steps.add(Step.parse(line)));
        return new Script(Setting.parse(lines.get(0)), steps);
    }

    /** The same with other steps. */
    Script with(List<Step> others) {
        return new Script(setting, others);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder().append(setting).append('\n');
        steps.forEach(step -> text.append(step).append('\n'));
        return text.toString();
    }
}
