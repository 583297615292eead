package dev.sluice.conformance.peers;

import dev.sluice.SslError;
import dev.sluice.SslServer;
import dev.sluice.SslServerListener;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketListener;
import dev.sluice.TlsAlert;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Remembers what one connection of ours has reported. On a server: of the connection during its handshake. */
final class Recording implements SslSocketListener {
    private final List<SslSocketError> failures = new CopyOnWriteArrayList<>();
    private final List<SslError> sslErrors = new CopyOnWriteArrayList<>();
    private final List<TlsAlert> alertsReceived = new CopyOnWriteArrayList<>();
    private final AtomicInteger finished = new AtomicInteger();
    private final AtomicInteger encrypted = new AtomicInteger();
    private final CountDownLatch failed = new CountDownLatch(1);
    private final CountDownLatch disconnected = new CountDownLatch(1);

    /** All that {@code errorOccurred} was called with. */
    List<SslSocketError> failures() {
        return failures;
    }

    /** The codes of all errors that the verification has found. */
    List<SslError.Code> sslErrorCodes() {
        return sslErrors.stream().map(SslError::code).toList();
    }

    /** The numbers of the alerts received, close_notify (0) included. */
    List<Integer> alertsReceived() {
        return alertsReceived.stream().map(TlsAlert::number).toList();
    }

    /** How often {@code readChannelFinished} was called. */
    int finished() {
        return finished.get();
    }

    /** How often {@code encrypted} was called. */
    int encrypted() {
        return encrypted.get();
    }

    /** Waits until something has failed. */
    boolean awaitFailure() throws InterruptedException {
        return failed.await(PeerProcess.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Waits for the last event. On a caller-driven socket somebody has to drive it. */
    boolean awaitDisconnected() throws InterruptedException {
        return disconnected.await(PeerProcess.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void encrypted(SslSocket socket) {
        encrypted.incrementAndGet();
    }

    @Override
    public void errorOccurred(SslSocket socket, SslSocketError error) {
        failures.add(error);
        failed.countDown();
    }

    @Override
    public void sslErrors(SslSocket socket, List<SslError> errors) {
        sslErrors.addAll(errors);
    }

    @Override
    public void alertReceived(SslSocket socket, TlsAlert alert) {
        alertsReceived.add(alert);
    }

    @Override
    public void readChannelFinished(SslSocket socket) {
        finished.incrementAndGet();
    }

    @Override
    public void disconnected(SslSocket socket) {
        disconnected.countDown();
    }

    SslServerListener ofServer() {
        return new SslServerListener() {
            @Override
            public void errorOccurred(SslServer server, SslSocket socket, SslSocketError error) {
                Recording.this.errorOccurred(socket, error);
            }

            @Override
            public void sslErrors(SslServer server, SslSocket socket, List<SslError> errors) {
                Recording.this.sslErrors(socket, errors);
            }

            @Override
            public void alertReceived(SslServer server, SslSocket socket, TlsAlert alert) {
                Recording.this.alertReceived(socket, alert);
            }
        };
    }
}
