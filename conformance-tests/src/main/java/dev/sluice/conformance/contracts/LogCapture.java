package dev.sluice.conformance.contracts;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** All that the library logs at the finest level, while this is open. One at a time. */
final class LogCapture extends Handler implements AutoCloseable {
    private static final Logger LIBRARY = Logger.getLogger("dev.sluice");

    private final Level before = LIBRARY.getLevel();
    private final List<String> texts = new CopyOnWriteArrayList<>();

    LogCapture() {
        setLevel(Level.ALL);
        LIBRARY.setLevel(Level.ALL);
        LIBRARY.addHandler(this);
    }

    List<String> texts() {
        return List.copyOf(texts);
    }

    @Override
    public void publish(LogRecord entry) {
        Throwable thrown = entry.getThrown();
        texts.add(entry.getLoggerName() + ": " + entry.getMessage() + " " + Arrays.toString(entry.getParameters())
                + (thrown == null ? "" : textOf(thrown)));
    }

    /** Everything that an exception says, with its causes. */
    static String textOf(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        LIBRARY.removeHandler(this);
        LIBRARY.setLevel(before);
    }
}
