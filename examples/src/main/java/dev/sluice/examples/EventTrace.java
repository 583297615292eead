package dev.sluice.examples;

import dev.sluice.SocketState;
import dev.sluice.SslError;
import dev.sluice.SslMode;
import dev.sluice.SslServer;
import dev.sluice.SslServerListener;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketListener;
import dev.sluice.TlsAlert;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes down every event of one side, in order: those that a server reports during the handshake and those of the socket.
 * Left out is {@code encryptedBytesWritten}, whose counts say nothing to a reader.
 *
 * <p>Thread-safe.
 */
class EventTrace implements SslSocketListener, SslServerListener {
    /** Guarded by this. */
    private final List<String> events = new ArrayList<>();
    /** Guarded by this. */
    private @Nullable TlsAlert firstAlert;

    /** {@return what has happened up to now} */
    synchronized List<String> events() {
        return List.copyOf(events);
    }

    /** Waits until an event has come; says false if the time runs out first. */
    synchronized boolean await(String event, Duration timeout) throws InterruptedException {
        return await(() -> events.contains(event), timeout);
    }

    /** Waits for the first alert of the peer; empty if the time runs out first. */
    synchronized Optional<TlsAlert> awaitAlert(Duration timeout) throws InterruptedException {
        await(() -> firstAlert != null, timeout);
        return Optional.ofNullable(firstAlert);
    }

    private synchronized boolean await(BooleanSupplier condition, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        while (!condition.getAsBoolean()) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return false;
            }
            wait(left);
        }
        return true;
    }

    private synchronized void addReceived(TlsAlert alert) {
        firstAlert = firstAlert == null ? alert : firstAlert;
        add("alertReceived(" + alert + ")");
    }

    private synchronized void add(String event) {
        events.add(event);
        notifyAll();
    }

    // ---- the socket ----

    @Override
    public void stateChanged(SslSocket socket, SocketState state) {
        add("stateChanged(" + state + ")");
    }

    @Override
    public void hostFound(SslSocket socket) {
        add("hostFound");
    }

    @Override
    public void connected(SslSocket socket) {
        add("connected");
    }

    @Override
    public void disconnected(SslSocket socket) {
        add("disconnected");
    }

    @Override
    public void modeChanged(SslSocket socket, SslMode mode) {
        add("modeChanged(" + mode + ")");
    }

    @Override
    public void encrypted(SslSocket socket) {
        add("encrypted");
    }

    @Override
    public void readyRead(SslSocket socket) {
        add("readyRead");
    }

    @Override
    public void bytesWritten(SslSocket socket, long bytes) {
        add("bytesWritten(" + bytes + ")");
    }

    @Override
    public void readChannelFinished(SslSocket socket) {
        add("readChannelFinished");
    }

    @Override
    public void aboutToClose(SslSocket socket) {
        add("aboutToClose");
    }

    @Override
    public void errorOccurred(SslSocket socket, SslSocketError error) {
        add("errorOccurred(" + error + ")");
    }

    @Override
    public void peerVerifyError(SslSocket socket, SslError error) {
        add("peerVerifyError(" + error.code() + ")");
    }

    @Override
    public void sslErrors(SslSocket socket, List<SslError> errors) {
        add("sslErrors(" + codes(errors) + ")");
    }

    @Override
    public void alertSent(SslSocket socket, TlsAlert alert) {
        add("alertSent(" + alert + ")");
    }

    @Override
    public void alertReceived(SslSocket socket, TlsAlert alert) {
        addReceived(alert);
    }

    @Override
    public void newSessionTicketReceived(SslSocket socket) {
        add("newSessionTicketReceived");
    }

    // ---- the server ----

    @Override
    public void newConnection(SslServer server) {
        add("newConnection");
    }

    @Override
    public void startedEncryptionHandshake(SslServer server, SslSocket socket) {
        add("startedEncryptionHandshake");
    }

    @Override
    public void pendingConnectionAvailable(SslServer server) {
        add("pendingConnectionAvailable");
    }

    @Override
    public void errorOccurred(SslServer server, SslSocket socket, SslSocketError error) {
        add("errorOccurred(" + error + ")");
    }

    @Override
    public void peerVerifyError(SslServer server, SslSocket socket, SslError error) {
        add("peerVerifyError(" + error.code() + ")");
    }

    @Override
    public void sslErrors(SslServer server, SslSocket socket, List<SslError> errors) {
        add("sslErrors(" + codes(errors) + ")");
    }

    @Override
    public void alertSent(SslServer server, SslSocket socket, TlsAlert alert) {
        add("alertSent(" + alert + ")");
    }

    @Override
    public void alertReceived(SslServer server, SslSocket socket, TlsAlert alert) {
        addReceived(alert);
    }

    private static String codes(List<SslError> errors) {
        return String.join(
                ", ", errors.stream().map(error -> error.code().name()).toList());
    }
}
