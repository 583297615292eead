package dev.sluice.conformance.oracle;

/**
 * What a call of the scenario returned, or a remark that the scenario made.
 *
 * @param call the call with its arguments, as it is named in the trace
 * @param value what it returned
 */
record Answer(String call, String value) {
    @Override
    public String toString() {
        return call + " = " + value;
    }
}
