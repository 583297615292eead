package dev.sluice.conformance.saboteurs;

import dev.sluice.conformance.Outcome;
import dev.sluice.conformance.Profile;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.Subject;
import dev.sluice.conformance.Suite;
import dev.sluice.spi.TlsBackend;
import java.util.Arrays;
import java.util.Optional;

/**
 * What the properties did with a saboteur.
 *
 * <p>Immutable, share freely.
 *
 * @param saboteur the saboteur
 * @param result what became of it
 * @param caughtBy the property that failed; empty unless it was caught
 * @param finding what the property said; empty unless it was caught
 */
public record SaboteurTrial(Saboteur saboteur, Result result, String caughtBy, String finding) {
    /** What can become of a saboteur. */
    public enum Result {
        /** A property about its weakness failed and said what happened. */
        CAUGHT,
        /** No property about its weakness failed in the words that it should. */
        MISSED,
        /** The backend has nothing that this fault could be in. */
        NOT_APPLICABLE
    }

    /**
     * Lets the properties about its weakness look at a saboteur.
     *
     * @param saboteur the saboteur
     * @param backend the honest backend that it is put into
     * @param seed from which the tries follow
     * @return what became of it
     */
    public static SaboteurTrial of(Saboteur saboteur, TlsBackend backend, long seed) {
        if (!saboteur.applies().test(backend.capabilities())) {
            return new SaboteurTrial(saboteur, Result.NOT_APPLICABLE, "", "");
        }
        Subject subject = saboteur.make().apply(backend);
        Optional<Outcome> caught = caught(saboteur, subject, Profile.SABOTAGE, seed);
        if (caught.isEmpty()) {
            caught = caught(saboteur, subject, Profile.FULL, seed);
        }
        return caught.map(outcome -> new SaboteurTrial(
                        saboteur,
                        Result.CAUGHT,
                        outcome.property(),
                        outcome.finding().orElse("")))
                .orElseGet(() -> new SaboteurTrial(saboteur, Result.MISSED, "", ""));
    }

    /** In the full profile only those properties are asked that are asked in no other: they take seconds. */
    private static Optional<Outcome> caught(Saboteur saboteur, Subject subject, Profile profile, long seed) {
        return Suite.run(
                        subject,
                        profile,
                        seed,
                        property -> {
                            Proves proves = property.getAnnotation(Proves.class);
                            return Arrays.asList(proves.value()).contains(saboteur.breaks())
                                    && proves.fullProfileOnly() == (profile == Profile.FULL);
                        },
                        outcome -> {})
                .stream()
                .filter(outcome -> outcome.verdict() == Outcome.Verdict.FAILS)
                .filter(outcome -> outcome.finding().orElse("").contains(saboteur.says()))
                .findFirst();
    }
}
