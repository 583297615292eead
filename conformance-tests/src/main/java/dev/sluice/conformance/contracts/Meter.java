package dev.sluice.conformance.contracts;

import dev.sluice.conformance.harness.Verdict;

/** Counts the calls of an engine in a turn. One thread at a time. */
final class Meter {
    private final String whose;
    private final StrangeEngine.Script script;
    private long calls;
    private long moved;

    Meter(String whose, StrangeEngine.Script script) {
        this.whose = whose;
        this.script = script;
    }

    StrangeEngine.Script script() {
        return script;
    }

    void begin() {
        calls = script.calls();
        moved = script.moved();
    }

    void check() {
        long made = script.calls() - calls;
        long records = script.moved() - moved;
        long bound = EngineStatusContract.CALLS_PER_RECORD * records + EngineStatusContract.CALLS_PER_TURN;
        Verdict.check(
                made <= bound,
                () -> "the engine of the " + whose + " was called " + made + " times in a turn that moved " + records
                        + " records, expected at most " + bound);
    }
}
