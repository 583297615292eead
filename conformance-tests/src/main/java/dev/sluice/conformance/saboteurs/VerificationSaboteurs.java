package dev.sluice.conformance.saboteurs;

import java.util.List;

/** Faults against {@link dev.sluice.conformance.contracts.VerificationContract}. */
final class VerificationSaboteurs {
    private VerificationSaboteurs() {}

    static List<Saboteur> all() {
        return List.of();
    }
}
