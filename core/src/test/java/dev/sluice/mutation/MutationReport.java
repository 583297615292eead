package dev.sluice.mutation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Reads what PIT found, holds it against the reasons that were written down for survivors, and makes the page of it. Needs
 * nothing but a JDK; {@code ./sluice mutation} runs it:
 *
 * <pre>
 * java MutationReport.java core                    the last run of every group, checked; writes the page to standard output
 * java MutationReport.java core connection         one group, checked; no page
 * </pre>
 *
 * <p>Ends with exit code 1 if a group is below its threshold, or if a mutant survived for which nobody has given a reason.
 */
final class MutationReport {
    private final Path core;
    private final List<Group> groups;
    private final Map<Survivor, Reason> reasons;
    private final List<String> objections = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();

    MutationReport(Path core) throws IOException {
        this.core = core;
        Path data = core.resolve("src/test/mutation");
        this.groups = Group.parse(Files.readAllLines(data.resolve("groups.tsv")));
        this.reasons = Reason.parse(Files.readAllLines(data.resolve("survivors.tsv")));
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1 && arguments.length != 2) {
            throw new IllegalArgumentException("expected the directory of core, and the name of a group or none");
        }
        MutationReport report = new MutationReport(Path.of(arguments[0]));
        if (arguments.length == 1) {
            System.out.print(report.page());
        } else {
            report.check(arguments[1]);
        }
        report.notices.forEach(System.err::println);
        report.objections.forEach(System.err::println);
        System.exit(report.objections.isEmpty() ? 0 : 1);
    }

    List<String> objections() {
        return objections;
    }

    /** A part of core that is mutated by itself. */
    record Group(String name, int thresholdPercent, String what) {
        static List<Group> parse(List<String> lines) {
            return fields(lines, 3).stream()
                    .map(line -> new Group(line.get(0), Integer.parseInt(line.get(1)), line.get(2)))
                    .toList();
        }
    }

    /**
     * What a mutant is known by. The number of its line would change with every edit above it, so the text of the line stands
     * for it.
     */
    record Survivor(String className, String method, String mutator, String description, String line) {}

    /** Why so many mutants of one kind may survive. */
    record Reason(int atMost, String text) {
        static Map<Survivor, Reason> parse(List<String> lines) {
            Map<Survivor, Reason> reasons = new LinkedHashMap<>();
            for (List<String> line : fields(lines, 7)) {
                Survivor survivor = new Survivor(line.get(0), line.get(1), line.get(2), line.get(3), line.get(4));
                Reason reason = new Reason(Integer.parseInt(line.get(5)), line.get(6));
                if (reason.text.isBlank() || reasons.put(survivor, reason) != null) {
                    throw new IllegalArgumentException("no reason, or a second one, for " + survivor);
                }
            }
            return reasons;
        }
    }

    /** The lines of a file of values between tabs; lines that begin with # are for people. */
    private static List<List<String>> fields(List<String> lines, int count) {
        List<List<String>> all = new ArrayList<>();
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            List<String> values = List.of(line.split("\t", -1));
            if (values.size() != count) {
                throw new IllegalArgumentException(
                        "line of " + values.size() + " values, expected " + count + ": " + line);
            }
            all.add(values);
        }
        return all;
    }

    /** What became of the mutants of one group. */
    record Outcome(Map<String, Integer> byStatus, Map<Survivor, Integer> survivors, int detected, int mutants) {
        int of(String status) {
            return byStatus.getOrDefault(status, 0);
        }

        double percent() {
            return mutants == 0 ? 0 : 100.0 * detected / mutants;
        }
    }

    /** Reads PIT's file of one group; empty if the group was not run. */
    private Optional<Outcome> outcome(Group group) throws IOException {
        Path file = core.resolve("target/mutation").resolve(group.name).resolve("mutations.xml");
        return Files.exists(file) ? Optional.of(read(file)) : Optional.empty();
    }

    private Outcome read(Path file) throws IOException {
        Map<String, Integer> byStatus = new TreeMap<>();
        Map<Survivor, Integer> survivors = new TreeMap<>(Comparator.comparing(Survivor::className)
                .thenComparing(Survivor::method)
                .thenComparing(Survivor::line)
                .thenComparing(Survivor::description)
                .thenComparing(Survivor::mutator));
        NodeList mutations = parse(file).getElementsByTagName("mutation");
        int detected = 0;
        for (int i = 0; i < mutations.getLength(); i++) {
            Element mutation = (Element) mutations.item(i);
            byStatus.merge(mutation.getAttribute("status"), 1, Integer::sum);
            if (mutation.getAttribute("detected").equals("true")) {
                detected++;
            } else {
                survivors.merge(survivor(mutation), 1, Integer::sum);
            }
        }
        return new Outcome(byStatus, survivors, detected, mutations.getLength());
    }

    private static Element parse(Path file) throws IOException {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(file.toFile())
                    .getDocumentElement();
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("cannot read " + file, e);
        }
    }

    private Survivor survivor(Element mutation) throws IOException {
        String className = text(mutation, "mutatedClass");
        String mutator = text(mutation, "mutator");
        String packagePath = className.substring(0, className.lastIndexOf('.')).replace('.', '/');
        Path source = core.resolve("src/main/java").resolve(packagePath).resolve(text(mutation, "sourceFile"));
        int number = Integer.parseInt(text(mutation, "lineNumber"));
        return new Survivor(
                className.replaceFirst("^dev\\.sluice\\.", ""),
                text(mutation, "mutatedMethod"),
                mutator.substring(mutator.lastIndexOf('.') + 1).replaceFirst("Mutator$", ""),
                text(mutation, "description"),
                Files.readAllLines(source).get(number - 1).strip().replace('\t', ' '));
    }

    private static String text(Element parent, String name) {
        return parent.getElementsByTagName(name).item(0).getTextContent();
    }

    /** Checks one group alone. */
    void check(String name) throws IOException {
        Group group = groups.stream()
                .filter(each -> each.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no group " + name + ", expected one of "
                        + groups.stream().map(Group::name).toList()));
        Outcome outcome = outcome(group).orElseThrow(() -> new IllegalStateException("group " + name + " was not run"));
        notices.add(String.format(
                Locale.ROOT,
                "%s: %d mutants, %d killed (%.1f %%)",
                name,
                outcome.mutants,
                outcome.detected,
                outcome.percent()));
        judge(group, outcome);
    }

    private void judge(Group group, Outcome outcome) {
        if (outcome.percent() < group.thresholdPercent) {
            objections.add(String.format(
                    Locale.ROOT,
                    "%s: %.1f %% of the mutants killed, expected %d %% or more",
                    group.name,
                    outcome.percent(),
                    group.thresholdPercent));
        }
        outcome.survivors.forEach((survivor, count) -> {
            int explained = Optional.ofNullable(reasons.get(survivor))
                    .map(Reason::atMost)
                    .orElse(0);
            if (count > explained) {
                objections.add(group.name + ": " + count + " survived, " + explained + " explained: " + row(survivor));
            }
        });
    }

    private static String row(Survivor survivor) {
        return String.join(
                "\t", survivor.className, survivor.method, survivor.mutator, survivor.description, survivor.line);
    }

    // ---- the page ----

    /** Checks all groups and tells the outcome. */
    String page() throws IOException {
        Map<Group, Outcome> outcomes = new LinkedHashMap<>();
        for (Group group : groups) {
            outcome(group)
                    .ifPresentOrElse(
                            outcome -> outcomes.put(group, outcome),
                            () -> objections.add("group " + group.name + " was not run"));
        }
        StringBuilder page = new StringBuilder(INTRODUCTION);
        outcomes.forEach((group, outcome) -> page.append(String.format(
                Locale.ROOT,
                "| %s | %s | %d | %d | %d | %d | %d | **%.1f %%** | %d %% |%n",
                group.name,
                group.what,
                outcome.mutants,
                outcome.detected - outcome.of("TIMED_OUT"),
                outcome.of("TIMED_OUT"),
                outcome.of("SURVIVED"),
                outcome.of("NO_COVERAGE"),
                outcome.percent(),
                group.thresholdPercent)));
        page.append(EXPLANATION);
        outcomes.forEach((group, outcome) -> {
            judge(group, outcome);
            page.append("\n## Survivors: ").append(group.name).append("\n\n");
            page.append(outcome.survivors.isEmpty() ? "None.\n" : table(outcome.survivors));
        });
        noticeUnused(outcomes);
        return page.toString();
    }

    private String table(Map<Survivor, Integer> survivors) {
        return survivors.entrySet().stream()
                .map(entry -> "| " + String.join(" | ", cells(entry.getKey(), entry.getValue())) + " |\n")
                .collect(Collectors.joining("", "| class, method | line | mutant | reason |\n|---|---|---|---|\n", ""));
    }

    private List<String> cells(Survivor survivor, int count) {
        String simpleName = survivor.className.substring(survivor.className.lastIndexOf('.') + 1);
        return List.of(
                escaped(simpleName + "." + survivor.method),
                "`" + survivor.line.replace("|", "\\|").replace("`", "'") + "`",
                escaped(shortened(survivor.description) + (count == 1 ? "" : " (" + count + " times)")) + " ("
                        + survivor.mutator + ")",
                Optional.ofNullable(reasons.get(survivor)).map(Reason::text).orElse("**none**"));
    }

    /** PIT repeats class and method at the end of some descriptions. */
    private static String shortened(String description) {
        return description.replaceFirst(" for [^ ]+::.*$", "");
    }

    private static String escaped(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;");
    }

    /** A reason that is not needed any more is said, not refused: a property may find a mutant in one run and not in another. */
    private void noticeUnused(Map<Group, Outcome> outcomes) {
        for (Survivor survivor : reasons.keySet()) {
            if (outcomes.values().stream().noneMatch(outcome -> outcome.survivors.containsKey(survivor))) {
                notices.add("reason without a survivor: " + row(survivor));
            }
        }
    }

    private static final String INTRODUCTION = """
            # Mutation testing

            Made by `./sluice mutation`; do not edit, run it again. [PIT](https://pitest.org) makes one small fault at a time (a
            *mutant*: a condition that always holds, a call left out, a result replaced by 0) in the compiled code and runs the
            tests that reach it. A mutant that no test notices has *survived*: either a test is missing, or the fault makes no
            difference that anybody could see. This is entry W15 of the weakness catalogue.

            | group | what is in it | mutants | killed | timed out | survived | not reached | found | threshold |
            |---|---|---|---|---|---|---|---|---|
            """;

    private static final String EXPLANATION = """

            "Found" counts what was killed and what timed out: a mutant that spins or waits for ever is one that a test notices.
            Mutators are PIT's default set; calls of the logger are left alone, for what is logged is nobody's contract. The tests are
            the unit tests of core alone, with 30 tries per property; what the conformance suite would find besides does not count here.

            `./sluice mutation` runs all groups and writes this page; `./sluice mutation connection` runs one and writes none. Both fail
            if a group is below its threshold, or if a mutant survives that has no reason below. The reasons are kept in
            `core/src/test/mutation/survivors.tsv`, thresholds in `groups.tsv` beside it. A threshold is only ever raised.
            It is not part of `mvn verify`: it takes a quarter of an hour on two processors that have nothing else to do.
            """;
}
