package dev.sluice.connection;

import org.jspecify.annotations.Nullable;

/**
 * Counts what a peer can repeat for ever without giving the application anything: each costs us work, none of it is
 * bounded by the protocol itself.
 *
 * <p><b>Threads:</b> one at a time.
 */
final class RepetitionGuard {
    private static final int MAX_RECORDS_WITHOUT_DATA = 32;
    private static final int MAX_KEY_UPDATES_WITHOUT_DATA = 32;
    private static final int MAX_WARNINGS = 5;
    private static final int MAX_TICKETS = 16;

    private int recordsWithoutData;
    private int keyUpdatesWithoutData;
    private int warnings;
    private int tickets;

    /** A record gave application data. */
    void data() {
        recordsWithoutData = 0;
        keyUpdatesWithoutData = 0;
    }

    /** A record gave none. */
    void recordWithoutData() {
        recordsWithoutData++;
    }

    void keyUpdate() {
        keyUpdatesWithoutData++;
    }

    void warning() {
        warnings++;
    }

    void ticket() {
        tickets++;
    }

    /** What there was too much of, or null if all is within bounds. */
    @Nullable
    String excess() {
        if (recordsWithoutData > MAX_RECORDS_WITHOUT_DATA) {
            return "more than " + MAX_RECORDS_WITHOUT_DATA + " consecutive records without application data";
        }
        if (keyUpdatesWithoutData > MAX_KEY_UPDATES_WITHOUT_DATA) {
            return "more than " + MAX_KEY_UPDATES_WITHOUT_DATA + " key updates without application data between";
        }
        if (warnings > MAX_WARNINGS) {
            return "more than " + MAX_WARNINGS + " warning alerts";
        }
        if (tickets > MAX_TICKETS) {
            return "more than " + MAX_TICKETS + " session tickets";
        }
        return null;
    }
}
