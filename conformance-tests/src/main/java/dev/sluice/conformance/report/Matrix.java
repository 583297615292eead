package dev.sluice.conformance.report;

import dev.sluice.conformance.Assessment;
import dev.sluice.conformance.Outcome;
import dev.sluice.conformance.Weakness;
import dev.sluice.conformance.saboteurs.SaboteurTrial;
import java.util.List;
import java.util.stream.Collectors;

/** The table of weaknesses and backends, for terminals and for documents. */
public final class Matrix {
    private Matrix() {}

    /**
     * For a terminal.
     *
     * @param assessments one for each backend
     * @return lines
     */
    public static String forTerminal(List<Assessment> assessments) {
        StringBuilder text = new StringBuilder();
        text.append("%-5s".formatted("id"));
        assessments.forEach(one -> text.append("%-44s".formatted(one.backend())));
        text.append('\n');
        for (Weakness weakness : Weakness.values()) {
            text.append("%-5s".formatted(weakness.id()));
            assessments.forEach(one -> text.append("%-44s".formatted(cell(one, weakness))));
            text.append('\n');
        }
        assessments.forEach(one -> text.append(summary(one)).append('\n'));
        return text.toString();
    }

    /**
     * For a document in Markdown.
     *
     * @param assessments one for each backend
     * @return a table and a line below it that says how it was made
     */
    public static String forDocument(List<Assessment> assessments) {
        StringBuilder text = new StringBuilder("| id | what must hold |");
        assessments.forEach(one -> text.append(" `").append(one.backend()).append("` |"));
        text.append("\n|---|---|").append("---|".repeat(assessments.size())).append('\n');
        for (Weakness weakness : Weakness.values()) {
            text.append("| %s | %s |".formatted(weakness.id(), weakness.must()));
            assessments.forEach(one -> text.append(" %s |".formatted(cell(one, weakness))));
            text.append('\n');
        }
        return text.toString();
    }

    private static String cell(Assessment assessment, Weakness weakness) {
        List<Outcome> about = assessment.about(weakness);
        long properties = about.stream()
                .filter(outcome -> outcome.verdict() != Outcome.Verdict.NOT_APPLICABLE)
                .count();
        int tries = about.stream().mapToInt(Outcome::tries).sum();
        String evidence = properties
                + (properties == 1 ? " property, " : " properties, ")
                + tries
                + (tries == 1 ? " try" : " tries")
                + saboteurs(assessment, weakness);
        return switch (assessment.standing(weakness)) {
            case ABSENT -> "absent: " + evidence;
            case FOUND -> "FOUND: " + evidence;
            case NOT_APPLICABLE -> "not applicable";
            case ELSEWHERE -> "proven by the build";
            case UNPROVEN -> "no property";
        };
    }

    private static String saboteurs(Assessment assessment, Weakness weakness) {
        List<SaboteurTrial> trials = assessment.trialsOf(weakness).stream()
                .filter(trial -> trial.result() != SaboteurTrial.Result.NOT_APPLICABLE)
                .toList();
        long caught = trials.stream()
                .filter(trial -> trial.result() == SaboteurTrial.Result.CAUGHT)
                .count();
        return trials.isEmpty() ? "" : ", " + caught + "/" + trials.size() + " caught";
    }

    /**
     * One line about one backend.
     *
     * @param one the assessment
     * @return the line
     */
    static String summary(Assessment one) {
        long found = one.count(Assessment.Standing.FOUND);
        long inapplicable = one.outcomes().stream()
                .filter(outcome -> outcome.verdict() == Outcome.Verdict.NOT_APPLICABLE)
                .count();
        String missed = one.trials().stream()
                .filter(trial -> trial.result() == SaboteurTrial.Result.MISSED)
                .map(trial -> trial.saboteur().name())
                .collect(Collectors.joining(", "));
        return one.backend() + " (" + one.library() + "): " + found + " of " + Weakness.values().length
                + " weaknesses found; " + one.outcomes().size() + " properties, " + inapplicable
                + " of them not applicable; "
                + one.simulations().count() + " simulated connections, "
                + one.simulations()
                        .failure()
                        .map(failure -> "one FAILED (seed " + failure.seed() + ")")
                        .orElse("none failed")
                + (missed.isEmpty() ? "; every saboteur was caught" : "; MISSED saboteurs: " + missed)
                + "; " + one.time().toSeconds() + " s";
    }
}
