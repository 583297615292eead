package dev.sluice.conformance.saboteurs;

import java.util.List;

/** Faults against {@link dev.sluice.conformance.contracts.PolicyContract}. */
final class PolicySaboteurs {
    private PolicySaboteurs() {}

    static List<Saboteur> all() {
        return List.of();
    }
}
