package dev.sluice;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Makes a channel that waits into a transport that does not: one daemon thread reads ahead by one buffer, another writes
 * behind by one buffer.
 */
final class BlockingTransport implements SslTransport {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final ByteChannel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Read ahead, in reading mode. Guarded by {@link #lock}, like all fields below. */
    private final ByteBuffer arrived = ByteBuffer.allocate(BUFFER_BYTES).flip();
    /** Taken and not written yet, in reading mode. */
    private final ByteBuffer leaving = ByteBuffer.allocate(BUFFER_BYTES).flip();

    /** The writer has bytes in hand. */
    private boolean writing;

    private boolean inputEnded;
    private boolean outputEnded;
    private boolean closed;
    private @Nullable IOException readFailure;
    private @Nullable IOException writeFailure;
    private Runnable wakeUp = () -> {};

    BlockingTransport(ByteChannel channel) {
        this.channel = channel;
        start("sluice-tunnel-reader", this::readAhead);
        start("sluice-tunnel-writer", this::writeBehind);
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void onReady(Runnable newWakeUp) {
        lock.lock();
        try {
            wakeUp = newWakeUp;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        lock.lock();
        try {
            if (arrived.hasRemaining()) {
                int bytes = move(arrived, target);
                changed.signalAll();
                return bytes;
            }
            if (readFailure != null) {
                throw readFailure;
            }
            requireOpen();
            return inputEnded ? -1 : 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        lock.lock();
        try {
            if (writeFailure != null) {
                throw writeFailure;
            }
            requireOpen();
            if (outputEnded) {
                throw new IOException("output of the transport was shut down");
            }
            if (leaving.hasRemaining()) {
                return 0;
            }
            leaving.clear();
            int bytes = move(source, leaving);
            leaving.flip();
            changed.signalAll();
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void shutdownOutput() {
        lock.lock();
        try {
            outputEnded = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isOpen() {
        lock.lock();
        try {
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            changed.signalAll();
            if (outputEnded && (writing || leaving.hasRemaining())) {
                return; // what was taken before the good end still goes out; the writer closes the channel then
            }
        } finally {
            lock.unlock();
        }
        channel.close(); // outside the lock: it may wait, and it makes the two threads return
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("transport is closed");
        }
    }

    private void readAhead() {
        ByteBuffer own = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (true) {
                own.clear();
                int bytes = channel.read(own); // waits
                own.flip();
                if (!handOver(own, bytes)) {
                    return;
                }
            }
        } catch (IOException | RuntimeException e) { // unchecked: a channel that is not connected, for example
            end(() -> readFailure = asIoException(e));
        }
    }

    private boolean handOver(ByteBuffer own, int bytes) {
        lock.lock();
        try {
            while (arrived.hasRemaining() && !closed) {
                changed.awaitUninterruptibly();
            }
            if (closed) {
                return false;
            }
            if (bytes < 0) {
                inputEnded = true;
            } else {
                arrived.clear();
                arrived.put(own);
                arrived.flip();
            }
        } finally {
            lock.unlock();
        }
        notifyReady();
        return bytes >= 0;
    }

    private void writeBehind() {
        ByteBuffer own = ByteBuffer.allocate(BUFFER_BYTES);
        try {
            while (takeLeaving(own)) {
                while (own.hasRemaining()) {
                    int bytes = channel.write(own); // waits
                    if (bytes < 0) {
                        throw new IOException("channel took " + bytes + " bytes, expected 0 or more");
                    }
                }
                notifyReady();
            }
        } catch (IOException | RuntimeException e) {
            end(() -> writeFailure = asIoException(e));
        } finally {
            closeIfWanted();
        }
    }

    private void closeIfWanted() {
        if (isOpen()) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            System.getLogger(BlockingTransport.class.getName())
                    .log(System.Logger.Level.DEBUG, "closing a tunnel failed; it counts as closed", e);
        }
    }

    /** Waits for bytes to write. False at the end. */
    private boolean takeLeaving(ByteBuffer own) {
        lock.lock();
        try {
            writing = false;
            while (!leaving.hasRemaining() && !outputEnded && !closed) {
                changed.awaitUninterruptibly();
            }
            if (!leaving.hasRemaining() || (closed && !outputEnded)) {
                return false;
            }
            writing = true;
            own.clear();
            move(leaving, own);
            own.flip();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private static IOException asIoException(Exception e) {
        return e instanceof IOException io ? io : new IOException("channel broke: " + e.getMessage(), e);
    }

    private void end(Runnable note) {
        lock.lock();
        try {
            note.run();
        } finally {
            lock.unlock();
        }
        notifyReady();
    }

    private void notifyReady() {
        Runnable current;
        lock.lock();
        try {
            current = wakeUp;
        } finally {
            lock.unlock();
        }
        current.run();
    }

    private static int move(ByteBuffer source, ByteBuffer target) {
        int bytes = Math.min(source.remaining(), target.remaining());
        int end = source.limit();
        source.limit(source.position() + bytes);
        target.put(source);
        source.limit(end);
        return bytes;
    }
}
