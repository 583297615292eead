package dev.sluice.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the measurements, prints them as they come, and keeps them for the document. */
public final class Main {
    private static final int IDLE_CONNECTIONS = 2000;

    private final Options options;
    private final List<Figure> figures = new ArrayList<>();

    private Main(Options options) {
        this.options = options;
    }

    public static void main(String[] args) throws Exception {
        Options options;
        try {
            options = Options.parse(args);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        new Main(options).run();
        System.exit(0); // threads of the contenders may linger
    }

    private void run() throws Exception {
        System.out.println("Java " + Runtime.version() + ", " + options.rounds() + " rounds"
                + (options.quick() ? ", quick: too short for figures to keep" : ""));
        if (options.wants("memory")) {
            System.out.println("In memory, one thread, ratios to the bare SSLEngine:");
            new MemoryBench(options, figures).run();
        }
        if (options.wants("jmh")) {
            System.out.println("JMH with its gc profiler:");
            jmh();
        }
        if (options.wants("verification")) {
            System.out.println("Verification of a chain of three certificates, by JMH:");
            verification();
        }
        if (List.of("bulk", "handshakes", "round-trips", "crowd", "allocation").stream()
                .anyMatch(options::wants)) {
            System.out.println("Loopback, ratios to " + options.contenders().get(0) + ":");
            new SocketBench(options, figures).run();
        }
        if (options.wants("writes")) {
            writes();
        }
        if (options.wants("idle")) {
            System.out.println("Memory of an idle connection, both ends:");
            idle();
        }
        if (options.output() != null) {
            Report.save(options, figures);
        }
    }

    private void jmh() throws Exception {
        Collection<RunResult> results = new Runner(jmhOptions("RecordBenchmark|HandshakeBenchmark")
                        .addProfiler(GCProfiler.class)
                        .build())
                .run();
        for (RunResult result : results) {
            String benchmark = result.getParams().getBenchmark();
            String contender = benchmark.endsWith(".sluice") ? "Sluice" : "bare SSLEngine";
            String what = (benchmark.contains("Record") ? "record of 16 KiB" : "handshake") + ", "
                    + Protocol.valueOf(result.getParams().getParam("protocol")).standardName();
            keep(Figure.of("JMH, " + what, contender, result.getPrimaryResult().getScore(), "1/s"));
            keep(Figure.of("JMH, allocation, " + what, contender, allocationOf(result), "bytes"));
        }
    }

    private ChainedOptionsBuilder jmhOptions(String benchmarks) {
        return new OptionsBuilder()
                .include(benchmarks)
                .forks(options.quick() ? 1 : 3)
                .warmupIterations(options.quick() ? 2 : 5)
                .warmupTime(TimeValue.seconds(1))
                .measurementIterations(options.quick() ? 2 : 5)
                .measurementTime(TimeValue.seconds(1))
                .verbosity(VerboseMode.SILENT);
    }

    /** Medians of single verifications: a neighbour on the machine does not move them. */
    private void verification() throws Exception {
        for (RunResult result : new Runner(jmhOptions("VerificationBenchmark").build()).run()) {
            boolean ours = result.getParams().getBenchmark().endsWith(".sluice");
            keep(Figure.of(
                    "verification, " + result.getParams().getParam("policy"),
                    ours ? "Sluice" : "signature checks alone",
                    result.getPrimaryResult().getStatistics().getPercentile(50),
                    "us"));
        }
    }

    private static double allocationOf(RunResult result) {
        Result<?> allocation = null;
        for (String name : result.getSecondaryResults().keySet()) {
            if (name.endsWith("gc.alloc.rate.norm")) {
                allocation = result.getSecondaryResults().get(name);
            }
        }
        return allocation == null ? Double.NaN : allocation.getScore();
    }

    private void writes() throws Exception {
        WriteCount.Counts counts = WriteCount.count(Identity.create(), Protocol.TLS_1_3);
        keep(Figure.of("a write of 1 MiB", "Sluice, caller-driven", counts.writes(), "channel writes"));
        keep(Figure.of("a write of 1 MiB", "Sluice, caller-driven", counts.records(), "records"));
    }

    private void idle() throws IOException, InterruptedException {
        for (String name : options.contenders()) {
            String[] result = inOwnProcess(name).split("\t");
            keep(Figure.of("idle, heap", result[0], Double.parseDouble(result[1]) / 1024, "KiB"));
            keep(Figure.of("idle, direct", result[0], Double.parseDouble(result[2]) / 1024, "KiB"));
            keep(Figure.of("idle, resident", result[0], Double.parseDouble(result[3]) / 1024, "KiB"));
        }
    }

    private String inOwnProcess(String contender) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // A heap that shrinks to what is alive, or the resident memory would be that of the garbage.
        command.addAll(
                List.of("-XX:+UseSerialGC", "-Xms32m", "-Xmx1g", "-XX:MinHeapFreeRatio=5", "-XX:MaxHeapFreeRatio=10"));
        java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-D") || argument.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), IdleMemory.class.getName(), contender));
        command.add(Integer.toString(options.quick() ? IDLE_CONNECTIONS / 10 : IDLE_CONNECTIONS));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String result = null;
        StringBuilder output = new StringBuilder();
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                output.append(line).append(System.lineSeparator());
                if (line.startsWith("RESULT ")) {
                    result = line.substring("RESULT ".length());
                }
            }
        }
        if (process.waitFor() != 0 || result == null) {
            throw new IOException("measuring the memory of " + contender + " failed:\n" + output);
        }
        return result;
    }

    private void keep(Figure figure) {
        figures.add(figure);
        System.out.printf(
                "  %-44s %-24s %12.1f %s%n", figure.scenario(), figure.contender(), figure.value(), figure.unit());
    }

    /** The results files, one for each feature version of Java. */
    static List<Path> resultsIn(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".tsv"))
                    .sorted()
                    .toList();
        }
    }
}
