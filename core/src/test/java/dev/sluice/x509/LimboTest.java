package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The verifier on the public corpus x509-limbo (github.com/C2SP/x509-limbo): thousands of chains with the right verdict on
 * each. The corpus is not part of this project; {@code mvn -pl core test -Dtest=LimboTest -Dsluice.limbo=FILE} names it.
 */
@EnabledIfSystemProperty(
        named = "sluice.limbo",
        matches = ".+",
        disabledReason = "needs a file of the x509-limbo corpus: -Dsluice.limbo=limbo.json")
class LimboTest {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Duration LONGEST_VERDICT = Duration.ofMillis(250);
    /** By processor time, and measured again if it took long: code may be interpreted at first, and machines may be busy. */
    private static final int ATTEMPTS = 3;

    /** One line of the table. */
    private static final class Score {
        int cases;
        int wronglyAccepted;
        int wronglyRejected;
        Duration slowest = Duration.ZERO;

        @Override
        public String toString() {
            return "%6d %6d %8d %8d %9d"
                    .formatted(
                            cases,
                            cases - wronglyAccepted - wronglyRejected,
                            wronglyAccepted,
                            wronglyRejected,
                            slowest.toMillis());
        }
    }

    private final Map<String, Score> scores = new TreeMap<>();
    private final List<String> differences = new ArrayList<>();
    private int unexplained;

    /** At most one verdict in a thousand may be another one, cases that contradict each other not counted. */
    @Test
    void webPki() throws IOException {
        List<LimboCase> cases = judgeAll(VerificationPolicy.WEB_PKI);

        assertTrue(unexplained <= cases.size() / 1000, differences::toString);
        assertTrue(total().slowest.compareTo(LONGEST_VERDICT) < 0, () -> "slowest verdict: " + total().slowest);
    }

    /** The default accepts what only the Baseline Requirements forbid, and nothing that RFC 5280 forbids. */
    @Test
    void rfc5280() throws IOException {
        judgeAll(VerificationPolicy.DEFAULT);

        for (String group : List.of("rfc5280", "bettertls", "pathlen", "pathological", "cve", "crl", "invalid")) {
            assertEquals(0, scores.getOrDefault(group, new Score()).wronglyAccepted, group);
        }
        assertTrue(total().slowest.compareTo(LONGEST_VERDICT) < 0, () -> "slowest verdict: " + total().slowest);
    }

    private List<LimboCase> judgeAll(VerificationPolicy policy) throws IOException {
        List<LimboCase> cases = LimboCase.readAll(Path.of(System.getProperty("sluice.limbo")));
        assertTrue(!cases.isEmpty(), "corpus is empty");
        cases.forEach(limboCase -> judge(limboCase, policy));
        print(policy);
        return cases;
    }

    private void judge(LimboCase limboCase, VerificationPolicy policy) {
        List<String> errors = List.of();
        Duration shortest = Duration.ofDays(1);
        for (int i = 0; i < ATTEMPTS && shortest.compareTo(LONGEST_VERDICT.dividedBy(2)) > 0; i++) {
            long start = THREADS.getCurrentThreadCpuTime();
            errors = limboCase.errors(policy);
            Duration taken = Duration.ofNanos(THREADS.getCurrentThreadCpuTime() - start);
            shortest = taken.compareTo(shortest) < 0 ? taken : shortest;
        }
        boolean accepted = errors.isEmpty();
        for (Score score : List.of(scoreOf(limboCase.group()), scoreOf("total"))) {
            score.cases++;
            score.wronglyAccepted += accepted && !limboCase.accepted() ? 1 : 0;
            score.wronglyRejected += !accepted && limboCase.accepted() ? 1 : 0;
            score.slowest = score.slowest.compareTo(shortest) < 0 ? shortest : score.slowest;
        }
        if (accepted != limboCase.accepted()) {
            unexplained += limboCase.conflicting() ? 0 : 1;
            differences.add((limboCase.conflicting() ? "contradicting " : "")
                    + limboCase.id()
                    + (accepted ? " wrongly accepted" : " wrongly rejected: " + errors));
        }
    }

    private Score scoreOf(String group) {
        return scores.computeIfAbsent(group, unused -> new Score());
    }

    private Score total() {
        return scoreOf("total");
    }

    private void print(VerificationPolicy policy) {
        StringBuilder table = new StringBuilder();
        table.append("%n%-14s %6s %6s %8s %8s %9s%n"
                .formatted(policy.profile(), "cases", "agrees", "accepts", "rejects", "ms, most"));
        scores.forEach((group, score) -> table.append("%-14s %s%n".formatted(group, score)));
        differences.forEach(difference -> table.append(difference).append(System.lineSeparator()));
        System.out.print(table);
    }
}
