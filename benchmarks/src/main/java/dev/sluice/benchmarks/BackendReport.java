package dev.sluice.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Keeps the figures of {@link BackendBench} and makes {@code docs/performance/backends.md} of them. */
final class BackendReport {
    private static final String KIND = "backends-jdk-";

    /** The backend that the goals are for. */
    private static final String BC = "bc";

    private static final double IDLE_GOAL_KIB = 30;

    private BackendReport() {}

    static void save(Options options, List<Figure> figures, Map<String, String> facts) throws IOException {
        Path directory = options.output().resolve("performance");
        Results.save(directory, KIND, options, figures, facts);
        Files.writeString(directory.resolve("backends.md"), document(Results.readAll(directory, KIND)));
    }

    private static String document(List<Results> results) {
        StringBuilder text = new StringBuilder("""
                # The backends beside each other

                Made by the commands that stand above the tables; do not edit, run them again. The backends of a table run in
                one process, one after the other within each round, below the same sockets and with the same settings: TLS 1.3,
                one cipher suite, the same groups in the same order (all of them have agreed on what is named below),
                certificates with ECDSA on P-256 that the client verifies with its name, writes of the same size, no session to
                resume. A ratio above 1 is better than the first backend of the table. It is the median of the ratios within
                each round, beside it the quarter points. The verifier of Sluice remembers good signatures, for all backends
                alike, so a handshake is the engine's work and little else. Of several groups the JDK's client makes a key share
                for the first of each kind (X25519, and a curve), the others one for the first alone; with x25519 alone all make
                one.

                "In memory" is two connections in one thread, joined by one copy; time is processor time of that thread. On
                loopback the sockets are real, and a busy neighbour is seen: "by processor time" compares the work of the Java
                threads of both ends. BCJSSE is BouncyCastle's own JSSE provider, with its own ciphers, below the JSSE backend.
                An idle connection has carried 128 KiB one way and 32 KiB each way before; its figure is the heap of both ends,
                each backend in a process of its own, and less is better. How other libraries fare stands in
                [performance](../performance.md).
                """);
        results.forEach(each -> append(text, each));
        return text.toString();
    }

    private static void append(StringBuilder text, Results results) {
        Map<String, String> facts = results.facts();
        int feature = Runtime.Version.parse(facts.get("java")).feature();
        text.append("\n## Java ").append(facts.get("java")).append("\n\n");
        text.append(facts.get("runs")).append(" with this Java as `JAVA_HOME`, on ");
        text.append(facts.get("machine")).append(". ").append(facts.get("backends"));
        text.append(". Negotiated: ").append(facts.get("negotiated")).append(".\n");
        text.append(
                "\n| what | backend | | ratio | quarter points | by processor time | goal |\n|---|---|---|---|---|---|---|\n");
        for (String scenario : Results.scenarios(results.figures())) {
            for (Figure figure : results.of(scenario)) {
                if (!Double.isNaN(figure.ratio())) {
                    row(text, figure, ratioGoal(figure, feature));
                }
            }
        }
        appendPlain(text, results.startingWith("idle, "), "heap of an idle connection, both ends", "KiB");
        appendPlain(
                text, results.startingWith("allocation, "), "heap allocated per record of 16 KiB, both ends", "bytes");
    }

    private static void row(StringBuilder text, Figure figure, double goal) {
        text.append(String.format(
                Locale.ROOT,
                "| %s | %s | %s %s | **%.2f** | %.2f to %.2f | %.2f | %s |%n",
                figure.scenario(),
                figure.contender(),
                String.format(Locale.ROOT, figure.value() < 100 ? "%.1f" : "%,.0f", figure.value()),
                figure.unit(),
                figure.ratio(),
                figure.low(),
                figure.high(),
                figure.processorRatio(),
                goal(goal, figure.ratio() >= goal, "at least %.2f: %s")));
    }

    /** What the backend on BouncyCastle is to reach; NaN where nothing was set. */
    private static double ratioGoal(Figure figure, int feature) {
        if (!figure.contender().equals(BC)) {
            return Double.NaN;
        }
        if (figure.scenario().startsWith("bulk, ")) {
            return 0.95;
        }
        if (figure.scenario().startsWith("full handshakes, ")) {
            return feature < 21 ? 2.5 : 1.8; // the curves of later JDKs are faster
        }
        return Double.NaN;
    }

    private static void appendPlain(StringBuilder text, List<Figure> figures, String title, String unit) {
        if (figures.isEmpty()) {
            return;
        }
        text.append("\n| ").append(title).append(" | | | goal |\n|---|---|---|---|\n");
        for (Figure figure : figures) {
            boolean judged = figure.contender().equals(BC) && figure.scenario().startsWith("idle, ");
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %,.1f %s | %s |%n",
                    figure.scenario(),
                    figure.contender(),
                    figure.value(),
                    unit,
                    goal(judged ? IDLE_GOAL_KIB : Double.NaN, figure.value() <= IDLE_GOAL_KIB, "at most %.0f: %s")));
        }
    }

    private static String goal(double goal, boolean reached, String format) {
        return Double.isNaN(goal) ? "" : String.format(Locale.ROOT, format, goal, reached ? "reached" : "missed");
    }
}
