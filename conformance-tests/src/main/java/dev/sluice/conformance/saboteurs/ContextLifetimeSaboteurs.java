package dev.sluice.conformance.saboteurs;

import java.util.List;

/** Faults against {@link dev.sluice.conformance.contracts.ContextLifetimeContract}. */
final class ContextLifetimeSaboteurs {
    private ContextLifetimeSaboteurs() {}

    static List<Saboteur> all() {
        return List.of();
    }
}
