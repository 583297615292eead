package dev.sluice.x509;

/**
 * How much hashing the passwords of one file may cost. Files name their own iteration counts, and a hostile one names a
 * great one, or many. One budget serves a whole import and is never refilled.
 *
 * <p>One thread at a time.
 */
final class HashingBudget {
    /** Some seconds on the machines of today. Files in use have some thousands, newer ones up to a million or two. */
    static final int MAXIMUM_ITERATIONS = 10_000_000;

    private long remaining = MAXIMUM_ITERATIONS;

    /** Takes {@code iterations}, each repeated {@code times}, before the work is done. */
    void spend(int iterations, int times) throws KeyFormatException {
        long cost = (long) iterations * times;
        if (iterations < 1 || times < 1) {
            throw KeyFormatException.malformed("iteration count is " + iterations + ", expected 1 or more");
        }
        if (cost > remaining) {
            throw KeyFormatException.malformed("iteration counts add up to more than " + MAXIMUM_ITERATIONS
                    + ", the most that is worked off for one file");
        }
        remaining -= cost;
    }
}
