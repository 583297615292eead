package dev.sluice.benchmarks;

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
 * @param output where the results go; null to keep none
 * @param command what was typed
 */
record Options(boolean quick, int rounds, List<String> only, List<String> contenders, Path output, String command) {
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
              WHAT: memory, jmh, verification, bulk, handshakes, round-trips, crowd, allocation, idle, writes
              WHO:  sslsocket, tls-channel, netty-jdk, sluice-caller, sluice-loop, netty-boringssl, conscrypt
            """;

    static Options parse(String[] args) {
        boolean quick = false;
        int rounds = 0;
        List<String> only = List.of();
        List<String> contenders = Contenders.names();
        Path output = null;
        List<String> left = new ArrayList<>(List.of(args));
        while (!left.isEmpty()) {
            String option = left.remove(0);
            switch (option) {
                case "--quick" -> quick = true;
                case "--rounds" -> rounds = Integer.parseInt(value(option, left));
                case "--only" -> only = List.of(value(option, left).split(","));
                case "--contenders" -> contenders = List.of(value(option, left).split(","));
                case "--output" -> output = Path.of(value(option, left));
                default -> throw new IllegalArgumentException("unknown option " + option + "\n" + USAGE);
            }
        }
        for (String what : only) {
            if (!ALL.contains(what)) {
                throw new IllegalArgumentException("nothing is called \"" + what + "\"\n" + USAGE);
            }
        }
        return new Options(
                quick,
                rounds > 0 ? rounds : quick ? 5 : 25,
                only,
                contenders,
                output,
                ("benchmarks/run " + String.join(" ", args)).strip());
    }

    private static String value(String option, List<String> left) {
        if (left.isEmpty()) {
            throw new IllegalArgumentException(option + " needs a value\n" + USAGE);
        }
        return left.remove(0);
    }

    boolean wants(String what) {
        return only.isEmpty() || only.contains(what);
    }
}
