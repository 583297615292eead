package dev.sluice.conformance.saboteurs;

import dev.sluice.TlsAlert;
import dev.sluice.connection.ConnectionEvents;
import dev.sluice.connection.ConnectionFailure;

/** Passes on what a connection reports; saboteurs override one thing. */
class ForwardedEvents implements ConnectionEvents {
    private final ConnectionEvents target;

    ForwardedEvents(ConnectionEvents target) {
        this.target = target;
    }

    @Override
    public void peerHasBegun() {
        target.peerHasBegun();
    }

    @Override
    public void encrypted() {
        target.encrypted();
    }

    @Override
    public void plaintextReceived(int bytes) {
        target.plaintextReceived(bytes);
    }

    @Override
    public void plaintextSent(int bytes) {
        target.plaintextSent(bytes);
    }

    @Override
    public void alertSent(TlsAlert alert) {
        target.alertSent(alert);
    }

    @Override
    public void alertReceived(TlsAlert alert) {
        target.alertReceived(alert);
    }

    @Override
    public void sessionTicketReceived() {
        target.sessionTicketReceived();
    }

    @Override
    public void inboundFinished() {
        target.inboundFinished();
    }

    @Override
    public void failed(ConnectionFailure failure) {
        target.failed(failure);
    }
}
