package dev.sluice.conformance.saboteurs;

import java.util.List;

/** Faults against {@link dev.sluice.conformance.contracts.ApiStateContract}. */
final class ApiStateSaboteurs {
    private ApiStateSaboteurs() {}

    static List<Saboteur> all() {
        return List.of();
    }
}
