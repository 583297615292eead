package dev.sluice.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Whole sockets on loopback, all in one process, one after the other in each of several rounds: whatever slows the machine
 * for a while slows all of them, so ratios within a round can be trusted where times cannot.
 */
public final class SocketBench {
    private static final Protocol PROTOCOL = Protocol.TLS_1_3;
    private static final int RECORD_BYTES = 16 * 1024;

    private final Options options;
    private final List<String> names;
    private final Identity identity = Identity.create();
    private final List<Figure> figures;

    /** What is measured here: its name in tables and on the command line, its unit, how many connections it needs. */
    private enum Scenario {
        BULK("bulk", "MB/s", 1),
        HANDSHAKES("handshakes", "1/s", 0),
        ROUND_TRIPS("round-trips", "1/s", 1),
        CROWD("crowd", "1/s", 200);

        private final String title;
        private final String unit;
        private final int links;

        Scenario(String title, String unit, int links) {
            this.title = title;
            this.unit = unit;
            this.links = links;
        }
    }

    /** Measures these contenders, the first being the one that the others are compared with. */
    SocketBench(Options options, List<String> names, List<Figure> figures) {
        this.options = options;
        this.names = List.copyOf(names);
        this.figures = figures;
    }

    /** Runs the scenarios of this class alone: for profiling. The command for users is {@code benchmarks/run}. */
    public static void main(String[] args) throws Exception {
        Options options = Options.parse(args);
        new SocketBench(options, options.contenders(), new ArrayList<>()).run();
        System.exit(0);
    }

    void run() throws Exception {
        for (Scenario scenario : Scenario.values()) {
            if (options.wants(scenario.title) || scenario == Scenario.BULK && options.wants("allocation")) {
                run(scenario);
            }
        }
    }

    private void run(Scenario scenario) throws Exception {
        List<Contender> contenders = new ArrayList<>();
        List<List<Contender.Link>> links = new ArrayList<>();
        try {
            for (String name : names) {
                Contender contender = Contenders.make(name, identity, PROTOCOL);
                contenders.add(contender);
                links.add(links(contender, scenario.links));
            }
            measure(scenario, contenders, links);
        } finally {
            for (List<Contender.Link> own : links) {
                for (Contender.Link link : own) {
                    link.close();
                }
            }
            for (Contender contender : contenders) {
                contender.close();
            }
        }
    }

    private static List<Contender.Link> links(Contender contender, int count) throws Exception {
        List<Contender.Link> links = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            links.add(contender.link());
        }
        return links;
    }

    private void measure(Scenario scenario, List<Contender> contenders, List<List<Contender.Link>> links)
            throws Exception {
        int rounds = options.rounds();
        int warmUp = Math.max(4, rounds / 2);
        double[][] seconds = new double[contenders.size()][rounds];
        double[][] processor = new double[contenders.size()][rounds];
        double[][] allocated = new double[contenders.size()][rounds];
        for (int round = -warmUp; round < rounds; round++) {
            for (int i = 0; i < contenders.size(); i++) {
                long bytesBefore = Meter.allocatedBytes();
                double processorBefore = Meter.processorSeconds();
                long start = System.nanoTime();
                turn(scenario, contenders.get(i), links.get(i));
                if (round >= 0) {
                    seconds[i][round] = (System.nanoTime() - start) / 1e9;
                    processor[i][round] = Meter.processorSeconds() - processorBefore;
                    allocated[i][round] = Meter.allocatedBytes() - bytesBefore;
                }
            }
        }
        for (int i = 0; i < contenders.size(); i++) {
            String name = contenders.get(i).name();
            if (options.wants(scenario.title)) {
                report(Figure.ofRounds(
                        scenario.title,
                        name,
                        scenario.unit,
                        amount(scenario),
                        seconds[i],
                        seconds[0],
                        processor[i],
                        processor[0]));
            }
            if (scenario == Scenario.BULK) {
                double records = (double) bulkBytes() / RECORD_BYTES;
                report(Figure.of(
                        "allocation", name, Figure.quantile(allocated[i], 0.5) / records, "heap bytes per record"));
            }
        }
    }

    private void report(Figure figure) {
        figures.add(figure);
        System.out.printf(
                "  %-12s %-24s %12.1f %-22s %s%n",
                figure.scenario(),
                figure.contender(),
                figure.value(),
                figure.unit(),
                Double.isNaN(figure.ratio())
                        ? ""
                        : String.format(
                                "ratio %.3f (%.2f to %.2f), by processor time %.3f",
                                figure.ratio(), figure.low(), figure.high(), figure.processorRatio()));
    }

    private long bulkBytes() {
        return (options.quick() ? 16L : 64L) << 20;
    }

    private int handshakes() {
        return options.quick() ? 20 : 50;
    }

    private int roundTrips() {
        return options.quick() ? 1000 : 5000;
    }

    private int crowdMessages() {
        return options.quick() ? 10 : 30;
    }

    /** How many units one turn is. */
    private double amount(Scenario scenario) {
        return switch (scenario) {
            case BULK -> bulkBytes() / 1e6;
            case HANDSHAKES -> handshakes();
            case ROUND_TRIPS -> roundTrips();
            case CROWD -> (double) Scenario.CROWD.links * crowdMessages();
        };
    }

    /** Refuses figures of resumptions: in a full handshake the client checks the server's certificate. */
    private void fullHandshakes(Contender contender) throws Exception {
        long before = CountingTrustManager.checks();
        contender.handshakes(handshakes());
        long checks = CountingTrustManager.checks() - before;
        if (contender.countsChecks() && checks != handshakes()) {
            throw new IllegalStateException(contender.name() + " checked " + checks + " certificates in " + handshakes()
                    + " handshakes: not all were full ones");
        }
    }

    private void turn(Scenario scenario, Contender contender, List<Contender.Link> links) throws Exception {
        switch (scenario) {
            case BULK -> links.get(0).bulk(bulkBytes()).join();
            case ROUND_TRIPS -> links.get(0).roundTrips(roundTrips(), 128).join();
            case HANDSHAKES -> fullHandshakes(contender);
            case CROWD ->
                CompletableFuture.allOf(links.stream()
                                .map(link -> link.roundTrips(crowdMessages(), 1024))
                                .toArray(CompletableFuture[]::new))
                        .join();
        }
    }
}
