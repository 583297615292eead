package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Takes what a class logs, and keeps it out of the output of the test. */
final class LogCapture extends Handler implements AutoCloseable {
    private final Logger logger;
    private final List<LogRecord> records = new ArrayList<>();

    LogCapture(Class<?> ofClass) {
        this.logger = Logger.getLogger(ofClass.getName());
        logger.addHandler(this);
        logger.setUseParentHandlers(false);
    }

    /** Checks that this was logged once, with its cause, and nothing else was, and forgets it. */
    void assertOneWarning(String message) {
        assertEquals(
                List.of(message), records.stream().map(LogRecord::getMessage).toList());
        LogRecord logged = records.remove(0);
        assertEquals(Level.WARNING, logged.getLevel());
        assertNotNull(logged.getThrown(), "the cause");
    }

    @Override
    public void publish(LogRecord logged) {
        records.add(logged);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setUseParentHandlers(true);
    }
}
