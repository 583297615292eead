package dev.sluice.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Keeps figures in {@code docs/performance/jdk-N.tsv} and makes {@code docs/performance.md} and {@code docs/performance.svg}
 * of all such files. What was not measured this time stays as it was.
 */
final class Report {
    private static final String KIND = "jdk-";

    /** The scenarios with a bar for each contender. */
    private static final Map<String, String> LOOPBACK = new LinkedHashMap<>();

    static {
        LOOPBACK.put("bulk", "Bulk, writes of 64 KiB");
        LOOPBACK.put("handshakes", "Full handshakes");
        LOOPBACK.put("round-trips", "Round trips of 128 bytes");
        LOOPBACK.put("crowd", "200 connections echoing 1 KiB at once");
    }

    private Report() {}

    /** Writes this run's figures down and makes the documents anew. */
    static void save(Options options, List<Figure> figures) throws IOException {
        Path directory = options.output().resolve("performance");
        Results.save(directory, KIND, options, figures, Map.of());
        List<Results> results = Results.readAll(directory, KIND);
        Files.writeString(options.output().resolve("performance.svg"), Plot.of(bars(results)));
        Files.writeString(options.output().resolve("performance.md"), document(results));
    }

    private static List<Plot.Panel> bars(List<Results> results) {
        List<Plot.Panel> panels = new ArrayList<>();
        for (Results each : results) {
            String java = "JDK " + each.facts().get("java").replaceAll("[.+].*", "");
            List<Plot.Bar> memory = new ArrayList<>();
            for (Figure figure : each.startingWith("memory, ")) {
                if (figure.contender().equals("Sluice")) {
                    memory.add(new Plot.Bar(figure.scenario().substring("memory, ".length()), figure.ratio()));
                }
            }
            if (!memory.isEmpty()) {
                panels.add(new Plot.Panel(java + ": in memory, ratio to the bare SSLEngine", memory));
            }
            LOOPBACK.forEach((scenario, title) -> {
                List<Plot.Bar> bars = each.of(scenario).stream()
                        .map(figure -> new Plot.Bar(figure.contender(), figure.ratio()))
                        .toList();
                if (!bars.isEmpty()) {
                    panels.add(new Plot.Panel(java + ": " + title + ", ratio to SSLSocket", bars));
                }
            });
        }
        return panels;
    }

    private static String document(List<Results> results) {
        StringBuilder text = new StringBuilder("""
                # Performance

                Made by `benchmarks/run`; do not edit, run it again. All contenders of a table run in one process, one after the
                other within each round, with the same certificate (ECDSA on P-256, verified by the client, name included), the
                same suite (TLS_AES_128_GCM_SHA256 with X25519, unless TLS 1.2 is named), writes of the same size, TCP_NODELAY,
                and no session to resume. A ratio above 1 is better than the reference. It is the median of the ratios within each
                round, beside it the quarter points, because the machine may be busy with other things and slows neighbours
                alike. "By processor time" compares the processor time of the Java threads, client and server together, without
                the compiler's and the collector's: how much work there is, however the machine schedules it. In every
                handshake that is counted here the client has verified the certificate; one resumed session ends the run.

                In memory both sides run in one thread, joined by one copy of the ciphertext from the sender's buffer to the
                receiver's, for the bare `SSLEngine` as for us; there, time is processor time of that thread.

                ![Ratios](performance.svg)
                """);
        for (Results each : results) {
            append(text, each);
        }
        return text.toString();
    }

    private static void append(StringBuilder text, Results results) {
        Map<String, String> facts = results.facts();
        text.append("\n## Java ").append(facts.get("java")).append("\n\n");
        text.append(facts.get("runs")).append(" with this Java as `JAVA_HOME`, on ");
        text.append(facts.get("machine")).append(".\n");
        List<Figure> memory = results.startingWith("memory, ");
        if (!memory.isEmpty()) {
            text.append(
                    "\n### In memory\n\n| | bare SSLEngine | Sluice | ratio | quarter points |\n|---|---|---|---|---|\n");
            for (int i = 0; i + 1 < memory.size(); i += 2) {
                Figure ours = memory.get(i + 1);
                row(
                        text,
                        ours.scenario().substring("memory, ".length()),
                        value(memory.get(i)) + " " + ours.unit(),
                        value(ours) + " " + ours.unit(),
                        "**" + ratio(ours.ratio()) + "**",
                        ratio(ours.low()) + " to " + ratio(ours.high()));
            }
        }
        appendJmh(text, results);
        appendVerification(text, results);
        LOOPBACK.forEach((scenario, title) -> {
            List<Figure> figures = results.of(scenario);
            if (!figures.isEmpty()) {
                text.append("\n### ").append(title).append("\n\n");
                text.append("| | ").append(figures.get(0).unit());
                text.append(" | ratio | quarter points | by processor time |\n|---|---|---|---|---|\n");
                for (Figure figure : figures) {
                    row(
                            text,
                            figure.contender(),
                            value(figure),
                            "**" + ratio(figure.ratio()) + "**",
                            ratio(figure.low()) + " to " + ratio(figure.high()),
                            ratio(figure.processorRatio()));
                }
            }
        });
        appendSimple(text, results.of("allocation"), "Heap allocated per record of 16 KiB, both ends, loopback, bulk");
        appendIdle(text, results);
        appendSimple(text, results.of("a write of 1 MiB"), "A write of 1 MiB");
    }

    private static void appendJmh(StringBuilder text, Results results) {
        List<Figure> figures = results.startingWith("JMH, ");
        if (figures.isEmpty()) {
            return;
        }
        text.append(
                "\n### In memory, by JMH with its gc profiler\n\n| | bare SSLEngine | Sluice | difference |\n|---|---|---|---|\n");
        for (String scenario : Results.scenarios(figures)) {
            Map<String, Figure> byContender = new LinkedHashMap<>();
            results.of(scenario).forEach(figure -> byContender.put(figure.contender(), figure));
            Figure bare = byContender.get("bare SSLEngine");
            Figure ours = byContender.get("Sluice");
            if (bare != null && ours != null) {
                boolean bytes = ours.unit().equals("bytes");
                row(
                        text,
                        scenario.substring("JMH, ".length()),
                        value(bare) + " " + bare.unit(),
                        value(ours) + " " + ours.unit(),
                        bytes
                                ? String.format(Locale.ROOT, "%+.1f bytes", ours.value() - bare.value())
                                : "ratio " + ratio(ours.value() / bare.value()));
            }
        }
    }

    private static void appendVerification(StringBuilder text, Results results) {
        List<Figure> figures = results.startingWith("verification, ");
        if (figures.isEmpty()) {
            return;
        }
        text.append("\n### Verifying a chain of three certificates, by JMH\n\n");
        text.append("ECDSA on P-256; signatures that were not seen before. Medians; here less is better.\n\n");
        text.append("| policy | its two signature checks alone | Sluice, all checks | ratio |\n|---|---|---|---|\n");
        for (String scenario : Results.scenarios(figures)) {
            Map<String, Figure> byContender = new LinkedHashMap<>();
            results.of(scenario).forEach(figure -> byContender.put(figure.contender(), figure));
            Figure alone = byContender.get("signature checks alone");
            Figure ours = byContender.get("Sluice");
            if (alone != null && ours != null) {
                row(
                        text,
                        scenario.substring("verification, ".length()),
                        value(alone) + " " + alone.unit(),
                        value(ours) + " " + ours.unit(),
                        "**" + ratio(ours.value() / alone.value()) + "**");
            }
        }
    }

    private static void appendSimple(StringBuilder text, List<Figure> figures, String title) {
        if (!figures.isEmpty()) {
            text.append("\n### ").append(title).append("\n\n| | |\n|---|---|\n");
            figures.forEach(figure -> row(text, figure.contender(), value(figure) + " " + figure.unit()));
        }
    }

    private static void appendIdle(StringBuilder text, Results results) {
        List<Figure> heap = results.of("idle, heap");
        List<Figure> direct = results.of("idle, direct");
        List<Figure> resident = results.of("idle, resident");
        if (heap.isEmpty()) {
            return;
        }
        text.append("\n### An idle connection, both ends, at 2,000 connections\n\n");
        text.append(
                "Each contender in a process of its own, after some traffic. No thread waits on these connections; where a\n");
        text.append("program keeps one per connection its stack comes on top.\n\n");
        text.append("| | heap | direct | resident |\n|---|---|---|---|\n");
        for (int i = 0; i < heap.size(); i++) {
            row(
                    text,
                    heap.get(i).contender(),
                    value(heap.get(i)) + " KiB",
                    value(direct.get(i)) + " KiB",
                    value(resident.get(i)) + " KiB");
        }
    }

    private static void row(StringBuilder text, String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    private static String value(Figure figure) {
        return String.format(Locale.ROOT, figure.value() < 100 ? "%.1f" : "%,.0f", figure.value());
    }

    private static String ratio(double ratio) {
        return Double.isNaN(ratio) ? "-" : String.format(Locale.ROOT, "%.2f", ratio);
    }
}
