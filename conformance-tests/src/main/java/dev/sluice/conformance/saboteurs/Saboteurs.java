package dev.sluice.conformance.saboteurs;

import java.util.List;
import java.util.stream.Stream;

/** All saboteurs of the suite. */
public final class Saboteurs {
    private Saboteurs() {}

    /**
     * Lists them.
     *
     * @return all, in no order that means anything
     */
    public static List<Saboteur> all() {
        return Stream.of(
                        ContextLifetimeSaboteurs.all(),
                        TransmitSaboteurs.all(),
                        VerificationSaboteurs.all(),
                        PolicySaboteurs.all(),
                        ClosingSaboteurs.all(),
                        SecretsSaboteurs.all(),
                        KeysSaboteurs.all(),
                        ConcurrencySaboteurs.all(),
                        HostileInputSaboteurs.all(),
                        ApiStateSaboteurs.all())
                .flatMap(List::stream)
                .toList();
    }
}
