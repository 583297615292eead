package dev.sluice;

import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The end of connecting and encrypting, as a future. */
final class EncryptedFuture {
    private static final Executor DAEMON = work -> {
        Thread thread = new Thread(work, "sluice-connect");
        thread.setDaemon(true);
        thread.start();
    };

    private EncryptedFuture() {}

    /** Waits on a thread of its own, because a caller-driven socket needs one and a loop must not be held up. */
    static CompletableFuture<SslSocket> of(SslSocket socket, SocketCore core) {
        CompletableFuture<SslSocket> future = new CompletableFuture<>();
        future.whenComplete((result, failure) -> {
            if (future.isCancelled()) {
                socket.abort();
            }
        });
        DAEMON.execute(() -> complete(socket, core, future));
        return future;
    }

    private static void complete(SslSocket socket, SocketCore core, CompletableFuture<SslSocket> future) {
        try {
            socket.driver()
                    .await(
                            () -> socket.isEncrypted() || socket.state() == SocketState.UNCONNECTED,
                            Long.MAX_VALUE,
                            Driver.Wait.INBOUND);
            if (socket.isEncrypted()) {
                future.complete(socket);
            } else {
                future.completeExceptionally(core.closedException("cannot connect"));
            }
        } catch (InterruptedIOException | RuntimeException e) {
            future.completeExceptionally(e);
        }
    }
}
