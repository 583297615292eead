package dev.sluice.conformance.harness;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What happened in a {@link World}, in the order in which it happened, for a picture of it. Keeps the last entries only.
 *
 * <p>Thread-safe.
 */
public final class Chronicle {
    private static final int MAX_ENTRIES = 200;

    /** The last one begun in this process: properties run one at a time, and their failure is looked at right after. */
    private static volatile Optional<Chronicle> latest = Optional.empty();

    /** Guarded by this. */
    private final Deque<Entry> entries = new ArrayDeque<>();

    private Chronicle() {}

    /**
     * Where something happened.
     */
    public enum Where {
        /** An event at the client. */
        CLIENT,
        /** An event at the server. */
        SERVER,
        /** In the network, on the way to the server. */
        TO_SERVER,
        /** In the network, on the way to the client. */
        TO_CLIENT
    }

    /**
     * Something that happened.
     *
     * @param where where
     * @param text what
     * @param bytes how many bytes it was about; 0 for events
     */
    public record Entry(Where where, String text, int bytes) {}

    static Chronicle begin() {
        Chronicle begun = new Chronicle();
        latest = Optional.of(begun);
        return begun;
    }

    /** Forgets the last one, so that a failure without a world is not shown with the picture of another. */
    public static void forget() {
        latest = Optional.empty();
    }

    /**
     * The last one begun.
     *
     * @return its entries; empty if there is none
     */
    public static List<Entry> latest() {
        return latest.map(Chronicle::entries).orElse(List.of());
    }

    void add(Where where, String text, int bytes) {
        synchronized (this) {
            Entry last = entries.peekLast();
            if (last != null
                    && bytes > 0
                    && last.where() == where
                    && last.text().equals(text)) {
                entries.removeLast();
                entries.add(new Entry(where, text, last.bytes() + bytes));
            } else {
                entries.add(new Entry(where, text, bytes));
            }
            if (entries.size() > MAX_ENTRIES) {
                entries.removeFirst();
            }
        }
    }

    private synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }
}
