package dev.sluice.conformance.report;

import static dev.sluice.conformance.report.Html.escaped;

import dev.sluice.conformance.Assessment;
import dev.sluice.conformance.Outcome;
import dev.sluice.conformance.Weakness;
import dev.sluice.conformance.saboteurs.SaboteurTrial;
import dev.sluice.conformance.simulation.Coverage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A page that needs nothing but a browser: the matrix first, then the evidence for each weakness. */
public final class HtmlReport {
    private final List<Assessment> assessments;
    private final StringBuilder page = new StringBuilder();

    private HtmlReport(List<Assessment> assessments) {
        this.assessments = assessments;
    }

    /**
     * Writes the page.
     *
     * @param assessments one for each backend
     * @param directory where to; made if it is not there
     * @return the file, {@code index.html}
     * @throws IOException if it cannot be written
     */
    public static Path write(List<Assessment> assessments, Path directory) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve("index.html");
        Files.writeString(file, new HtmlReport(assessments).page(), StandardCharsets.UTF_8);
        return file;
    }

    private String page() throws IOException {
        page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<title>Is this backend safe?</title>\n<style>\n")
                .append(resource("report.css"))
                .append("</style>\n</head>\n<body>\n<main>\n");
        header();
        matrix();
        assessments.forEach(this::simulations);
        page.append("<h2>Evidence</h2>\n");
        for (Weakness weakness : Weakness.values()) {
            weakness(weakness);
        }
        return page.append("</main>\n</body>\n</html>\n").toString();
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("resource " + name + " is missing from the suite");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void header() {
        page.append("<header>\n<h1>Is this backend safe?</h1>\n");
        for (Assessment one : assessments) {
            page.append("<section class=\"verdict %s\">%n<h2>%s</h2>%n"
                    .formatted(one.isGood() ? "good" : "bad", escaped(one.backend())));
            long found = one.count(Assessment.Standing.FOUND);
            page.append("<p class=\"big\">%s</p>%n"
                    .formatted(one.isGood() ? "no weakness found" : found + " weaknesses found"));
            long caught = one.trials().stream()
                    .filter(trial -> trial.result() == SaboteurTrial.Result.CAUGHT)
                    .count();
            long applicable = one.trials().stream()
                    .filter(trial -> trial.result() != SaboteurTrial.Result.NOT_APPLICABLE)
                    .count();
            page.append("<dl>%n".formatted());
            fact("library", one.library());
            fact("profile", one.profile().name().toLowerCase(Locale.ROOT) + ", seed " + one.seed());
            fact("properties", one.outcomes().size() + ", " + tries(one.outcomes()) + " tries");
            fact("simulated connections", Long.toString(one.simulations().count()));
            fact("saboteurs caught", caught + " of " + applicable);
            fact("time", one.time().toSeconds() + " s");
            page.append("</dl>\n</section>\n");
        }
        page.append("</header>\n");
    }

    private void fact(String name, String value) {
        page.append("<dt>%s</dt><dd>%s</dd>%n".formatted(escaped(name), escaped(value)));
    }

    private static int tries(List<Outcome> outcomes) {
        return outcomes.stream().mapToInt(Outcome::tries).sum();
    }

    private void matrix() {
        page.append("<h2>Weaknesses</h2>\n<table class=\"matrix\">\n<thead><tr><th>id</th><th>what must hold</th>");
        assessments.forEach(one -> page.append("<th>%s</th>".formatted(escaped(one.backend()))));
        page.append("</tr></thead>\n<tbody>\n");
        for (Weakness weakness : Weakness.values()) {
            page.append("<tr><td><a href=\"#%s\">%s</a></td><td>%s</td>"
                    .formatted(weakness.id(), weakness.id(), escaped(weakness.must())));
            assessments.forEach(one -> page.append("<td>%s</td>".formatted(chip(one.standing(weakness)))));
            page.append("</tr>\n");
        }
        page.append("</tbody>\n</table>\n");
    }

    private static String chip(Assessment.Standing standing) {
        return switch (standing) {
            case ABSENT -> "<span class=\"chip absent\">absent</span>";
            case FOUND -> "<span class=\"chip found\">found</span>";
            case NOT_APPLICABLE -> "<span class=\"chip na\">not applicable</span>";
            case ELSEWHERE -> "<span class=\"chip na\">proven by the build</span>";
            case UNPROVEN -> "<span class=\"chip found\">no property</span>";
        };
    }

    private void simulations(Assessment one) {
        page.append("<details><summary>Simulated connections of %s: %d</summary>%n"
                .formatted(escaped(one.backend()), one.simulations().count()));
        page.append("<p>What they have met, and how often:</p>\n<ul class=\"met\">\n");
        for (Coverage.Met met : Coverage.Met.values()) {
            page.append("<li><b>%d</b> %s</li>%n"
                    .formatted(
                            one.simulations().coverage().count(met),
                            met.name().toLowerCase(Locale.ROOT).replace('_', ' ')));
        }
        page.append("</ul>\n");
        one.simulations().gaps().forEach(gap -> page.append("<p class=\"bad\">%s</p>%n".formatted(escaped(gap))));
        one.simulations().failure().ifPresent(failure -> {
            page.append("<p class=\"bad\">Seed %d fails. The smallest script that does:</p>%n<pre>%s</pre>%n"
                    .formatted(failure.seed(), escaped(failure.asTest())));
            page.append("<pre>%s</pre>%n".formatted(escaped(failure.finding())));
            page.append(SequenceDiagram.of(failure.picture()));
        });
        page.append("</details>\n");
    }

    private void weakness(Weakness weakness) {
        boolean found = assessments.stream().anyMatch(one -> one.standing(weakness) == Assessment.Standing.FOUND);
        page.append("<details id=\"%s\"%s><summary><span class=\"id\">%s</span> %s"
                .formatted(weakness.id(), found ? " open" : "", weakness.id(), escaped(weakness.must())));
        assessments.forEach(one -> page.append(" ").append(chip(one.standing(weakness))));
        page.append("</summary>\n<p>%s</p>%n<p class=\"cwe\">%s</p>%n"
                .formatted(
                        escaped(weakness.intent()),
                        weakness.cwes().stream().map(cwe -> "CWE-" + cwe).collect(Collectors.joining(", "))));
        for (Assessment one : assessments) {
            page.append("<h3>%s</h3>%n".formatted(escaped(one.backend())));
            properties(one, weakness);
            saboteurs(one, weakness);
        }
        page.append("</details>\n");
    }

    private void properties(Assessment one, Weakness weakness) {
        List<Outcome> about = one.about(weakness);
        if (about.isEmpty()) {
            page.append(
                    "<p>Not a matter of a backend: the build proves it with mutation tests and static checks.</p>\n");
            return;
        }
        page.append("<table class=\"evidence\"><thead><tr><th>property</th><th>verdict</th><th>tries</th>")
                .append("<th>seed</th><th>time</th></tr></thead><tbody>\n");
        for (Outcome outcome : about) {
            page.append("<tr><td>%s</td><td class=\"%s\">%s</td><td>%d</td><td>%d</td><td>%d ms</td></tr>%n"
                    .formatted(
                            escaped(outcome.property()),
                            outcome.verdict().name().toLowerCase(Locale.ROOT),
                            outcome.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                            outcome.tries(),
                            outcome.seed(),
                            outcome.time().toMillis()));
        }
        page.append("</tbody></table>\n");
        for (Outcome outcome : about) {
            outcome.finding().ifPresent(finding -> finding(outcome, finding));
        }
    }

    private void finding(Outcome outcome, String finding) {
        boolean fails = outcome.verdict() == Outcome.Verdict.FAILS;
        page.append("<p class=\"%s\"><b>%s</b> %s</p>%n"
                .formatted(
                        fails ? "bad" : "note",
                        escaped(outcome.property()),
                        escaped(finding.lines().findFirst().orElse(""))));
        if (fails) {
            page.append("<p>Smallest parameters found: <code>%s</code></p>%n"
                    .formatted(escaped(outcome.sample().toString())));
            if (!outcome.picture().isEmpty()) {
                page.append(SequenceDiagram.of(outcome.picture()));
            }
            page.append("<details><summary>everything that is known</summary><pre>%s</pre></details>%n"
                    .formatted(escaped(finding)));
        }
    }

    private void saboteurs(Assessment one, Weakness weakness) {
        List<SaboteurTrial> trials = one.trialsOf(weakness);
        if (trials.isEmpty()) {
            return;
        }
        page.append("<ul class=\"saboteurs\">\n");
        for (SaboteurTrial trial : trials) {
            String said = trial.finding().lines().findFirst().orElse("");
            page.append("<li><b>%s</b> <span class=\"%s\">%s</span> %s</li>%n"
                    .formatted(
                            escaped(trial.saboteur().name()),
                            trial.result().name().toLowerCase(Locale.ROOT),
                            trial.result().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                            said.isEmpty() ? "" : "<q>" + escaped(said) + "</q>"));
        }
        page.append("</ul>\n");
    }
}
