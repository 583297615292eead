package dev.sluice.conformance.oracle;

import org.jspecify.annotations.Nullable;

/** A scenario could not be played to its end: a condition never held, or a command failed. */
final class PlayException extends Exception {
    private static final long serialVersionUID = 1L;

    PlayException(String message) {
        super(message);
    }

    PlayException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
