package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumMap;
import java.util.Map;

/** What this process holds at one time, to be compared with later. */
final class LiveCountsCheck {
    private final Map<LiveCounts, Long> before = new EnumMap<>(LiveCounts.class);

    LiveCountsCheck() {
        for (LiveCounts count : LiveCounts.values()) {
            before.put(count, count.get());
        }
    }

    /** Everything that was taken since then must have come back. */
    void assertNothingLeft() {
        for (LiveCounts count : LiveCounts.values()) {
            assertEquals(before.get(count), count.get(), "live " + count);
        }
    }
}
