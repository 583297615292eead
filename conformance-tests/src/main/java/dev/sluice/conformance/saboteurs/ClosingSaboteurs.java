package dev.sluice.conformance.saboteurs;

import java.util.List;

/** Faults against {@link dev.sluice.conformance.contracts.ClosingContract}. */
final class ClosingSaboteurs {
    private ClosingSaboteurs() {}

    static List<Saboteur> all() {
        return List.of();
    }
}
