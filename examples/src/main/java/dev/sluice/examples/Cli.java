package dev.sluice.examples;

import dev.sluice.SslBackends;
import dev.sluice.conformance.command.ConformanceCommand;
import dev.sluice.spi.TlsBackend;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** The command-line tool behind {@code ./sluice}. */
public final class Cli {
    private static final int FAILURE = 1;
    private static final int USAGE_ERROR = 2;

    /** Set by the launcher if standard output is a terminal. */
    private static final String ANSI_PROPERTY = "sluice.ansi";

    private static final String BACKEND_OPTION = "--backend";

    /** The one for those who name none, wherever it is on the class path, whose order is that of a directory. */
    private static final String USUAL_BACKEND = "jsse";

    private static final String USAGE = """
            usage: ./sluice <command> [argument ...]

              demo [--backend NAME]                     a guided tour over loopback
              examples                                  what there is to run
              example NAME [arg ...] [--backend NAME]   one of them
              bench [--quick]                           figures beside other libraries
              bench --backend all [--quick]             figures of the backends beside each other
              conformance [--backend NAME] [--jar PATH] [--profile quick|full] [--seed N] [--report DIR]
                                                        has a backend the weaknesses of the catalogue?
              help                                      this text
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
                case "demo" -> runDemo(rest, out);
                case "examples" -> listExamples(rest, out);
                case "example" -> runExample(rest, err);
                case "conformance" -> ConformanceCommand.run(rest, out, err);
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

    private static int runDemo(List<String> args, PrintStream out) throws UsageException {
        List<String> left = new ArrayList<>(args);
        TlsBackend backend = takeBackend(left);
        if (!left.isEmpty()) {
            String first = left.get(0);
            throw new UsageException(
                    (first.startsWith("-") && left.size() == args.size() ? "unknown option: " : "unknown argument: ")
                            + first);
        }
        return Demo.run(backend, Boolean.getBoolean(ANSI_PROPERTY), out);
    }

    /** Examples say nothing of backends, as most programs do: they use the one that is active. */
    private static int runExample(List<String> args, PrintStream err) throws UsageException {
        List<String> left = new ArrayList<>(args);
        TlsBackend backend = takeBackend(left);
        if (left.isEmpty()) {
            throw new UsageException("example needs a name: one of " + Example.names());
        }
        Example example = Example.find(left.get(0))
                .orElseThrow(() ->
                        new UsageException("unknown example: " + left.get(0) + ", expected one of " + Example.names()));
        return run(example, left.subList(1, left.size()), backend, err);
    }

    static int run(Example example, List<String> args, TlsBackend backend, PrintStream err) {
        String before = SslBackends.active().name();
        SslBackends.setActive(backend.name());
        try {
            example.program().run(args.toArray(String[]::new));
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("sluice: " + example.name() + " was interrupted");
            return FAILURE;
        } catch (Exception e) {
            err.println("sluice: " + example.name() + " failed: " + e);
            return FAILURE;
        } finally {
            SslBackends.setActive(before);
        }
    }

    /** Takes {@code --backend NAME} out of the arguments, wherever it stands; the usual backend if it is not there. */
    private static TlsBackend takeBackend(List<String> args) throws UsageException {
        int at = args.indexOf(BACKEND_OPTION);
        if (at < 0) {
            return SslBackends.find(USUAL_BACKEND).orElseGet(SslBackends::active);
        }
        args.remove(at);
        if (at == args.size()) {
            throw new UsageException("--backend needs a name: one of " + String.join(", ", SslBackends.available()));
        }
        String name = args.remove(at);
        if (args.contains(BACKEND_OPTION)) {
            throw new UsageException("--backend was given twice");
        }
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
