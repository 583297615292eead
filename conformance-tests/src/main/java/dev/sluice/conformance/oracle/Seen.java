package dev.sluice.conformance.oracle;

import dev.sluice.conformance.oracle.Snapshot.Field;
import java.util.ArrayList;
import java.util.List;

/**
 * An event with the getters inside it, whether expected or observed.
 *
 * @param event what was reported
 * @param snapshot what the getters said
 */
record Seen(OracleEvent event, Snapshot snapshot) {
    /**
     * Brings a side into the form in which it is compared: with one {@code readyRead} and one
     * {@code bytesWritten} where several records follow each other.
     *
     * <p>Their number depends on how records fall into segments, and so does their order among each other as soon as there
     * is more than one; the sum does not.
     */
    static List<Seen> comparable(List<Seen> all) {
        List<Seen> result = new ArrayList<>();
        List<Seen> run = new ArrayList<>();
        for (Seen seen : all) {
            if (seen.event.isByteCount()) {
                run.add(seen);
                continue;
            }
            flush(run, result);
            result.add(seen);
        }
        flush(run, result);
        return result;
    }

    private static void flush(List<Seen> run, List<Seen> result) {
        long kinds = run.stream().map(seen -> seen.event.name()).distinct().count();
        if (kinds == run.size()) {
            result.addAll(run);
        } else {
            String after = run.get(run.size() - 1).snapshot.get(Field.BYTES_AVAILABLE);
            run.stream().map(seen -> seen.event.name()).distinct().forEach(name -> result.add(sum(run, name, after)));
        }
        run.clear();
    }

    private static Seen sum(List<Seen> run, String name, String after) {
        List<Seen> same =
                run.stream().filter(seen -> seen.event.name().equals(name)).toList();
        boolean known = same.stream().noneMatch(seen -> seen.event.args().contains(Snapshot.ANY));
        long sum = known
                ? same.stream()
                        .mapToLong(seen -> Long.parseLong(seen.event.args().get(0)))
                        .sum()
                : 0;
        Snapshot last = same.get(same.size() - 1).snapshot;
        // Between several records what is unread depends on when the reader came; after the last it does not.
        String unread = same.size() == run.size() && same.size() == 1 ? after : Snapshot.ANY;
        return new Seen(
                OracleEvent.of(name, known ? Long.toString(sum) : Snapshot.ANY),
                last.with(Field.BYTES_AVAILABLE, unread));
    }

    boolean equalsExpected(Seen expected) {
        return event.equalsExpected(expected.event) && snapshot.equalsExpected(expected.snapshot);
    }

    @Override
    public String toString() {
        return event + " " + snapshot;
    }
}
