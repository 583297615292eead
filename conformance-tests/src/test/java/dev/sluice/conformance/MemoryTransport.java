package dev.sluice.conformance;

import dev.sluice.SslTransport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntSupplier;

/**
 * A network between two sockets, in memory and under the control of a test: it can split, delay, refuse, corrupt and cut
 * what passes through it.
 *
 * <p>Each {@link Lane} carries bytes one way. Thread-safe.
 */
final class MemoryTransport implements SslTransport {
    private static final int CAPACITY_BYTES = 64 * 1024;

    /** Calls back after a made-up would-block, as a selector would. */
    private static final ExecutorService WAKER = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "memory-transport-waker");
        thread.setDaemon(true);
        return thread;
    });

    private final Lane incoming;
    private final Lane outgoing;
    private volatile boolean open = true;

    private MemoryTransport(Lane incoming, Lane outgoing) {
        this.incoming = incoming;
        this.outgoing = outgoing;
        incoming.reader = this;
        outgoing.writer = this;
    }

    private volatile Runnable wakeUp = () -> {};

    /** Two ends that are connected with each other. */
    record Pair(MemoryTransport client, MemoryTransport server, Lane toServer, Lane toClient) {
        /** Ends the connection as a pulled cable does, seen by both ends once they have read what had arrived. */
        void kill() {
            toServer.cut();
            toClient.cut();
        }
    }

    static Pair pair() {
        Lane toServer = new Lane();
        Lane toClient = new Lane();
        toServer.other = toClient;
        toClient.other = toServer;
        return new Pair(
                new MemoryTransport(toClient, toServer), new MemoryTransport(toServer, toClient), toServer, toClient);
    }

    /** Sizes of reads and writes that a hostile network might choose, zero (would block) among them. */
    static IntSupplier choppy(long seed, int largest) {
        Random random = new Random(seed);
        return () -> {
            int kind = random.nextInt(8);
            if (kind == 0) {
                return 0;
            }
            return kind < 3 ? 1 + random.nextInt(7) : 1 + random.nextInt(largest);
        };
    }

    /** One direction. */
    static final class Lane {
        private final ByteBuffer bytes = ByteBuffer.allocate(CAPACITY_BYTES).limit(0);
        private final ByteArrayOutputStream tap = new ByteArrayOutputStream();
        private MemoryTransport reader;
        private MemoryTransport writer;
        private Lane other;
        private IntSupplier readSizes = () -> Integer.MAX_VALUE;
        private IntSupplier writeSizes = () -> Integer.MAX_VALUE;
        private boolean ended;
        private boolean broken;
        private boolean stalled;
        private boolean endHeld;
        private boolean tapped;
        private long carried;
        private long cutAt = Long.MAX_VALUE;
        private long corruptAt = -1;
        private int capacity = CAPACITY_BYTES;

        synchronized void readSizes(IntSupplier sizes) {
            readSizes = sizes;
        }

        synchronized void writeSizes(IntSupplier sizes) {
            writeSizes = sizes;
        }

        /** Ends the whole connection when this many bytes have passed. */
        synchronized void cutAfter(long offset) {
            cutAt = offset;
        }

        /** Flips a bit of the byte at this offset. */
        synchronized void corruptAt(long offset) {
            corruptAt = offset;
        }

        /** How much fits before the writer has to wait. */
        synchronized void capacity(int limitBytes) {
            capacity = limitBytes;
        }

        /** Keeps a copy of all that passes. */
        synchronized void tap() {
            tapped = true;
        }

        synchronized byte[] tapped() {
            return tap.toByteArray();
        }

        synchronized long carried() {
            return carried;
        }

        /** Nothing more fits until something is delivered. */
        synchronized boolean isFull() {
            return bytes.remaining() >= Math.min(capacity, CAPACITY_BYTES);
        }

        /** While stalled nothing is delivered. */
        void stall(boolean newStalled) {
            synchronized (this) {
                stalled = newStalled;
            }
            wakeBoth();
        }

        /** The writer's end of stream is not passed on, as if TCP stayed open after close_notify. */
        synchronized void holdEnd() {
            endHeld = true;
        }

        /** The writer's end of stream: what was sent before is delivered. */
        void end() {
            markEnded();
            wakeBoth();
        }

        private synchronized void markEnded() {
            ended |= !endHeld;
        }

        private void cut() {
            markCut();
            wakeBoth();
        }

        private synchronized void markCut() {
            ended = true;
            broken = true;
        }

        /** Puts bytes into the lane that nobody wrote. */
        void inject(byte[] forged) {
            synchronized (this) {
                append(ByteBuffer.wrap(forged), forged.length);
            }
            wakeBoth();
        }

        private int read(ByteBuffer target) {
            int moved;
            boolean wait;
            synchronized (this) {
                if (stalled) {
                    return 0;
                }
                if (!bytes.hasRemaining()) {
                    return ended ? -1 : 0;
                }
                int size = Math.min(Math.min(readSizes.getAsInt(), target.remaining()), bytes.remaining());
                wait = size == 0;
                int limit = bytes.limit();
                bytes.limit(bytes.position() + size);
                target.put(bytes);
                bytes.limit(limit);
                moved = size;
            }
            if (wait) {
                WAKER.execute(reader::wake);
            } else {
                writer.wake();
            }
            return moved;
        }

        private int write(ByteBuffer source) throws IOException {
            int moved;
            boolean wait;
            boolean cut;
            synchronized (this) {
                if (broken || ended) {
                    throw new SocketException("broken pipe");
                }
                int offered = (int) Math.min(source.remaining(), cutAt - carried);
                int room = Math.max(0, Math.min(capacity, CAPACITY_BYTES) - bytes.remaining());
                int size = Math.min(Math.min(writeSizes.getAsInt(), offered), room);
                wait = size == 0 && room > 0;
                append(source, size);
                moved = size;
                cut = carried >= cutAt;
            }
            if (cut) {
                cut();
                other.cut();
            } else if (wait) {
                WAKER.execute(writer::wake);
            } else {
                reader.wake();
            }
            return moved;
        }

        private void append(ByteBuffer source, int size) {
            bytes.compact();
            int start = bytes.position();
            int limit = source.limit();
            source.limit(source.position() + size);
            bytes.put(source);
            source.limit(limit);
            if (corruptAt >= carried && corruptAt < carried + size) {
                int at = start + (int) (corruptAt - carried);
                bytes.put(at, (byte) (bytes.get(at) ^ 0x20));
            }
            if (tapped) {
                tap.write(bytes.array(), start, size);
            }
            carried += size;
            bytes.flip();
        }

        private void wakeBoth() {
            reader.wake();
            writer.wake();
        }
    }

    private void wake() {
        wakeUp.run();
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
        synchronized (this) {
            if (!open) {
                return;
            }
            open = false;
        }
        // Both before anybody is woken: whoever sees one end sees the other.
        outgoing.markEnded();
        incoming.markCut();
        outgoing.wakeBoth();
        incoming.wakeBoth();
    }

    @Override
    public void onReady(Runnable newWakeUp) {
        wakeUp = newWakeUp;
    }
}
