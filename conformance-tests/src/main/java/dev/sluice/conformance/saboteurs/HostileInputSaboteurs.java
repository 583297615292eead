package dev.sluice.conformance.saboteurs;

import java.util.List;

/** Faults against {@link dev.sluice.conformance.contracts.HostileInputContract}. */
final class HostileInputSaboteurs {
    private HostileInputSaboteurs() {}

    static List<Saboteur> all() {
        return List.of();
    }
}
