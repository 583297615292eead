package dev.sluice.conformance.contracts;

import dev.sluice.SslSocket;

/** What becomes of bytes in the clear before an upgrade to TLS. */
enum Leftover {
    /** Nobody looks at them. */
    UNREAD {
        @Override
        void read(SslSocket socket) {
            socket.bytesAvailable();
        }
    },
    /** Somebody reads the first of them. */
    READ_IN_PART {
        @Override
        void read(SslSocket socket) {
            socket.read(4);
        }
    },
    /** Somebody reads them, and can put them back. */
    READ_IN_A_TRANSACTION {
        @Override
        void read(SslSocket socket) {
            socket.startTransaction();
            socket.readAll();
        }
    },
    /** They come when the handshake has begun. */
    BEHIND_THE_START {
        @Override
        void read(SslSocket socket) {
            throw new IllegalStateException("nothing is there yet");
        }
    };

    abstract void read(SslSocket socket);
}
