package dev.sluice.x509;

import java.util.EnumMap;
import java.util.Map;

/**
 * Bounds the work of one verification. Whoever makes certificates can make them so that the number of paths grows
 * exponentially, and the number of comparisons with name constraints with the square of their size; so everything that
 * costs time is counted, and when one kind is spent, the verification ends without acceptance.
 *
 * <p>One thread at a time.
 */
final class WorkBudget {
    /** Kinds of work, with how much of it one verification may do. */
    enum Work {
        /** Certificates put on top of a path. */
        STEP(1_000),
        /** Signatures checked, in tenths of a millisecond: with some keys one takes fifty times as long as with others. */
        SIGNATURE(500),
        /** Names compared with a name constraint. */
        NAME_COMPARISON(200_000),
        /** Octets of the certificates of judged paths: most rules take time in proportion. */
        JUDGED_OCTET(2 * 1024 * 1024);

        private final int limit;

        Work(int limit) {
            this.limit = limit;
        }
    }

    private final Map<Work, Integer> done = new EnumMap<>(Work.class);
    private boolean exhausted;

    /** Takes one from the budget; false, from then on always, if there is not enough left. */
    boolean take(Work work) {
        return take(work, 1);
    }

    /** Takes so much from the budget; false, from then on always, if there is not enough left. */
    boolean take(Work work, int amount) {
        if (!exhausted && done.merge(work, amount, Integer::sum) > work.limit) {
            exhausted = true;
        }
        return !exhausted;
    }

    boolean isExhausted() {
        return exhausted;
    }
}
