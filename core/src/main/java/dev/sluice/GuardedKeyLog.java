package dev.sluice;

import java.util.concurrent.atomic.AtomicBoolean;

/** A key log of the user's that harms no connection: what it throws is told once, and the handshake goes on. */
final class GuardedKeyLog implements SslKeyLog {
    private static final System.Logger LOGGER = System.getLogger(GuardedKeyLog.class.getName());

    private final SslKeyLog log;
    private final AtomicBoolean told = new AtomicBoolean();

    GuardedKeyLog(SslKeyLog log) {
        this.log = log;
    }

    @Override
    public void log(String line) {
        try {
            log.log(line);
        } catch (Throwable e) { // errors too, and checked ones that other languages do not declare: all harm nobody
            if (told.compareAndSet(false, true)) {
                // Its class alone: what a stranger's message quotes is not known, and the line is secret.
                LOGGER.log(
                        System.Logger.Level.WARNING,
                        "a key log failed with {0}; the secrets of this connection may be missing in it",
                        e.getClass().getName());
            }
        }
    }

    @Override
    public String toString() {
        return "GuardedKeyLog";
    }
}
