package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LiveCountsTest {
    @Test
    void whatCameAndWentIsAmongTheAcquisitionsAndNotAmongTheLiving() {
        long live = LiveCounts.ENGINES.get();
        long acquisitions = LiveCounts.ENGINES.acquisitions();
        LiveCounts.ENGINES.acquired();
        assertEquals(live + 1, LiveCounts.ENGINES.get());
        LiveCounts.ENGINES.released();
        assertEquals(live, LiveCounts.ENGINES.get());
        assertEquals(acquisitions + 1, LiveCounts.ENGINES.acquisitions());
        assertTrue(acquisitions >= live);
    }
}
