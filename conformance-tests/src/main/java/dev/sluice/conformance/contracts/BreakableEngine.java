package dev.sluice.conformance.contracts;

import dev.sluice.TlsAlert;
import dev.sluice.conformance.saboteurs.DelegatingEngine;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.TlsEngine;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** An engine that works until it is told to break in one way. One thread at a time. */
final class BreakableEngine extends DelegatingEngine {
    private final Switch breakage;

    private BreakableEngine(TlsEngine delegate, Switch breakage) {
        super(delegate);
        this.breakage = breakage;
    }

    /** When and how it breaks. A task may run on another thread, never at the same time. */
    static final class Switch {
        private final EngineDefect defect;
        private final Throwable raised;
        private final TlsAlert alert;
        private volatile boolean on;
        private volatile boolean broken;

        Switch(EngineDefect defect, Throwable raised, TlsAlert alert, boolean on) {
            this.defect = defect;
            this.raised = raised;
            this.alert = alert;
            this.on = on;
        }

        TlsEngine around(TlsEngine engine) {
            return new BreakableEngine(engine, this);
        }

        void now() {
            on = true;
        }

        boolean hasBroken() {
            return broken;
        }

        private RuntimeException raise() {
            if (raised instanceof Error error) {
                throw error;
            }
            return (RuntimeException) raised;
        }

        private boolean isDue(EngineDefect... those) {
            for (EngineDefect one : those) {
                if (on && one == defect) {
                    broken = true;
                    return true;
                }
            }
            return false;
        }
    }

    @Override
    public EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext) {
        if (breakage.isDue(EngineDefect.UNWRAP_FAILS)) {
            return EngineStep.failed(breakage.raised, breakage.alert);
        }
        if (breakage.isDue(EngineDefect.UNWRAP_FAILS_WITHOUT_ALERT)) {
            return EngineStep.failed(breakage.raised, null);
        }
        if (breakage.isDue(EngineDefect.UNWRAP_THROWS)) {
            throw breakage.raise();
        }
        return breakage.isDue(EngineDefect.UNWRAP_GIVES_NULL) ? nothing() : super.unwrap(ciphertext, plaintext);
    }

    @Override
    public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
        if (breakage.hasBroken()) {
            return EngineStep.NEEDS_UNWRAP; // a broken engine has nothing more to say
        }
        if (breakage.isDue(EngineDefect.WRAP_FAILS)) {
            return EngineStep.failed(breakage.raised, breakage.alert);
        }
        if (breakage.isDue(EngineDefect.WRAP_THROWS)) {
            throw breakage.raise();
        }
        return breakage.isDue(EngineDefect.WRAP_GIVES_NULL) ? nothing() : super.wrap(plaintext, ciphertext);
    }

    @Override
    public EngineStep runTask() {
        if (breakage.isDue(EngineDefect.TASK_THROWS)) {
            throw breakage.raise();
        }
        return super.runTask();
    }

    @Override
    public SessionFacts sessionFacts() {
        if (breakage.isDue(EngineDefect.FACTS_THROW)) {
            throw breakage.raise();
        }
        return super.sessionFacts();
    }

    /** What no adapter may return. */
    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    private static EngineStep nothing() {
        @Nullable EngineStep none = null;
        return none;
    }
}
