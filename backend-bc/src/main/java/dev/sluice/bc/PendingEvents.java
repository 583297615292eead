package dev.sluice.bc;

import dev.sluice.TlsAlert;
import dev.sluice.spi.EngineEvents;
import java.util.ArrayDeque;
import java.util.Queue;
import org.bouncycastle.tls.AlertLevel;

/**
 * What happened inside BouncyCastle, until the connection may hear it: the seam is told from {@code wrap} and {@code unwrap}
 * alone, while a handshake runs inside {@code runTask}.
 *
 * <p><b>Threads:</b> one at a time, as the engine.
 */
final class PendingEvents {
    private final EngineEvents listener;
    private final Queue<Runnable> pending = new ArrayDeque<>(2);

    PendingEvents(EngineEvents listener) {
        this.listener = listener;
    }

    void handshakeCompleted() {
        pending.add(listener::handshakeCompleted);
    }

    void alertSent(short level, short number) {
        TlsAlert alert = alert(level, number);
        pending.add(() -> listener.alertSent(alert));
    }

    void alertReceived(short level, short number) {
        TlsAlert alert = alert(level, number);
        pending.add(() -> listener.alertReceived(alert));
    }

    void ticketReceived() {
        pending.add(listener::sessionTicketReceived);
    }

    void keyUpdateReceived() {
        pending.add(listener::keyUpdateReceived);
    }

    boolean isEmpty() {
        return pending.isEmpty();
    }

    /** Tells everything, in the order in which it happened. */
    void tell() {
        for (Runnable event = pending.poll(); event != null; event = pending.poll()) {
            event.run();
        }
    }

    /** The level is what the wire says; anything that is no warning ends the connection. */
    static TlsAlert alert(short level, short number) {
        return new TlsAlert(level == AlertLevel.warning ? TlsAlert.Level.WARNING : TlsAlert.Level.FATAL, number & 0xff);
    }
}
