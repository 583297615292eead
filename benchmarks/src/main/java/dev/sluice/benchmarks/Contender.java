package dev.sluice.benchmarks;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** One way of having TLS over TCP in Java, with a server of its own on loopback. */
interface Contender extends AutoCloseable {
    /** As in the tables. */
    String name();

    /** Whether its clients verify through {@link CountingTrustManager}; ours have a verifier of their own and ask the socket. */
    default boolean countsChecks() {
        return true;
    }

    /** Connects once, with a full handshake. */
    Link link() throws Exception;

    /**
     * Connects a number of times, one after the other: TCP connection, full handshake, one byte from the server, close.
     */
    void handshakes(int count) throws Exception;

    @Override
    void close() throws IOException;

    /** An established connection, both ends. */
    interface Link extends AutoCloseable {
        /**
         * Sends bytes from client to server in writes of 64 KiB.
         *
         * @return completed when the server has received the last one
         */
        CompletableFuture<Void> bulk(long bytes);

        /**
         * Sends a message from client to server and back, a number of times, one after the other.
         *
         * @return completed when the client has received the last one
         */
        CompletableFuture<Void> roundTrips(int count, int messageBytes);

        @Override
        void close() throws IOException;
    }
}
