package dev.sluice.benchmarks;

import dev.sluice.SslBackends;
import java.io.IOException;
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
        if (!options.backends().isEmpty()) {
            new BackendBench(options).run();
            return;
        }
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
            new SocketBench(options, options.contenders(), figures).run();
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
        WriteCount.Counts counts =
                WriteCount.count(Identity.create(), Protocol.TLS_1_3, SslBackends.byName(Contenders.USUAL_BACKEND));
        keep(Figure.of("a write of 1 MiB", "Sluice, caller-driven", counts.writes(), "channel writes"));
        keep(Figure.of("a write of 1 MiB", "Sluice, caller-driven", counts.records(), "records"));
    }

    private void idle() throws IOException, InterruptedException {
        for (String name : options.contenders()) {
            IdleMemory.Cost cost = IdleMemory.inOwnProcess(
                    name, options.quick() ? IDLE_CONNECTIONS / 10 : IDLE_CONNECTIONS, IdleMemory.Traffic.SHORT_ANSWERS);
            keep(Figure.of("idle, heap", cost.contender(), cost.heap() / 1024.0, "KiB"));
            keep(Figure.of("idle, direct", cost.contender(), cost.direct() / 1024.0, "KiB"));
            keep(Figure.of("idle, resident", cost.contender(), cost.resident() / 1024.0, "KiB"));
        }
    }

    private void keep(Figure figure) {
        figures.add(figure);
        System.out.printf(
                "  %-44s %-24s %12.1f %s%n", figure.scenario(), figure.contender(), figure.value(), figure.unit());
    }
}
