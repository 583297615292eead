package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.conformance.saboteurs.DelegatingEngine;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.TlsEngine;
import io.netty.buffer.ByteBuf;

/**
 * An engine that works, and reports something else than what happened: once, or from some call on for ever.
 *
 * <p>One thread at a time.
 */
final class StrangeEngine extends DelegatingEngine {
    /** A loop that calls an engine so often does not end. */
    private static final int MAX_CALLS = 200_000;

    private final Script script;

    private StrangeEngine(TlsEngine delegate, Script script) {
        super(delegate);
        this.script = script;
    }

    /** When to report what, with an account of the calls. */
    static final class Script {
        private final EngineStep step;
        private final boolean works;
        private final boolean forEver;
        private int callsLeft;
        private long calls;
        private long moved;

        /**
         * Makes a script.
         *
         * @param kind what is reported
         * @param works true if the engine does its work before something else is reported
         * @param forEver false if only one call is
         * @param after how many calls come before that
         */
        Script(EngineStep.Kind kind, boolean works, boolean forEver, int after) {
            this.step = stepOf(kind);
            this.works = works;
            this.forEver = forEver;
            this.callsLeft = after;
        }

        /** An engine as it is, whose calls are counted. */
        static Script honest() {
            return new Script(EngineStep.Kind.PROGRESSED, true, false, Integer.MAX_VALUE);
        }

        TlsEngine around(TlsEngine engine) {
            return new StrangeEngine(engine, this);
        }

        /** The next call is the one. */
        void now() {
            callsLeft = 0;
        }

        boolean hasReported() {
            return callsLeft < 0;
        }

        long calls() {
            return calls;
        }

        void checkEndOfCalls() {
            check(
                    calls <= MAX_CALLS,
                    () -> "an engine that reports " + step + " was called " + MAX_CALLS
                            + " times, expected an end of that");
        }

        long moved() {
            return moved;
        }

        private boolean isDue() {
            if (++calls > MAX_CALLS) {
                throw new IllegalStateException("called without end"); // so that the property comes to its own
            }
            if (callsLeft < 0) {
                return forEver;
            }
            return --callsLeft < 0;
        }

        private static EngineStep stepOf(EngineStep.Kind kind) {
            return switch (kind) {
                case PROGRESSED -> EngineStep.PROGRESSED;
                case NEEDS_INPUT -> EngineStep.NEEDS_INPUT;
                case NEEDS_OUTPUT_ROOM -> EngineStep.NEEDS_OUTPUT_ROOM;
                case NEEDS_WRAP -> EngineStep.NEEDS_WRAP;
                case NEEDS_UNWRAP -> EngineStep.NEEDS_UNWRAP;
                case NEEDS_TASK -> EngineStep.NEEDS_TASK;
                case NEEDS_VERIFICATION -> EngineStep.NEEDS_VERIFICATION;
                case CLOSED -> EngineStep.CLOSED;
                case FAILED -> EngineStep.failed(new IllegalStateException("reported by the property"), null);
            };
        }
    }

    @Override
    public EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext) {
        return call(ciphertext, plaintext, true);
    }

    @Override
    public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
        return call(plaintext, ciphertext, false);
    }

    private EngineStep call(ByteBuf input, ByteBuf output, boolean inbound) {
        boolean due = script.isDue();
        if (due && !script.works) {
            return script.step;
        }
        int inputStart = input.readerIndex();
        int outputStart = output.writerIndex();
        EngineStep step = inbound ? super.unwrap(input, output) : super.wrap(input, output);
        if (input.readerIndex() != inputStart || output.writerIndex() != outputStart) {
            script.moved++;
        }
        return due ? script.step : step;
    }
}
