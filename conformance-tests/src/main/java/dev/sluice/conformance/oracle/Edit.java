package dev.sluice.conformance.oracle;

import dev.sluice.conformance.oracle.ExpectedSide.Place;
import dev.sluice.conformance.oracle.ExpectedSide.Where;
import dev.sluice.conformance.oracle.Snapshot.Field;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One deviation in one place: what has to be changed in a side of a trace before Sluice is compared with it.
 *
 * @param side the side
 * @param deviation why: the id of a deliberate deviation, of a weakness that the real one has, of a known defect of ours, or
 *     {@code README} for what the traces' own notes take out
 * @param text the edit as it was written
 */
record Edit(String side, String deviation, String text) {
    /** The kinds of edit. */
    enum Kind implements Word {
        DROP("drop EVENT", "takes an event out"),
        DROP_ALL("drop everything", "takes all events out: the scenario cannot come about"),
        INSERT("insert EVENT before|after EVENT", "puts an event in"),
        APPEND("append EVENT", "adds an event at the end"),
        MOVE("move EVENT before|after EVENT", "puts an event elsewhere"),
        REPLACE("replace EVENT with EVENT", "changes an event in its place"),
        SET("set FIELD=VALUE at EVENT", "changes a field of the state tuple, from there to its next change"),
        FLOAT(
                "float EVENT past EVENT",
                "byte counts directly before the second event count as if they came directly after it, on both sides of the"
                        + " comparison: where they fall depends on when the transport takes the bytes"),
        DISREGARD(
                "disregard EVENT",
                "takes such events out, on both sides of the comparison: whether they come depends on when the transport"
                        + " takes or has the bytes"),
        CUT("cut after EVENT", "takes everything behind an event out"),
        FINAL("final GETTER=VALUE", "changes a getter at the end"),
        ANSWER("answer CALL=VALUE", "changes what a call returned; CALL#2 is the second such call");

        private final String usage;
        private final String help;

        Kind(String usage, String help) {
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

    private static final Pattern DEVIATION = Pattern.compile("D\\d\\d|W\\d\\d|K\\d\\d|README");
    private static final Pattern BESIDE = Pattern.compile("(.*\\S) (before|after) (\\S.*)");
    private static final Pattern ASSIGNMENT = Pattern.compile("(.*?)=(.*)");

    Edit {
        if (!DEVIATION.matcher(deviation).matches()) {
            throw new IllegalArgumentException(
                    "an edit names a deviation D01 to D26, a weakness W01 to W84, a known defect, or README, not "
                            + deviation);
        }
        applier(text); // so that a mistake is found when the script is read
    }

    private interface Applier {
        void apply(ExpectedSide side);
    }

    /** Whether the edit depends on timing, so that one play cannot tell whether it is needed. */
    boolean isTolerance() {
        return switch (kind(text)) {
            case FLOAT, DISREGARD -> true;
            case ANSWER -> text.endsWith("=" + Snapshot.ANY);
            case SET -> text.contains("=" + Snapshot.ANY + " ");
            case DROP, DROP_ALL, INSERT, APPEND, MOVE, REPLACE, CUT, FINAL -> false;
        };
    }

    /**
     * Applies the edit.
     *
     * @throws EditException if there is nothing to edit
     */
    void applyTo(ExpectedSide expected) {
        applier(text).apply(expected);
    }

    private static Applier applier(String text) {
        Kind kind = kind(text);
        String rest = text.substring(text.indexOf(' ') + 1).strip();
        return switch (kind) {
            case DROP -> {
                Place place = Place.parse(rest);
                yield side -> side.drop(place);
            }
            case DROP_ALL -> ExpectedSide::dropAll;
            case INSERT -> {
                Matcher parts = match(BESIDE, rest);
                OracleEvent event = OracleEvent.parse(parts.group(1));
                Place place = Place.parse(parts.group(3));
                yield side -> side.insert(event, where(parts), place);
            }
            case APPEND -> {
                OracleEvent event = OracleEvent.parse(rest);
                yield side -> side.append(event);
            }
            case MOVE -> {
                Matcher parts = match(BESIDE, rest);
                Place place = Place.parse(parts.group(1));
                Place target = Place.parse(parts.group(3));
                yield side -> side.move(place, where(parts), target);
            }
            case REPLACE -> {
                String[] parts = rest.split(" with ", 2);
                Place place = Place.parse(parts[0].strip());
                OracleEvent event = OracleEvent.parse(parts[1].strip());
                yield side -> side.replace(place, event);
            }
            case SET -> {
                String[] parts = rest.split(" at ", 2);
                Matcher assignment = match(ASSIGNMENT, parts[0]);
                Field field = Field.parse(assignment.group(1).strip());
                Place place = Place.parse(parts[1].strip());
                yield side -> side.set(field, assignment.group(2).strip(), place);
            }
            case FLOAT -> {
                String[] parts = rest.split(" past ", 2);
                ExpectedSide.Tolerance floating = ExpectedSide.Tolerance.floating(
                        OracleEvent.parse(parts[0].strip()), OracleEvent.parse(parts[1].strip()));
                yield side -> side.tolerate(floating);
            }
            case DISREGARD -> {
                ExpectedSide.Tolerance disregard = ExpectedSide.Tolerance.disregard(OracleEvent.parse(rest));
                yield side -> side.tolerate(disregard);
            }
            case CUT -> {
                Place place = Place.parse(rest.replaceFirst("^after ", ""));
                yield side -> side.cutAfter(place);
            }
            case FINAL -> {
                Matcher assignment = match(ASSIGNMENT, rest);
                yield side -> side.setFinal(
                        assignment.group(1).strip(), assignment.group(2).strip());
            }
            case ANSWER -> {
                Matcher assignment = match(ASSIGNMENT, rest);
                String[] call = assignment.group(1).strip().split("#", 2);
                int ordinal = call.length == 1 ? 1 : Integer.parseInt(call[1]);
                yield side ->
                        side.setAnswer(call[0], ordinal, assignment.group(2).strip());
            }
        };
    }

    private static Kind kind(String text) {
        if (text.equals(Kind.DROP_ALL.usage())) {
            return Kind.DROP_ALL;
        }
        for (Kind kind : Kind.values()) {
            if (kind != Kind.DROP_ALL && text.startsWith(kind.word() + " ")) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no such edit: " + text);
    }

    private static Where where(Matcher beside) {
        return beside.group(2).equals("before") ? Where.BEFORE : Where.AFTER;
    }

    private static Matcher match(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("cannot read: " + text);
        }
        return matcher;
    }

    @Override
    public String toString() {
        return "edit " + side + " " + deviation + ": " + text;
    }
}
