package dev.sluice.x509;

/** One concern of path validation: looks at all certificates of a path and reports all that is wrong by this concern. */
@FunctionalInterface
interface PathRule {
    void check(CandidatePath path);
}
