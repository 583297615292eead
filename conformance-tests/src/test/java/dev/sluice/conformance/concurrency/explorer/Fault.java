package dev.sluice.conformance.concurrency.explorer;

/** What is wrong with the parts that classes under test are made of: shows that a scenario notices it. */
public enum Fault {
    NONE,
    /** Locks keep nobody out. */
    LOCKS_ARE_OPEN,
    /** {@code synchronized} keeps nobody out. */
    MONITORS_ARE_OPEN,
    /** To compare and to set are two steps. */
    COMPARE_AND_SET_IS_TORN
}
