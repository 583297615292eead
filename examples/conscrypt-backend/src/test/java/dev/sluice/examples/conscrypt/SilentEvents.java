package dev.sluice.examples.conscrypt;

import dev.sluice.TlsAlert;
import dev.sluice.spi.EngineEvents;

/** Counts what an engine tells, for tests without a connection. */
final class SilentEvents implements EngineEvents {
    int completed;
    int alerts;

    @Override
    public void handshakeCompleted() {
        completed++;
    }

    @Override
    public void alertSent(TlsAlert alert) {
        alerts++;
    }

    @Override
    public void alertReceived(TlsAlert alert) {
        alerts++;
    }

    @Override
    public void sessionTicketReceived() {}

    @Override
    public void keyUpdateReceived() {}
}
