package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.SslBackends;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Our own backends get the same treatment as anybody's. */
class SuiteTest {
    @Test
    void honestBackendHasNoWeakness() {
        List<Outcome> outcomes = Suite.run(
                new Subject(SslBackends.active()),
                Profile.valueOf(System.getProperty(SuiteRun.PROFILE, "FULL")),
                SuiteRun.DEFAULT_SEED,
                property -> true,
                outcome -> System.out.println(outcome));
        assertEquals(
                List.of(),
                outcomes.stream()
                        .filter(outcome -> outcome.verdict() == Outcome.Verdict.FAILS)
                        .toList());
    }
}
