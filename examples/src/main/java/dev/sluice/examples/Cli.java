package dev.sluice.examples;

import dev.sluice.SslBackends;
import dev.sluice.spi.TlsBackend;
import java.io.PrintStream;
import java.util.List;

/** The command-line tool behind {@code ./sluice}. */
public final class Cli {
    private static final int FAILURE = 1;
    private static final int USAGE_ERROR = 2;

    /** Set by the launcher if standard output is a terminal. */
    private static final String ANSI_PROPERTY = "sluice.ansi";

    private static final String USAGE = """
            usage: ./sluice <command> [argument ...]

              demo [--backend NAME]     a guided tour over loopback
              examples                  what there is to run
              example NAME [arg ...]    one of them
              bench [--quick]           figures beside other libraries
              help                      this text
            """;

    private Cli() {}

    public static void main(String[] args) {
        int status = run(List.of(args), System.out, System.err);
        if (status != 0) {
            System.exit(status);
        }
    }

    static int run(List<String> args, PrintStream out, PrintStream err) {
        if (args.isEmpty() || List.of("help", "-h", "--help").contains(args.get(0))) {
            out.print(USAGE);
            return 0;
        }
        List<String> rest = args.subList(1, args.size());
        try {
            return switch (args.get(0)) {
                case "demo" -> Demo.run(backend(rest), Boolean.getBoolean(ANSI_PROPERTY), out);
                case "examples" -> listExamples(rest, out);
                case "example" -> runExample(rest, err);
                default -> throw new UsageException("unknown command: " + args.get(0));
            };
        } catch (UsageException e) {
            err.println("sluice: " + e.getMessage());
            err.print(USAGE);
            return USAGE_ERROR;
        }
    }

    private static int listExamples(List<String> args, PrintStream out) throws UsageException {
        if (!args.isEmpty()) {
            throw new UsageException("unknown argument: " + args.get(0));
        }
        for (Example example : Example.ALL) {
            out.printf("%-24s%s%n", example.name(), example.summary());
        }
        return 0;
    }

    private static int runExample(List<String> args, PrintStream err) throws UsageException {
        if (args.isEmpty()) {
            throw new UsageException("example needs a name: one of " + Example.names());
        }
        Example example = Example.find(args.get(0))
                .orElseThrow(() ->
                        new UsageException("unknown example: " + args.get(0) + ", expected one of " + Example.names()));
        try {
            example.program().run(args.subList(1, args.size()).toArray(String[]::new));
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("sluice: " + example.name() + " was interrupted");
            return FAILURE;
        } catch (Exception e) {
            err.println("sluice: " + example.name() + " failed: " + e);
            return FAILURE;
        }
    }

    /** Reads {@code --backend NAME}, the only option there is. */
    private static TlsBackend backend(List<String> args) throws UsageException {
        if (args.isEmpty()) {
            return SslBackends.active();
        }
        if (!args.get(0).equals("--backend")) {
            throw new UsageException("unknown option: " + args.get(0));
        }
        if (args.size() == 1) {
            throw new UsageException("--backend needs a name: one of " + String.join(", ", SslBackends.available()));
        }
        if (args.size() > 2) {
            throw new UsageException("unknown argument: " + args.get(2));
        }
        String name = args.get(1);
        try {
            return SslBackends.byName(name);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    /** What was typed cannot be understood; the message says what and why. */
    private static final class UsageException extends Exception {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }
}
