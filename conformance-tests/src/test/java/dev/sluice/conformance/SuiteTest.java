package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslBackends;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Our own backends get the same treatment as anybody's. */
class SuiteTest {
    /** What does not apply to a backend is known, so that nothing slips into that state unseen. */
    private static final Map<String, Set<String>> NOT_APPLICABLE = Map.of(
            "jsse",
            ofTheJdk(),
            "bc",
            Set.of("SecretsContract.noTicketIsShown")); // it resumes sessions of TLS 1.2 alone, by their number

    private static final Profile PROFILE =
            Profile.valueOf(System.getProperty(SuiteRun.PROFILE, "full").toUpperCase(Locale.ROOT));

    private static Set<String> ofTheJdk() {
        Set<String> lacking = new HashSet<>(Set.of(
                // It has no pre-shared keys.
                "KeysContract.identitiesAreNeverCut",
                "KeysContract.anUnknownIdentityLooksLikeAWrongKey",
                "KeysContract.noHandshakeIsMadeWithAWeakKey"));
        int version = Runtime.version().feature();
        if (version < 19) {
            lacking.add("RangeContract.aServerSignsWithNothingThatWasNotSet"); // SSLParameters.setSignatureSchemes
        }
        if (version < 20) {
            lacking.add("RangeContract.aServerAgreesOnNothingThatWasNotSet"); // SSLParameters.setNamedGroups
        }
        if (version < 25) {
            lacking.add(
                    "ContextLifetimeContract.aReleasedEngineExportsNothing"); // ExtendedSSLSession.exportKeyingMaterialData
        }
        return Set.copyOf(lacking);
    }

    @Test
    void ourBackendsHaveNoWeakness() {
        List<Outcome> outcomes = Suite.run(
                new Subject(SslBackends.active()), PROFILE, SuiteRun.DEFAULT_SEED, property -> true, outcome -> {});
        assertEquals(
                List.of(),
                outcomes.stream()
                        .filter(outcome -> outcome.verdict() == Outcome.Verdict.FAILS)
                        .map(outcome -> outcome.property() + " " + outcome.sample() + ": "
                                + outcome.finding().orElse(""))
                        .toList());
        Set<String> inapplicable = outcomes.stream()
                .filter(outcome -> outcome.verdict() == Outcome.Verdict.NOT_APPLICABLE)
                .filter(outcome -> !outcome.finding().orElse("").contains("full profile"))
                .map(Outcome::property)
                .collect(Collectors.toSet());
        assertEquals(NOT_APPLICABLE.get(SslBackends.active().name()), inapplicable, "properties that do not apply");
        assertTrue(
                outcomes.stream()
                        .allMatch(outcome -> outcome.verdict() != Outcome.Verdict.HOLDS || outcome.tries() > 0),
                "what holds was tried");
    }
}
