package dev.sluice.conformance.contracts;

import dev.sluice.SslSocket;

/** Ways to end a connection. */
enum Leaving {
    /** In good order, for ever. */
    CLOSE {
        @Override
        boolean leave(SslSocket socket) {
            socket.close();
            return true;
        }
    },
    /** In good order. */
    DISCONNECT {
        @Override
        boolean leave(SslSocket socket) {
            socket.disconnectFromHost();
            return true;
        }
    },
    /** At once. */
    ABORT {
        @Override
        boolean leave(SslSocket socket) {
            socket.abort();
            return true;
        }
    },
    /** In every way, each twice. */
    TWICE {
        @Override
        boolean leave(SslSocket socket) {
            socket.disconnectFromHost();
            socket.disconnectFromHost();
            socket.close();
            socket.close();
            socket.abort();
            socket.abort();
            return true;
        }
    },
    /** By another thread, which is waited for. */
    BY_ANOTHER_THREAD {
        @Override
        boolean leave(SslSocket socket) {
            Thread other = new Thread(socket::abort, "leaves");
            other.start();
            try {
                other.join(PATIENCE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return !other.isAlive();
        }
    };

    private static final long PATIENCE_MILLIS = 10_000;

    /** Ends it. False if the call does not come back. */
    abstract boolean leave(SslSocket socket);
}
