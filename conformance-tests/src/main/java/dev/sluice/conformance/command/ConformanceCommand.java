package dev.sluice.conformance.command;

import dev.sluice.conformance.Assessment;
import dev.sluice.conformance.command.Options.UsageException;
import dev.sluice.conformance.report.Catalogue;
import dev.sluice.conformance.report.DocumentTable;
import dev.sluice.conformance.report.HtmlReport;
import dev.sluice.conformance.report.Matrix;
import dev.sluice.conformance.simulation.SimulationRun;
import dev.sluice.spi.TlsBackend;
import java.io.IOException;
import java.io.PrintStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Judges backends from the command line. */
public final class ConformanceCommand {
    private static final int FOUND = 1;
    private static final int USAGE_ERROR = 2;

    /** Set by a launcher whose standard output is a terminal. */
    private static final String TERMINAL_PROPERTY = "sluice.ansi";

    private ConformanceCommand() {}

    /**
     * Runs the suite; ends the process with 0 if no weakness was found, 1 if one was, 2 if the arguments make no sense.
     *
     * @param args see the usage
     */
    public static void main(String[] args) {
        int status = run(List.of(args), System.out, System.err);
        // The runs of saboteurs may leave threads behind that wait for ever.
        System.exit(status);
    }

    /**
     * Runs the suite.
     *
     * @param args see the usage
     * @param out for tables
     * @param err for what is wrong with the arguments
     * @return the exit status
     */
    public static int run(List<String> args, PrintStream out, PrintStream err) {
        if (args.size() == 1 && List.of("help", "-h", "--help").contains(args.get(0))) {
            out.print(Options.USAGE);
            return 0;
        }
        try {
            return run(Options.parse(args), out);
        } catch (UsageException e) {
            err.println("conformance: " + e.getMessage());
            err.print(Options.USAGE);
            return USAGE_ERROR;
        } catch (IOException e) {
            err.println("conformance: " + e);
            return USAGE_ERROR;
        }
    }

    private static int run(Options options, PrintStream out) throws UsageException, IOException {
        if (options.catalogue().isPresent()) {
            Files.writeString(options.catalogue().get(), Catalogue.page());
            return 0;
        }
        List<Assessment> assessments = new ArrayList<>();
        for (TlsBackend backend : backends(options)) {
            Assessment.Order order = new Assessment.Order(
                    backend,
                    options.profile(),
                    options.seed(),
                    options.simulations().orElse(options.profile().simulations()),
                    options.threads());
            ProgressBar bar = new ProgressBar(out, Boolean.getBoolean(TERMINAL_PROPERTY), backend.name());
            assessments.add(Assessment.make(order, bar));
        }
        out.print(Matrix.forTerminal(assessments));
        for (Assessment one : assessments) {
            one.simulations().failure().map(SimulationRun.Failure::toString).ifPresent(out::println);
            one.simulations().gaps().forEach(gap -> out.println(one.backend() + ": " + gap));
        }
        if (options.report().isPresent()) {
            out.println(
                    "report: " + HtmlReport.write(assessments, options.report().get()));
        }
        for (Path document : options.tables()) {
            DocumentTable.write(assessments, document);
            out.println("table: " + document);
        }
        return assessments.stream().allMatch(Assessment::isGood) ? 0 : FOUND;
    }

    private static List<TlsBackend> backends(Options options) throws UsageException {
        Map<String, TlsBackend> found = new LinkedHashMap<>();
        try {
            for (TlsBackend backend : ServiceLoader.load(TlsBackend.class, loader(options.jars()))) {
                found.putIfAbsent(backend.name(), backend);
            }
        } catch (ServiceConfigurationError e) {
            throw new UsageException("a backend cannot be loaded: " + e.getMessage());
        }
        List<TlsBackend> chosen = new ArrayList<>();
        for (String name : options.backends().isEmpty() ? found.keySet() : options.backends()) {
            TlsBackend backend = found.get(name);
            if (backend == null) {
                throw new UsageException("unknown backend: " + name + ", expected one of " + found.keySet());
            }
            chosen.add(backend);
        }
        if (chosen.isEmpty()) {
            throw new UsageException("there is no backend: name a jar that holds one with --jar");
        }
        return chosen;
    }

    private static ClassLoader loader(List<Path> jars) throws UsageException {
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars) {
            if (!Files.exists(jar)) {
                throw new UsageException("no such jar: " + jar);
            }
            try {
                urls.add(jar.toUri().toURL());
            } catch (MalformedURLException e) {
                throw new UsageException("no such jar: " + jar);
            }
        }
        // Stays open for as long as the process: backends load classes whenever they like.
        return new URLClassLoader(urls.toArray(URL[]::new), ConformanceCommand.class.getClassLoader());
    }
}
