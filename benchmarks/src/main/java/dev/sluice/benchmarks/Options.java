package dev.sluice.benchmarks;

import dev.sluice.SslBackends;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the command line asks for.
 *
 * @param quick few rounds and small amounts: to see that all works, not for figures to keep
 * @param rounds how many rounds
 * @param only what to measure; all if empty
 * @param contenders who takes part, the reference first
 * @param backends which backends to compare with each other, the reference first; empty to compare Sluice with others
 * @param output where the results go; null to keep none
 * @param command what was typed
 */
record Options(
        boolean quick,
        int rounds,
        List<String> only,
        List<String> contenders,
        List<String> backends,
        Path output,
        String command) {
    private static final String ALL_BACKENDS = "all";

    static final List<String> ALL = List.of(
            "memory",
            "jmh",
            "verification",
            "bulk",
            "handshakes",
            "round-trips",
            "crowd",
            "allocation",
            "idle",
            "writes");

    static final String USAGE = """
            benchmarks/run [--quick] [--rounds N] [--only WHAT,...] [--contenders WHO,...] [--output DIRECTORY]
            benchmarks/run --backend NAME|all [--backend NAME ...] [--groups GROUP,...] ...
                                                           compares Sluice's backends with each other
              WHAT: memory, jmh, verification, bulk, handshakes, round-trips, crowd, allocation, idle, writes
              WHO:  sslsocket, tls-channel, netty-jdk, sluice-caller, sluice-loop, netty-boringssl, conscrypt
              with --backend: bulk, handshakes, round-trips, idle; sluice-caller, sluice-loop
            """;

    static Options parse(String[] args) {
        boolean quick = false;
        int rounds = 0;
        List<String> only = List.of();
        List<String> contenders = List.of();
        List<String> backends = new ArrayList<>();
        Path output = null;
        List<String> left = new ArrayList<>(List.of(args));
        while (!left.isEmpty()) {
            String option = left.remove(0);
            switch (option) {
                case "--quick" -> quick = true;
                case "--rounds" -> rounds = Integer.parseInt(value(option, left));
                case "--only" -> only = List.of(value(option, left).split(","));
                case "--contenders" -> contenders = List.of(value(option, left).split(","));
                case "--backend" -> addBackend(value(option, left), backends);
                case "--groups" -> value(option, left); // a system property by now, see benchmarks/run
                case "--output" -> output = Path.of(value(option, left));
                default -> throw new IllegalArgumentException("unknown option " + option + "\n" + USAGE);
            }
        }
        for (String what : only) {
            if (!(backends.isEmpty() ? ALL : BackendBench.SCENARIOS).contains(what)) {
                throw new IllegalArgumentException("nothing" + (backends.isEmpty() ? "" : " of the backends")
                        + " is called \"" + what + "\"\n" + USAGE);
            }
        }
        List<String> possible = backends.isEmpty() ? Contenders.names() : Contenders.own();
        for (String contender : contenders) {
            if (!possible.contains(contender)) {
                throw new IllegalArgumentException(
                        "no contender \"" + contender + "\", expected one of " + possible + "\n" + USAGE);
            }
        }
        return new Options(
                quick,
                rounds > 0 ? rounds : quick ? 5 : 25,
                only,
                contenders.isEmpty() ? possible : contenders,
                List.copyOf(backends),
                output,
                ("benchmarks/run " + String.join(" ", args)).strip());
    }

    /** Names of backends that are not there are refused, with those that are. */
    private static void addBackend(String name, List<String> backends) {
        List<String> meant = name.equals(ALL_BACKENDS) ? allBackends() : List.of(name);
        for (String each : meant) {
            SslBackends.byName(each);
            if (!backends.contains(each)) {
                backends.add(each);
            }
        }
    }

    /** The usual one first, because the others are compared with it; in which order they were found says nothing. */
    private static List<String> allBackends() {
        List<String> all = new ArrayList<>(SslBackends.available());
        if (all.remove(Contenders.USUAL_BACKEND)) {
            all.add(0, Contenders.USUAL_BACKEND);
        }
        return all;
    }

    private static String value(String option, List<String> left) {
        if (left.isEmpty()) {
            throw new IllegalArgumentException(option + " needs a value\n" + USAGE);
        }
        return left.remove(0);
    }

    boolean wants(String what) {
        return only.isEmpty() ? backends.isEmpty() || BackendBench.SCENARIOS.contains(what) : only.contains(what);
    }
}
