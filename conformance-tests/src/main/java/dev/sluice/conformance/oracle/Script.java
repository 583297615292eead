package dev.sluice.conformance.oracle;

import dev.sluice.conformance.oracle.ExpectedSide.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a scenario is brought about, and in what Sluice deviates in it. Read from a text file, one statement per line; see
 * docs/oracle.md.
 */
final class Script {
    /** The statements. */
    enum Statement implements Word {
        WIRE("wire KIND", "what lies between the sides; `direct` unless told"),
        ACCEPT(
                "accept encrypted|plain",
                "whether accepted sockets begin the handshake at once; `encrypted` unless told"),
        CONFIG(
                "config SIDE SETTING ...",
                "a setting of that side; `server2` has those of `server` unless it has its own"),
        ON("on SIDE EVENT: COMMAND; ...", "does something inside each such event; inside the second with `EVENT#2`"),
        ANSWER_ERRORS("decide SIDE: COMMAND; ...", "does something when the `SslErrorHandler` is asked"),
        WHEN("when CONDITION and ...: COMMAND", "waits, then does something"),
        WAIT("wait CONDITION and ...", "waits"),
        NOTE(
                "note NAME: SIDE GETTER|VERB ...",
                "takes down what a getter says, or a command answers, as the note of that name"),
        EXPECT("expect SIDE GETTER VALUE", "fails unless the getter says so: for what no trace shows"),
        FAILS("refused: SIDE SETTING ...", "this setting has to be refused when the configuration is built"),
        USE("use SIDE RECIPE ARGUMENT ...", "applies a named list of edits to a side"),
        EDIT("edit SIDE DEVIATION: EDIT", "applies one edit to a side"),
        EDIT_NOTE("edit note DEVIATION: NAME=VALUE", "changes a note of the trace"),
        WITHOUT(
                "without note|side|final NAME: REASON",
                "a note, a side, or the last values of a side that have no counterpart here, with the reason"),
        NEEDS(
                "needs FEATURE",
                "for engines that declare the `TlsFeature`; on others what the script asks for has to be refused"),
        COMMAND("SIDE VERB ...", "does something at once");

        private final String usage;
        private final String help;

        Statement(String usage, String help) {
            this.usage = usage;
            this.help = help;
        }

        @Override
        public String usage() {
            return usage;
        }

        @Override
        public String help() {
            return help;
        }
    }

    /** What lies between the sides. */
    enum Wire implements Word {
        DIRECT("direct", "TCP over loopback; what connects becomes `server`, then `server2`"),
        RELAY("relay", "a relay that can cut, hold and corrupt stands in between"),
        PLAIN("plain", "a TCP peer that knows no TLS, `plainPeer`, is the server"),
        CLOSED("closed", "nobody listens on the port"),
        SSL_SERVER("sslserver", "an `SslServer`, `qsslserver`, listens");

        private final String usage;
        private final String help;

        Wire(String usage, String help) {
            this.usage = usage;
            this.help = help;
        }

        @Override
        public String usage() {
            return usage;
        }

        @Override
        public String help() {
            return help;
        }
    }

    /**
     * Something done inside an event.
     *
     * @param event which; of the n-th only if it is not the first-or-any
     * @param everyTime whether it is done each time
     * @param commands what is done
     */
    record Slot(Place event, boolean everyTime, List<Command> commands) {}

    /**
     * One step of the course.
     *
     * @param conditions what is waited for first
     * @param command what is done then
     * @param note the note that its answer becomes
     * @param expected what its answer has to be
     */
    record Step(
            List<Condition> conditions, Optional<Command> command, Optional<String> note, Optional<String> expected) {
        static Step of(List<Condition> conditions, Command command) {
            return new Step(conditions, Optional.of(command), Optional.empty(), Optional.empty());
        }

        @Override
        public String toString() {
            return conditions + command.map(done -> " " + done).orElse("");
        }
    }

    private final String name;
    private Wire wire = Wire.DIRECT;
    private boolean acceptsEncrypted = true;
    private final Map<String, List<String>> settings = new LinkedHashMap<>();
    private final Map<String, List<Slot>> slots = new LinkedHashMap<>();
    private final Map<String, List<Command>> decisions = new LinkedHashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private final List<Edit> edits = new ArrayList<>();
    private final Map<String, String> noteEdits = new TreeMap<>();
    private final Map<String, String> withoutNotes = new TreeMap<>();
    private final Map<String, String> withoutSides = new TreeMap<>();
    private final Map<String, String> withoutFinals = new TreeMap<>();
    private final List<String> refused = new ArrayList<>();
    private final List<String> needs = new ArrayList<>();

    private Script(String name) {
        this.name = name;
    }

    static Script parse(String name, String text, Recipes recipes) {
        Script script = new Script(name);
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String statement = line.strip();
            if (statement.isEmpty() || statement.startsWith("#")) {
                continue;
            }
            try {
                script.read(statement, recipes);
            } catch (RuntimeException e) {
                throw new IllegalArgumentException(
                        "script " + name + ", line " + number + ": " + e.getMessage() + "\n  " + line, e);
            }
        }
        return script;
    }

    private void read(String line, Recipes recipes) {
        int blank = line.indexOf(' ');
        String first = blank < 0 ? line : line.substring(0, blank);
        String rest = blank < 0 ? "" : line.substring(blank + 1).strip();
        switch (first) {
            case "wire" -> wire = Words.find(Wire.values(), rest);
            case "accept" -> acceptsEncrypted = choice(rest, "encrypted", "plain");
            case "config" -> {
                String[] parts = rest.split(" ", 2);
                Setting.check(parts[1]);
                settings.computeIfAbsent(parts[0], side -> new ArrayList<>()).add(parts[1]);
            }
            case "on" -> readSlot(rest);
            case "decide" -> {
                String[] parts = colon(rest);
                decisions.put(parts[0], commands(parts[1]));
            }
            case "when" -> {
                String[] parts = colon(rest);
                steps.add(Step.of(Condition.parseAll(parts[0]), Command.parse(parts[1])));
            }
            case "wait" ->
                steps.add(new Step(Condition.parseAll(rest), Optional.empty(), Optional.empty(), Optional.empty()));
            case "expect" -> {
                String[] words = rest.split(" ", 3);
                Command get = Command.parse(words[0] + " " + Verb.GET.word() + " " + words[1]);
                steps.add(new Step(List.of(), Optional.of(get), Optional.empty(), Optional.of(words[2])));
            }
            case "note" -> {
                String[] parts = colon(rest);
                String[] words = parts[1].split(" ", 2);
                boolean isGetter = Arrays.stream(Getter.values())
                        .anyMatch(getter -> getter.word().equals(words[1]));
                Command source = Command.parse(isGetter ? words[0] + " " + Verb.GET.word() + " " + words[1] : parts[1]);
                steps.add(new Step(List.of(), Optional.of(source), Optional.of(parts[0]), Optional.empty()));
            }
            case "refused:" -> refused.add(rest);
            case "use" -> {
                List<String> words = Words.split(rest);
                edits.addAll(recipes.edits(words.get(0), words.get(1), words.subList(2, words.size())));
            }
            case "edit" -> readEdit(rest);
            case "without" -> {
                String[] parts = colon(rest);
                String[] words = parts[0].split(" ", 2);
                Map<String, String> without = switch (words[0]) {
                    case "note" -> withoutNotes;
                    case "side" -> withoutSides;
                    case "final" -> withoutFinals;
                    default -> throw new IllegalArgumentException("without what? " + words[0]);
                };
                without.put(words[1], parts[1]);
            }
            case "needs" -> needs.add(rest);
            default -> steps.add(Step.of(List.of(), Command.parse(line)));
        }
    }

    private void readSlot(String text) {
        String[] parts = colon(text);
        String[] words = parts[0].split(" ", 2);
        Slot slot = new Slot(Place.parse(words[1]), !words[1].contains("#"), commands(parts[1]));
        slots.computeIfAbsent(words[0], side -> new ArrayList<>()).add(slot);
    }

    private void readEdit(String text) {
        String[] parts = colon(text);
        String[] words = parts[0].split(" ", 2);
        Edit edit = Recipes.edit(words[0], words[1], parts[1]);
        if (words[0].equals("note")) {
            String[] assignment = parts[1].split("=", 2);
            noteEdits.put(assignment[0].strip(), assignment[1].strip());
        } else {
            edits.add(edit);
        }
    }

    private static List<Command> commands(String text) {
        List<Command> commands = new ArrayList<>();
        for (String one : text.split(";", -1)) {
            commands.add(Command.parse(one.strip()));
        }
        return commands;
    }

    private static String[] colon(String text) {
        int colon = text.indexOf(": ");
        if (colon < 0) {
            throw new IllegalArgumentException("a colon is missing");
        }
        return new String[] {
            text.substring(0, colon).strip(), text.substring(colon + 2).strip()
        };
    }

    private static boolean choice(String word, String yes, String no) {
        if (word.equals(yes)) {
            return true;
        }
        if (word.equals(no)) {
            return false;
        }
        throw new IllegalArgumentException("expected " + yes + " or " + no + ", got " + word);
    }

    String name() {
        return name;
    }

    Wire wire() {
        return wire;
    }

    boolean acceptsEncrypted() {
        return acceptsEncrypted;
    }

    /** The settings of a side; a second one is like the first unless it has its own. */
    List<String> settings(String side) {
        return settings.getOrDefault(side, side.endsWith("2") ? settings(first(side)) : List.of());
    }

    List<Slot> slots(String side) {
        return slots.getOrDefault(side, side.endsWith("2") ? slots(first(side)) : List.of());
    }

    List<Command> decisions(String side) {
        return decisions.getOrDefault(side, List.of());
    }

    private static String first(String side) {
        return side.substring(0, side.length() - 1);
    }

    List<Step> steps() {
        return steps;
    }

    List<Edit> edits() {
        return edits;
    }

    Map<String, String> noteEdits() {
        return noteEdits;
    }

    Map<String, String> withoutNotes() {
        return withoutNotes;
    }

    Map<String, String> withoutSides() {
        return withoutSides;
    }

    Map<String, String> withoutFinals() {
        return withoutFinals;
    }

    List<String> refused() {
        return refused;
    }

    List<String> needs() {
        return needs;
    }
}
