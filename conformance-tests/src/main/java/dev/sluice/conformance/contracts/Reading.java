package dev.sluice.conformance.contracts;

import dev.sluice.SslSocket;

/** How somebody reads what has come. */
enum Reading {
    /** All of it. */
    ALL {
        @Override
        void read(SslSocket socket) {
            socket.readAll();
        }
    },
    /** A part, and later the rest. */
    IN_PARTS {
        @Override
        void read(SslSocket socket) {
            socket.read(10);
        }
    },
    /** Looks, puts back, and reads in a transaction. */
    BACK_AND_FORTH {
        @Override
        void read(SslSocket socket) {
            socket.startTransaction();
            socket.read(20);
            socket.rollbackTransaction();
            socket.startTransaction();
            socket.readAll();
            socket.commitTransaction();
        }
    },
    /** Not before the end. */
    NEVER {
        @Override
        void read(SslSocket socket) {
            socket.bytesAvailable();
        }
    };

    abstract void read(SslSocket socket);
}
