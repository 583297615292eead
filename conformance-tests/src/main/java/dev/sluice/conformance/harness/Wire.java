package dev.sluice.conformance.harness;

import dev.sluice.SslTransport;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A simulated connection between a client and a server: two {@linkplain Lane lanes} and a transport at each end.
 *
 * <p>Thread-safe.
 */
public final class Wire {
    /** Stands for nobody who would have to be woken: sockets that are pumped by their caller. */
    static final Runnable NOBODY = () -> {};

    private final Lane toServer = new Lane();
    private final Lane toClient = new Lane();
    private final End client;
    private final End server;

    /** A new connection; nothing is in flight. */
    public Wire() {
        this(false);
    }

    /**
     * A new connection.
     *
     * @param wakes true if its ends must be woken when something changes (event loops, waiting threads)
     */
    public Wire(boolean wakes) {
        client = new End(toClient, toServer, wakes);
        server = new End(toServer, toClient, wakes);
    }

    /**
     * The client's end.
     *
     * @return what to attach a client to
     */
    public SslTransport client() {
        return client;
    }

    /**
     * The server's end.
     *
     * @return what to attach a server to
     */
    public SslTransport server() {
        return server;
    }

    /**
     * The direction from client to server.
     *
     * @return the lane
     */
    public Lane toServer() {
        return toServer;
    }

    /**
     * The direction from server to client.
     *
     * @return the lane
     */
    public Lane toClient() {
        return toClient;
    }

    /** Ends both directions at once, with an error at both ends. */
    public void reset() {
        toServer.reset();
        toClient.reset();
    }

    /** One end. */
    private static final class End implements SslTransport {
        private final Lane incoming;
        private final Lane outgoing;
        private final boolean wakes;
        private volatile boolean open = true;

        End(Lane incoming, Lane outgoing, boolean wakes) {
            this.incoming = incoming;
            this.outgoing = outgoing;
            this.wakes = wakes;
            incoming.onReadable(NOBODY);
            outgoing.onWritable(NOBODY);
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            requireOpen();
            return incoming.read(target);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            requireOpen();
            return outgoing.write(source);
        }

        private void requireOpen() throws IOException {
            if (!open) {
                throw new IOException("transport is closed");
            }
        }

        @Override
        public void shutdownOutput() {
            outgoing.end();
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                outgoing.end();
                incoming.readerGone();
            }
        }

        @Override
        public void onReady(Runnable wakeUp) {
            if (wakes) {
                incoming.onReadable(wakeUp);
                outgoing.onWritable(wakeUp);
            }
        }
    }
}
