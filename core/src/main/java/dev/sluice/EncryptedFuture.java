package dev.sluice;

import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;

/** The end of connecting and encrypting, as a future. Cancelling it aborts the connection. */
final class EncryptedFuture extends CompletableFuture<SslSocket> {
    private final SslSocket socket;

    private EncryptedFuture(SslSocket socket) {
        this.socket = socket;
    }

    /** Waits on a thread of its own, because a caller-driven socket needs one and a loop must not be held up. */
    static CompletableFuture<SslSocket> of(SslSocket socket) {
        EncryptedFuture future = new EncryptedFuture(socket);
        Thread thread = new Thread(future::drive, "sluice-connect");
        thread.setDaemon(true);
        thread.start();
        return future;
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            socket.abort();
        }
        return cancelled;
    }

    private void drive() {
        try {
            socket.driver()
                    .await(
                            () -> socket.isEncrypted() || socket.core().isUnconnectedAndTold(),
                            Long.MAX_VALUE, // the connect and handshake deadlines bound it
                            Driver.Wait.INBOUND);
            if (socket.isEncrypted()) {
                complete(socket);
            } else {
                completeExceptionally(socket.core().io().closedException("cannot connect"));
            }
        } catch (InterruptedIOException | RuntimeException e) {
            completeExceptionally(e);
        }
    }
}
