package dev.sluice.conformance.contracts;

/** How an engine, or its adapter, can break. */
public enum EngineDefect {
    /** A failed step with an alert. */
    UNWRAP_FAILS,
    /** A failed step without an alert. */
    UNWRAP_FAILS_WITHOUT_ALERT,
    /** An exception. */
    UNWRAP_THROWS,
    /** No step at all. */
    UNWRAP_GIVES_NULL,
    /** A failed step with an alert. */
    WRAP_FAILS,
    /** An exception. */
    WRAP_THROWS,
    /** No step at all. */
    WRAP_GIVES_NULL,
    /** An exception, if there are tasks. */
    TASK_THROWS,
    /** An exception at the end of the handshake. */
    FACTS_THROW;

    /** Whether an exception of the engine's has to be found again. */
    boolean raises() {
        return switch (this) {
            case UNWRAP_FAILS,
                    UNWRAP_FAILS_WITHOUT_ALERT,
                    UNWRAP_THROWS,
                    WRAP_FAILS,
                    WRAP_THROWS,
                    TASK_THROWS,
                    FACTS_THROW -> true;
            case UNWRAP_GIVES_NULL, WRAP_GIVES_NULL -> false;
        };
    }

    /** Whether an alert comes with it. */
    boolean tellsAlert() {
        return switch (this) {
            case UNWRAP_FAILS, WRAP_FAILS -> true;
            case UNWRAP_FAILS_WITHOUT_ALERT,
                    UNWRAP_THROWS,
                    UNWRAP_GIVES_NULL,
                    WRAP_THROWS,
                    WRAP_GIVES_NULL,
                    TASK_THROWS,
                    FACTS_THROW -> false;
        };
    }
}
