package dev.sluice.conformance.saboteurs;

import java.util.List;

/** Faults against {@link dev.sluice.conformance.contracts.KeysContract}. */
final class KeysSaboteurs {
    private KeysSaboteurs() {}

    static List<Saboteur> all() {
        return List.of();
    }
}
