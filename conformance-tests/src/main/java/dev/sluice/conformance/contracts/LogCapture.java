package dev.sluice.conformance.contracts;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * All that anybody logs at the finest level or prints, while this is open: an adapter has loggers of its own, and may have none.
 * One at a time.
 */
final class LogCapture extends Handler implements AutoCloseable {
    private static final Logger EVERYBODY = Logger.getLogger("");

    private final Level before = EVERYBODY.getLevel();
    private final List<String> texts = new CopyOnWriteArrayList<>();
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    LogCapture() {
        setLevel(Level.ALL);
        EVERYBODY.setLevel(Level.ALL);
        EVERYBODY.addHandler(this);
        System.setOut(new PrintStream(new Copied(out), true, Charset.defaultCharset()));
        System.setErr(new PrintStream(new Copied(err), true, Charset.defaultCharset()));
    }

    List<String> texts() {
        return List.copyOf(texts);
    }

    /** What was printed and not logged. */
    String printed() {
        return printed.toString(StandardCharsets.ISO_8859_1);
    }

    /** Passes on what is printed, and keeps it. */
    private final class Copied extends OutputStream {
        private final PrintStream target;

        Copied(PrintStream target) {
            this.target = target;
        }

        @Override
        public void write(int b) {
            target.write(b);
            printed.write(b);
        }

        @Override
        public void write(byte[] bytes, int from, int count) {
            target.write(bytes, from, count);
            printed.write(bytes, from, count);
        }

        @Override
        public void flush() {
            target.flush();
        }
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
        System.setOut(out);
        System.setErr(err);
        EVERYBODY.removeHandler(this);
        EVERYBODY.setLevel(before);
    }
}
