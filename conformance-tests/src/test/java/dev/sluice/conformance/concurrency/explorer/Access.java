package dev.sluice.conformance.concurrency.explorer;

/** What a step does to what is shared. */
enum Access {
    READ,
    WRITE,
    LOCK,
    /** To come back from a condition: someone has signalled, and the lock is free. */
    RELOCK,
    /** The first step of a thread: touches nothing. */
    START
}
