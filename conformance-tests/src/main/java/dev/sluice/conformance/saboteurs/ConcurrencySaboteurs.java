package dev.sluice.conformance.saboteurs;

import java.util.List;

/** Faults against {@link dev.sluice.conformance.contracts.ConcurrencyContract}. */
final class ConcurrencySaboteurs {
    private ConcurrencySaboteurs() {}

    static List<Saboteur> all() {
        return List.of();
    }
}
