package dev.sluice.conformance.oracle;

import dev.sluice.conformance.oracle.Outcome.Observed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * Compares what was observed with what a trace and its edits lead one to expect. Each difference is a sentence with the
 * scenario, the side, the position, what was expected and what came.
 */
final class Comparison {
    /** What an edit makes of an answer when the scenario does not come to the call. */
    private static final String NO_CALL = "nothing";

    private final OracleTrace trace;
    private final Script script;
    private final List<Edit> engineEdits;

    Comparison(OracleTrace trace, Script script, List<Edit> engineEdits) {
        this.trace = trace;
        this.script = script;
        this.engineEdits = engineEdits;
    }

    /** The edits of one side, in the order in which they apply. */
    private List<Edit> edits(String side) {
        List<Edit> all = new ArrayList<>();
        for (List<Edit> some : List.of(script.edits(), engineEdits)) {
            some.stream().filter(edit -> edit.side().equals(side)).forEach(all::add);
        }
        return all;
    }

    /** Waits for it: each side has reported as many events as are expected of it. */
    BooleanSupplier reached(Play play) {
        Map<String, ExpectedSide> expected = new LinkedHashMap<>();
        trace.sides().forEach((name, side) -> {
            if (!script.withoutSides().containsKey(name)) {
                ExpectedSide edited = side.copy();
                apply(edits(name), edited, new ArrayList<>());
                expected.put(name, edited);
            }
        });
        return () -> expected.entrySet().stream().allMatch(entry -> {
            ExpectedSide side = entry.getValue();
            int wanted = side.comparable(side.seen()).size();
            return side.comparable(play.events(entry.getKey())).size() >= wanted;
        });
    }

    List<String> differences(Outcome outcome) {
        List<String> differences = new ArrayList<>();
        outcome.failures().forEach(failure -> differences.add("scenario " + trace.scenario() + ": " + failure));
        trace.sides().forEach((name, side) -> {
            if (!script.withoutSides().containsKey(name)) {
                differences.addAll(compareSide(name, side, outcome.side(name)));
            }
        });
        outcome.sides().forEach((name, observed) -> {
            if (observed.unannounced() != 0) {
                differences.add(where(name) + ": " + observed.unannounced()
                        + " bytes can be read that no readyRead has announced");
            }
            if (!trace.sides().containsKey(name) && !script.withoutSides().containsKey(name)) {
                differences.add(where(name) + ": is not in the trace, and the script does not say why");
            }
        });
        compareNotes(outcome.notes(), differences);
        return differences;
    }

    private String where(String side) {
        return "scenario " + trace.scenario() + ", side " + side;
    }

    private List<String> compareSide(String name, ExpectedSide side, Observed observed) {
        List<String> differences = new ArrayList<>();
        ExpectedSide expected = side.copy();
        List<Edit> edits = edits(name);
        apply(edits, expected, differences);
        compare(name, expected, observed, differences);
        if (differences.isEmpty()) {
            boolean ofEngine = engineEdits.stream().anyMatch(edit -> edit.side().equals(name));
            for (int i = 0; i < edits.size(); i++) {
                Edit edit = edits.get(i);
                // What the script says can be overruled by the table of the engine; then other engines show its need.
                boolean isJudged = !edit.isTolerance() && (!ofEngine || engineEdits.contains(edit));
                if (isJudged && isNeedless(name, side, observed, edits, i)) {
                    differences.add(where(name) + ": not needed, it is equal without it: " + edit);
                }
            }
        }
        return differences;
    }

    private boolean isNeedless(String name, ExpectedSide side, Observed observed, List<Edit> edits, int without) {
        List<Edit> others = new ArrayList<>(edits);
        others.remove(without);
        ExpectedSide expected = side.copy();
        List<String> differences = new ArrayList<>();
        apply(others, expected, differences);
        compare(name, expected, observed, differences);
        return differences.isEmpty();
    }

    private void apply(List<Edit> edits, ExpectedSide expected, List<String> differences) {
        for (Edit edit : edits) {
            try {
                edit.applyTo(expected);
            } catch (EditException e) {
                differences.add(where(edit.side()) + ": does not apply any more, " + e.getMessage() + ": " + edit);
            }
        }
    }

    private void compare(String name, ExpectedSide expected, Observed observed, List<String> differences) {
        compareEvents(name, expected, observed, differences);
        compareAnswers(name, expected.answers(), observed.answers(), differences);
        compareFinals(name, expected.finals(), observed.finals(), differences);
    }

    private void compareEvents(String name, ExpectedSide side, Observed observed, List<String> differences) {
        List<Seen> allGot = observed.events();
        List<Seen> allExpected = side.seen();
        List<Seen> expected = side.comparable(allExpected);
        List<Seen> got = side.comparable(allGot);
        for (int i = 0; i < Math.max(expected.size(), got.size()); i++) {
            String wanted = i < expected.size() ? expected.get(i).toString() : "nothing more";
            String came = i < got.size() ? got.get(i).toString() : "nothing more";
            boolean equal = i < expected.size() && i < got.size() && got.get(i).equalsExpected(expected.get(i));
            if (!equal) {
                differences.add(where(name) + ", event " + (i + 1) + ": expected " + wanted + ", got " + came
                        + context(expected, got) + "\n  errorString: "
                        + observed.finals().getOrDefault(Getter.ERROR_STRING.word(), ""));
                return;
            }
        }
        boolean ciphertext = side.hasCiphertext(allExpected);
        if (ciphertext != side.hasCiphertext(allGot)) {
            differences.add(where(name) + ": encryptedBytesWritten was "
                    + (ciphertext ? "expected and never came" : "not expected"));
        }
    }

    private static String context(List<Seen> expected, List<Seen> got) {
        StringBuilder text = new StringBuilder();
        text.append("\n  expected in all:");
        expected.forEach(seen -> text.append("\n    ").append(seen));
        text.append("\n  got in all:");
        got.forEach(seen -> text.append("\n    ").append(seen));
        return text.toString();
    }

    /** Each answer of the trace, in its order; a scenario may call more than the trace has taken down. */
    private void compareAnswers(String name, List<Answer> expected, List<Answer> got, List<String> differences) {
        int next = 0;
        for (Answer answer : expected) {
            if (answer.call().equals("setSocketDescriptor")) {
                continue; // what attach() is here returns nothing
            }
            int found = next;
            while (found < got.size() && !got.get(found).call().equals(answer.call())) {
                found++;
            }
            if (found == got.size() && answer.value().equals(NO_CALL)) {
                continue;
            }
            if (found == got.size()) {
                differences.add(where(name) + ", answers: expected " + answer + ", got no such call after the " + next
                        + ". of " + got);
                return;
            }
            boolean isOpen = answer.value().equals(Snapshot.ANY);
            if (!isOpen && !got.get(found).value().equals(answer.value())) {
                differences.add(
                        where(name) + ", answer " + (found + 1) + ": expected " + answer + ", got " + got.get(found));
            }
            next = found + 1;
        }
    }

    private void compareFinals(
            String name, Map<String, String> expected, Map<String, String> got, List<String> differences) {
        expected.forEach((getter, value) -> {
            boolean isServersGroup = getter.equals(Getter.EPHEMERAL_KEY.word()) && !name.startsWith("client");
            if (Getter.ofFinal(getter).isEmpty()
                    || isServersGroup
                    || script.withoutFinals().containsKey(name)) {
                return;
            }
            boolean isChoice = getter.equals(Getter.SESSION_CIPHER.word()) && !value.isEmpty();
            String wanted = isChoice ? Getter.SOME : value;
            String came = got.getOrDefault(getter, "nothing");
            if (!wanted.equals(Snapshot.ANY) && !wanted.equals(came)) {
                differences.add(where(name) + ", at the end: expected " + getter + " = " + wanted + ", got " + came);
            }
        });
    }

    private void compareNotes(Map<String, String> got, List<String> differences) {
        Map<String, String> expected = new TreeMap<>(trace.notes());
        script.noteEdits().forEach((note, value) -> {
            String before = expected.put(note, value);
            if (before == null || before.equals(value)) {
                differences.add("scenario " + trace.scenario() + ", note " + note + ": does not apply any more, it was "
                        + before + " before the edit");
            }
        });
        expected.forEach((note, value) -> {
            if (script.withoutNotes().containsKey(note)) {
                return;
            }
            String came = got.get(note);
            if (came == null) {
                differences.add("scenario " + trace.scenario() + ", note " + note
                        + ": the script neither takes it down nor says why not");
            } else if (!came.equals(value)) {
                differences.add(
                        "scenario " + trace.scenario() + ", note " + note + ": expected " + value + ", got " + came);
            }
        });
        script.withoutNotes().keySet().stream()
                .filter(note -> !trace.notes().containsKey(note))
                .forEach(note -> differences.add("scenario " + trace.scenario() + ": there is no note " + note));
    }
}
