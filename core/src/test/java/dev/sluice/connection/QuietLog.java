package dev.sluice.connection;

import java.util.List;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps the warnings that a test provokes on purpose out of its output. */
final class QuietLog {
    /** Held, because a logger that nobody holds may be made anew with its first level. */
    private static final List<Logger> LOGGERS =
            List.of(Logger.getLogger(CheckedEngine.class.getName()), Logger.getLogger(PeerGate.class.getName()));

    private QuietLog() {}

    static <T> T during(Supplier<T> call) {
        LOGGERS.forEach(logger -> logger.setLevel(Level.OFF));
        try {
            return call.get();
        } finally {
            LOGGERS.forEach(logger -> logger.setLevel(null));
        }
    }
}
