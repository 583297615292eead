package dev.sluice.conformance.concurrency.explorer;

/**
 * What a thread is about to do, up to its next step.
 *
 * @param shared what it touches, compared by identity
 * @param access how
 * @param what for people
 */
record Step(Object shared, Access access, String what) {
    /** Whether the order of two steps matters. */
    boolean conflictsWith(Step other) {
        boolean touchTheSame = shared == other.shared && access != Access.START && other.access != Access.START;
        return touchTheSame && !(access == Access.READ && other.access == Access.READ);
    }
}
