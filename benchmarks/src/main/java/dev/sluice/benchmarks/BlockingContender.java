package dev.sluice.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What is used with a thread for each end of a connection. */
abstract class BlockingContender implements Contender {
    private static final int WRITE_BYTES = 64 * 1024;
    private static final byte[] ZEROS = new byte[WRITE_BYTES];

    /**
     * Where what comes goes, the same for all: an idle connection is charged with no memory of the benchmark's, though it may
     * remember the array that it was last given. Nobody looks at the contents. At most a write is echoed at once.
     */
    private static final byte[] SINK = new byte[WRITE_BYTES];

    private final String name;
    private final ExecutorService threads;

    BlockingContender(String name) {
        this.name = name;
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** One end; reading and writing wait. */
    interface End extends Closeable {
        /** Reads at least one byte; -1 at the end. */
        int read(byte[] target, int offset, int length) throws IOException;

        void write(byte[] source, int offset, int length) throws IOException;
    }

    /** Connects, verifies the server and its name. */
    abstract End connect() throws Exception;

    /** Takes the next connection and runs the handshake. */
    abstract End accept() throws Exception;

    /** Work that may throw. */
    private interface Work {
        void run() throws Exception;
    }

    private CompletableFuture<Void> start(Work work) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        work.run();
                    } catch (Exception e) {
                        throw new IllegalStateException(name + ": " + e.getMessage(), e);
                    }
                },
                threads);
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final Link link() throws Exception {
        End[] accepted = new End[1];
        CompletableFuture<Void> accepting = start(() -> {
            accepted[0] = accept();
            accepted[0].write(ZEROS, 0, 1);
        });
        End client = connect();
        readFully(client, new byte[1], 1);
        accepting.join();
        return new BlockingLink(client, accepted[0]);
    }

    @Override
    public final void handshakes(int count) throws Exception {
        CompletableFuture<Void> serving = start(() -> {
            byte[] one = new byte[1];
            for (int i = 0; i < count; i++) {
                try (End end = accept()) {
                    end.write(one, 0, 1);
                    awaitEnd(end, one);
                }
            }
        });
        CompletableFuture<Void> connecting = start(() -> {
            byte[] one = new byte[1];
            for (int i = 0; i < count; i++) {
                try (End end = connect()) {
                    readFully(end, one, 1);
                }
            }
        });
        CompletableFuture.anyOf(serving, connecting).join();
        connecting.join();
        serving.join();
    }

    private static void awaitEnd(End end, byte[] one) throws IOException {
        while (end.read(one, 0, 1) >= 0) {
            // what comes before the end is of no interest
        }
    }

    private static void readFully(End end, byte[] target, int length) throws IOException {
        int total = 0;
        while (total < length) {
            int bytes = end.read(target, total, length - total);
            if (bytes < 0) {
                throw new IOException("connection ended after " + total + " of " + length + " bytes");
            }
            total += bytes;
        }
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
    }

    private final class BlockingLink implements Link {
        private final End client;
        private final End server;

        BlockingLink(End client, End server) {
            this.client = client;
            this.server = server;
        }

        @Override
        public CompletableFuture<Void> bulk(long bytes) {
            CompletableFuture<Void> receiving = start(() -> {
                long left = bytes;
                while (left > 0) {
                    int received = server.read(SINK, 0, SINK.length);
                    if (received < 0) {
                        throw new IOException("connection ended with " + left + " bytes missing");
                    }
                    left -= received;
                }
            });
            CompletableFuture<Void> sending = start(() -> {
                for (long sent = 0; sent < bytes; sent += WRITE_BYTES) {
                    client.write(ZEROS, 0, WRITE_BYTES);
                }
            });
            return CompletableFuture.allOf(receiving, sending);
        }

        @Override
        public CompletableFuture<Void> roundTrips(int count, int messageBytes) {
            CompletableFuture<Void> echoing = start(() -> {
                for (int i = 0; i < count; i++) {
                    readFully(server, SINK, messageBytes);
                    server.write(SINK, 0, messageBytes);
                }
            });
            CompletableFuture<Void> asking = start(() -> {
                for (int i = 0; i < count; i++) {
                    client.write(ZEROS, 0, messageBytes);
                    readFully(client, SINK, messageBytes);
                }
            });
            return CompletableFuture.allOf(echoing, asking);
        }

        @Override
        public void close() throws IOException {
            CompletableFuture<Void> closing = start(server::close);
            client.close();
            closing.join();
        }
    }
}
