package dev.sluice.examples.conscrypt;

import dev.sluice.SslTransport;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Two ends of a wire in memory. The test's own thread moves both sockets, so nobody has to be woken. */
final class Pipe implements SslTransport {
    private static final int CAPACITY_BYTES = 64 * 1024;

    /** One direction. */
    private static final class Lane {
        private final ByteBuffer bytes = ByteBuffer.allocate(CAPACITY_BYTES).limit(0);
        private boolean ended;

        synchronized int read(ByteBuffer target) {
            if (!bytes.hasRemaining()) {
                return ended ? -1 : 0;
            }
            int size = Math.min(target.remaining(), bytes.remaining());
            target.put(bytes.duplicate().limit(bytes.position() + size));
            bytes.position(bytes.position() + size);
            return size;
        }

        synchronized int write(ByteBuffer source) throws IOException {
            if (ended) {
                throw new IOException("the other end is closed");
            }
            bytes.compact();
            int size = Math.min(source.remaining(), bytes.remaining());
            bytes.put(source.duplicate().limit(source.position() + size)).flip();
            source.position(source.position() + size);
            return size;
        }

        synchronized void end() {
            ended = true;
        }
    }

    private final Lane incoming;
    private final Lane outgoing;
    private volatile boolean open = true;

    private Pipe(Lane incoming, Lane outgoing) {
        this.incoming = incoming;
        this.outgoing = outgoing;
    }

    /** The two ends. */
    static Pipe[] ends() {
        Lane there = new Lane();
        Lane back = new Lane();
        return new Pipe[] {new Pipe(back, there), new Pipe(there, back)};
    }

    @Override
    public int read(ByteBuffer target) {
        return incoming.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return outgoing.write(source);
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
        open = false;
        outgoing.end();
        incoming.end();
    }
}
