package dev.sluice.conformance.saboteurs;

import java.util.List;

/** Faults against {@link dev.sluice.conformance.contracts.SecretsContract}. */
final class SecretsSaboteurs {
    private SecretsSaboteurs() {}

    static List<Saboteur> all() {
        return List.of();
    }
}
