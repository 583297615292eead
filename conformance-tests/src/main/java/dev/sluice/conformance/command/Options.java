package dev.sluice.conformance.command;

import dev.sluice.conformance.Profile;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What was typed.
 *
 * @param backends names of backends; empty for all that there are
 * @param jars where further backends are
 * @param profile how thorough
 * @param seed from which all follows
 * @param simulations how many, if not as the profile says
 * @param threads for simulations
 * @param report where the page goes
 * @param tables documents whose tables are written anew
 * @param catalogue where the catalogue goes; nothing is run then
 */
record Options(
        List<String> backends,
        List<Path> jars,
        Profile profile,
        long seed,
        OptionalLong simulations,
        int threads,
        Optional<Path> report,
        List<Path> tables,
        Optional<Path> catalogue) {
    static final String USAGE = """
            usage: conformance [--backend NAME]... [--jar PATH]... [--profile quick|full] [--seed N]
                               [--simulations N] [--threads N] [--report DIR] [--table FILE]...

              --backend NAME     which backend to judge; more than one may be named; all that there are if none is
              --jar PATH         a jar with a backend, or with something that it needs
              --profile quick    a few tries of each property (the default); full for a verdict
              --seed N           the seed from which all follows; 1 unless said otherwise
              --simulations N    how many connections to simulate, in place of what the profile says
              --threads N        on how many threads to simulate them; 1 unless said otherwise
              --report DIR       writes a page for a browser there
              --table FILE       writes the table of weaknesses into a Markdown file, between its two marks
              --catalogue FILE   writes the catalogue of weaknesses as Markdown, and runs nothing
            """;

    /** What was typed cannot be understood. */
    static final class UsageException extends Exception {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    static Options parse(List<String> arguments) throws UsageException {
        List<String> backends = new ArrayList<>();
        List<Path> jars = new ArrayList<>();
        List<Path> tables = new ArrayList<>();
        Profile profile = Profile.QUICK;
        long seed = 1;
        OptionalLong simulations = OptionalLong.empty();
        int threads = 1;
        Optional<Path> report = Optional.empty();
        Optional<Path> catalogue = Optional.empty();
        Deque<String> left = new ArrayDeque<>(arguments);
        while (!left.isEmpty()) {
            String option = left.removeFirst();
            switch (option) {
                case "--backend" -> backends.add(value(option, left));
                case "--jar" -> jars.add(Path.of(value(option, left)));
                case "--table" -> tables.add(Path.of(value(option, left)));
                case "--profile" -> profile = profile(value(option, left));
                case "--seed" -> seed = number(option, value(option, left), Long.MIN_VALUE);
                case "--simulations" -> simulations = OptionalLong.of(number(option, value(option, left), 0));
                case "--threads" -> threads = (int) Math.min(number(option, value(option, left), 1), 1024);
                case "--catalogue" -> catalogue = Optional.of(Path.of(value(option, left)));
                case "--report" -> report = Optional.of(Path.of(value(option, left)));
                default -> throw new UsageException("unknown option: " + option);
            }
        }
        return new Options(
                List.copyOf(backends),
                List.copyOf(jars),
                profile,
                seed,
                simulations,
                threads,
                report,
                List.copyOf(tables),
                catalogue);
    }

    private static String value(String option, Deque<String> left) throws UsageException {
        if (left.isEmpty()) {
            throw new UsageException(option + " needs a value");
        }
        return left.removeFirst();
    }

    private static Profile profile(String name) throws UsageException {
        return Arrays.stream(new Profile[] {Profile.QUICK, Profile.FULL})
                .filter(profile -> profile.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> new UsageException("unknown profile: " + name + ", expected quick or full"));
    }

    private static long number(String option, String text, long least) throws UsageException {
        try {
            long number = Long.parseLong(text);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new UsageException(option + " needs a number, got " + text);
        }
        throw new UsageException(option + " is " + text + ", expected " + least + " or more");
    }
}
