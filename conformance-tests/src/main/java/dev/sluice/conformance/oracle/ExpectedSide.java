package dev.sluice.conformance.oracle;

import dev.sluice.conformance.oracle.Snapshot.Field;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one side of a trace leads one to expect, and the operations that deviations are made of.
 *
 * <p>An entry knows what its event changed in the state tuple, so that tuples follow when events come, go or move: what an
 * event changes by its nature ({@code stateChanged} the state, {@code errorOccurred} the error) goes with it, all else stays
 * where it was. One thread at a time.
 */
final class ExpectedSide {
    /** Stands between the events where the scenario has read; no pattern means it. */
    private static final OracleEvent READ = new OracleEvent("", List.of());

    private static final class Entry {
        private final OracleEvent event;
        private final EnumMap<Field, String> changes = new EnumMap<>(Field.class);
        /** Without a state tuple in the trace. */
        private final boolean bare;

        Entry(OracleEvent event, boolean bare) {
            this.event = event;
            this.bare = bare;
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();
    private final Map<String, String> finals = new TreeMap<>();
    private final List<Tolerance> tolerances = new ArrayList<>();

    ExpectedSide copy() {
        ExpectedSide copy = new ExpectedSide();
        for (Entry entry : entries) {
            Entry twin = new Entry(entry.event, entry.bare);
            twin.changes.putAll(entry.changes);
            copy.entries.add(twin);
        }
        copy.answers.addAll(answers);
        copy.finals.putAll(finals);
        copy.tolerances.addAll(tolerances);
        return copy;
    }

    /** What calls returned, in order. */
    List<Answer> answers() {
        return answers;
    }

    /** The getters at the end, by name. */
    Map<String, String> finals() {
        return finals;
    }

    /** Adds an event as recorded: with the tuple before it, and its own if it has one. */
    void add(OracleEvent event, Snapshot before, Optional<Snapshot> tuple) {
        Entry entry = new Entry(event, tuple.isEmpty());
        tuple.ifPresent(now -> {
            for (Field field : Field.values()) {
                if (!now.get(field).equals(before.get(field))) {
                    entry.changes.put(field, now.get(field));
                }
            }
            nature(event).keySet().forEach(field -> entry.changes.put(field, now.get(field)));
        });
        entries.add(entry);
    }

    /** Adds a change of what can be read that no event goes with: the scenario has read. */
    void addRead(long left) {
        Entry entry = new Entry(READ, true);
        entry.changes.put(Field.BYTES_AVAILABLE, Long.toString(left));
        entries.add(entry);
    }

    /** The events with their tuples. */
    List<Seen> seen() {
        List<Seen> result = new ArrayList<>();
        Snapshot current = Snapshot.FRESH;
        for (Entry entry : entries) {
            current = current.with(entry.changes);
            if (entry.event.equals(READ)) {
                continue;
            }
            Snapshot shown =
                    entry.event.isAlertOrTicket() ? current.with(Field.BYTES_AVAILABLE, Snapshot.ANY) : current;
            result.add(new Seen(entry.event, entry.bare ? Snapshot.UNKNOWN : shown));
        }
        return result;
    }

    /** What an event changes because of what it is. */
    private static Map<Field, String> nature(OracleEvent event) {
        return switch (event.name()) {
            case "stateChanged" -> Map.of(Field.STATE, event.args().get(0));
            case "modeChanged" -> Map.of(Field.MODE, event.args().get(0));
            case "errorOccurred" -> Map.of(Field.ERROR, event.args().get(0));
            case "encrypted" -> Map.of(Field.IS_ENCRYPTED, "true");
            case "disconnected" -> Map.of(Field.IS_ENCRYPTED, "false");
            default -> Map.of();
        };
    }

    /**
     * What depends on when a transport takes or has bytes.
     *
     * @param event which events
     * @param past past which event they may fall; empty if they may be missing
     */
    record Tolerance(OracleEvent event, Optional<OracleEvent> past) {
        static Tolerance floating(OracleEvent event, OracleEvent past) {
            return new Tolerance(event, Optional.of(past));
        }

        static Tolerance disregard(OracleEvent event) {
            return new Tolerance(event, Optional.empty());
        }

        List<Seen> applied(List<Seen> events) {
            List<Seen> result = new ArrayList<>();
            List<Seen> waiting = new ArrayList<>();
            for (Seen seen : events) {
                if (seen.event().matches(event)) {
                    waiting.add(seen);
                    continue;
                }
                boolean passes = past.isPresent() && seen.event().matches(past.get());
                if (!passes && past.isPresent()) {
                    result.addAll(waiting);
                    waiting.clear();
                }
                result.add(seen);
                if (passes) {
                    waiting.replaceAll(moved -> new Seen(moved.event(), seen.snapshot()));
                }
            }
            if (past.isPresent()) {
                result.addAll(waiting);
            }
            return result;
        }
    }

    /** Brings events, expected or observed, into the form in which they are compared. */
    List<Seen> comparable(List<Seen> events) {
        List<Seen> result = events.stream()
                .filter(seen -> !seen.event().name().equals("encryptedBytesWritten"))
                .toList();
        for (Tolerance tolerance : tolerances) {
            result = tolerance.applied(result);
        }
        return Seen.comparable(result);
    }

    /** Whether ciphertext was reported as sent. How often, and how much, no two libraries share. */
    boolean hasCiphertext(List<Seen> events) {
        return events.stream()
                .map(Seen::event)
                .filter(event -> event.name().equals("encryptedBytesWritten"))
                .anyMatch(event -> tolerances.stream().noneMatch(tolerance -> event.matches(tolerance.event())));
    }

    void tolerate(Tolerance tolerance) {
        tolerances.add(tolerance);
    }

    // ---- what edits do ----

    /**
     * The place of an event.
     *
     * @param pattern which events are meant
     * @param ordinal the how many-th of them, from 1; 0 for the last
     */
    record Place(OracleEvent pattern, int ordinal) {
        static Place parse(String text) {
            int hash = text.lastIndexOf('#');
            if (hash < 0) {
                return new Place(OracleEvent.parse(text), 1);
            }
            String ordinal = text.substring(hash + 1).strip();
            return new Place(
                    OracleEvent.parse(text.substring(0, hash).strip()),
                    ordinal.equals("last") ? 0 : Integer.parseInt(ordinal));
        }

        @Override
        public String toString() {
            return pattern + (ordinal == 1 ? "" : "#" + (ordinal == 0 ? "last" : Integer.toString(ordinal)));
        }
    }

    /** Where something is put. */
    enum Where {
        BEFORE,
        AFTER
    }

    void drop(Place place) {
        int index = find(place);
        Entry dropped = entries.remove(index);
        nature(dropped.event).keySet().forEach(dropped.changes::remove);
        if (index < entries.size()) {
            Entry next = entries.get(index);
            dropped.changes.forEach(next.changes::putIfAbsent);
        }
    }

    void insert(OracleEvent event, Where where, Place place) {
        Entry entry = new Entry(event, false);
        entry.changes.putAll(nature(event));
        entries.add(find(place) + (where == Where.AFTER ? 1 : 0), entry);
    }

    void append(OracleEvent event) {
        Entry entry = new Entry(event, false);
        entry.changes.putAll(nature(event));
        entries.add(entry);
    }

    void move(Place place, Where where, Place target) {
        OracleEvent event = entries.get(find(place)).event;
        drop(place);
        insert(event, where, target);
    }

    void replace(Place place, OracleEvent event) {
        int index = find(place);
        Entry old = entries.get(index);
        if (old.event.equals(event)) {
            throw new EditException("nothing to replace: it is " + event + " already");
        }
        Entry entry = new Entry(event, old.bare);
        nature(old.event).keySet().forEach(old.changes::remove);
        entry.changes.putAll(old.changes);
        entry.changes.putAll(nature(event));
        entries.set(index, entry);
    }

    /** Changes a field of the tuple from an event on, until the next event that changes it. */
    void set(Field field, String value, Place place) {
        int index = find(place);
        if (snapshotAt(index).get(field).equals(value)) {
            throw new EditException("nothing to set: " + field.word() + " is " + value + " already at " + place);
        }
        entries.get(index).changes.put(field, value);
    }

    private Snapshot snapshotAt(int index) {
        Snapshot current = Snapshot.FRESH;
        for (Entry entry : entries.subList(0, index + 1)) {
            current = current.with(entry.changes);
        }
        return current;
    }

    /** Drops everything behind an event. */
    void cutAfter(Place place) {
        int index = find(place);
        if (index == entries.size() - 1) {
            throw new EditException("nothing to cut: " + place + " is the last event");
        }
        entries.subList(index + 1, entries.size()).clear();
    }

    /** For a peer of which only the end counts. */
    void dropErrors() {
        entries.removeIf(entry -> entry.event.name().equals("errorOccurred"));
    }

    void dropAll() {
        if (entries.isEmpty()) {
            throw new EditException("nothing to drop: there are no events");
        }
        entries.clear();
    }

    void setFinal(String getter, String value) {
        String before = finals.put(getter, value);
        if (value.equals(before)) {
            throw new EditException("nothing to set: at the end " + getter + " is " + value + " already");
        }
    }

    void setAnswer(String call, int ordinal, String value) {
        int seen = 0;
        for (int i = 0; i < answers.size(); i++) {
            if (answers.get(i).call().equals(call) && ++seen == ordinal) {
                if (answers.get(i).value().equals(value)) {
                    throw new EditException("nothing to set: " + call + " answers " + value + " already");
                }
                answers.set(i, new Answer(call, value));
                return;
            }
        }
        throw new EditException("no answer of " + call + "#" + ordinal);
    }

    private int find(Place place) {
        int seen = 0;
        int last = -1;
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).event.matches(place.pattern)) {
                last = i;
                if (++seen == place.ordinal) {
                    return i;
                }
            }
        }
        if (place.ordinal == 0 && last >= 0) {
            return last;
        }
        throw new EditException("no event " + place);
    }
}
