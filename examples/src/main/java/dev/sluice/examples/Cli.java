package dev.sluice.examples;

import java.io.PrintStream;
import java.util.List;

/** The command-line tool behind {@code ./sluice}. */
public final class Cli {

    private static final int USAGE_ERROR = 2;

    private static final String USAGE = """
            usage: ./sluice <command> [argument ...]

              demo          a guided tour over loopback
              conformance   prove a backend against the catalogue of weaknesses
              bench         side-by-side figures
              help          this text
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
        err.println("sluice: unknown command: " + args.get(0));
        err.print(USAGE);
        return USAGE_ERROR;
    }
}
