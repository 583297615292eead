package dev.sluice.jsse;

import dev.sluice.TlsAlert;
import dev.sluice.spi.EngineEvents;
import org.jspecify.annotations.Nullable;

/**
 * Tells the connection of alerts, each once: one alert can be seen on the wire, in a status and in the text of an
 * exception. close_notify and a fatal alert pass at most once in each direction (RFC 8446 §6); other warnings may repeat.
 */
final class AlertLedger {
    private final EngineEvents events;
    private boolean closeNotifySent;
    private boolean closeNotifyReceived;
    private boolean fatalSent;
    private boolean fatalReceived;

    AlertLedger(EngineEvents events) {
        this.events = events;
    }

    /** Notes an alert that came in; null for none. */
    void received(@Nullable TlsAlert alert) {
        if (alert == null
                || (alert.equals(TlsAlert.CLOSE_NOTIFY) ? closeNotifyReceived : isFatal(alert) && fatalReceived)) {
            return;
        }
        closeNotifyReceived |= alert.equals(TlsAlert.CLOSE_NOTIFY);
        fatalReceived |= isFatal(alert);
        events.alertReceived(alert);
    }

    /** Notes an alert that went out; null for none. */
    void sent(@Nullable TlsAlert alert) {
        if (alert == null || (alert.equals(TlsAlert.CLOSE_NOTIFY) ? closeNotifySent : isFatal(alert) && fatalSent)) {
            return;
        }
        closeNotifySent |= alert.equals(TlsAlert.CLOSE_NOTIFY);
        fatalSent |= isFatal(alert);
        events.alertSent(alert);
    }

    /** Whether the peer ended the connection with a fatal alert, which is not answered. */
    boolean hasReceivedFatal() {
        return fatalReceived;
    }

    private static boolean isFatal(TlsAlert alert) {
        return alert.level() == TlsAlert.Level.FATAL;
    }
}
