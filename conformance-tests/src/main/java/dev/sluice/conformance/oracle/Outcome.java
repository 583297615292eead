package dev.sluice.conformance.oracle;

import java.util.List;
import java.util.Map;

/**
 * What came of a play.
 *
 * @param failures what went wrong in the playing itself
 * @param sides what came of each side, by its name
 * @param notes the values that the script took down
 */
record Outcome(List<String> failures, Map<String, Observed> sides, Map<String, String> notes) {
    /**
     * What came of one side.
     *
     * @param events its events
     * @param answers what its calls returned
     * @param finals its getters at the end; empty for what is no socket
     * @param unannounced how many bytes can be read that no {@code readyRead} has announced
     */
    record Observed(List<Seen> events, List<Answer> answers, Map<String, String> finals, long unannounced) {
        /** A side that never was. */
        static final Observed NOTHING = new Observed(List.of(), List.of(), Map.of(), 0);

        Observed {
            events = List.copyOf(events);
            answers = List.copyOf(answers);
            finals = Map.copyOf(finals);
        }
    }

    Outcome {
        failures = List.copyOf(failures);
        sides = Map.copyOf(sides);
        notes = Map.copyOf(notes);
    }

    Observed side(String name) {
        return sides.getOrDefault(name, Observed.NOTHING);
    }
}
