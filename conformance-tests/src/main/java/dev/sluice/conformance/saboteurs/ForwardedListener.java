package dev.sluice.conformance.saboteurs;

import dev.sluice.SocketState;
import dev.sluice.SslError;
import dev.sluice.SslMode;
import dev.sluice.SslPreSharedKeyAuthenticator;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketListener;
import dev.sluice.TlsAlert;
import java.util.List;

/** Passes on what a socket tells; saboteurs override one thing. */
class ForwardedListener implements SslSocketListener {
    private final SslSocketListener target;

    ForwardedListener(SslSocketListener target) {
        this.target = target;
    }

    @Override
    public void stateChanged(SslSocket socket, SocketState state) {
        target.stateChanged(socket, state);
    }

    @Override
    public void hostFound(SslSocket socket) {
        target.hostFound(socket);
    }

    @Override
    public void connected(SslSocket socket) {
        target.connected(socket);
    }

    @Override
    public void disconnected(SslSocket socket) {
        target.disconnected(socket);
    }

    @Override
    public void modeChanged(SslSocket socket, SslMode mode) {
        target.modeChanged(socket, mode);
    }

    @Override
    public void encrypted(SslSocket socket) {
        target.encrypted(socket);
    }

    @Override
    public void readyRead(SslSocket socket) {
        target.readyRead(socket);
    }

    @Override
    public void bytesWritten(SslSocket socket, long bytes) {
        target.bytesWritten(socket, bytes);
    }

    @Override
    public void encryptedBytesWritten(SslSocket socket, long bytes) {
        target.encryptedBytesWritten(socket, bytes);
    }

    @Override
    public void readChannelFinished(SslSocket socket) {
        target.readChannelFinished(socket);
    }

    @Override
    public void aboutToClose(SslSocket socket) {
        target.aboutToClose(socket);
    }

    @Override
    public void errorOccurred(SslSocket socket, SslSocketError error) {
        target.errorOccurred(socket, error);
    }

    @Override
    public void peerVerifyError(SslSocket socket, SslError error) {
        target.peerVerifyError(socket, error);
    }

    @Override
    public void sslErrors(SslSocket socket, List<SslError> errors) {
        target.sslErrors(socket, errors);
    }

    @Override
    public void handshakeInterruptedOnError(SslSocket socket, SslError error) {
        target.handshakeInterruptedOnError(socket, error);
    }

    @Override
    public void alertSent(SslSocket socket, TlsAlert alert) {
        target.alertSent(socket, alert);
    }

    @Override
    public void alertReceived(SslSocket socket, TlsAlert alert) {
        target.alertReceived(socket, alert);
    }

    @Override
    public void newSessionTicketReceived(SslSocket socket) {
        target.newSessionTicketReceived(socket);
    }

    @Override
    public void preSharedKeyAuthenticationRequired(SslSocket socket, SslPreSharedKeyAuthenticator authenticator) {
        target.preSharedKeyAuthenticationRequired(socket, authenticator);
    }
}
