package dev.sluice.conformance.oracle;

import java.util.List;

/**
 * What came of one play.
 *
 * @param scenario the name of the scenario
 * @param backend the name of the backend
 * @param driving who moved the bytes
 * @param differences each one a sentence; empty if everything is as expected
 */
public record OracleReport(String scenario, String backend, OraclePlayer.Driving driving, List<String> differences) {
    /**
     * Copies the list.
     *
     * @param scenario the name of the scenario
     * @param backend the name of the backend
     * @param driving who moved the bytes
     * @param differences each one a sentence; empty if everything is as expected
     */
    public OracleReport {
        differences = List.copyOf(differences);
    }

    /** {@return whether everything is as expected} */
    public boolean isAsExpected() {
        return differences.isEmpty();
    }

    @Override
    public String toString() {
        return scenario + " on " + backend + ", " + driving + ": "
                + (isAsExpected() ? "as expected" : String.join("\n", differences));
    }
}
