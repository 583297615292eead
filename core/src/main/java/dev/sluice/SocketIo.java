package dev.sluice;

import dev.sluice.connection.Connection;
import dev.sluice.connection.ConnectionFailure;
import dev.sluice.connection.Half;
import dev.sluice.connection.Phase;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What {@code read} and {@code write} of a socket do. Neither waits.
 *
 * <p>On a socket whose calling thread moves the bytes, plaintext goes straight from the caller's array into records and
 * from records into the caller's array; the queues are for what does not fit. With a listener everything received passes
 * through the queue, so that readyRead tells of all of it.
 */
final class SocketIo {
    static final int ANOTHER_CONNECTION = -2;

    private final SocketCore core;
    private final TransportPump pump;
    private final ReentrantLock lock;
    private final ArrayWindow readWindow = new ArrayWindow();
    private final ArrayWindow writeWindow = new ArrayWindow();

    SocketIo(SocketCore core, TransportPump pump, ReentrantLock lock) {
        this.core = core;
        this.pump = pump;
        this.lock = lock;
    }

    /** Under the lock: lets go of the callers' arrays. */
    void clear() {
        readWindow.clear();
        writeWindow.clear();
    }

    /** Takes what fits of the source. */
    int write(ByteBuffer source) throws SslSocketException {
        return write(source, core.generation());
    }

    private int write(ByteBuffer source, long generation) throws SslSocketException {
        boolean unfinished = false;
        lock.lock();
        try {
            requireSame(generation, "cannot write");
            requireWritable();
            Connection connection = core.connection();
            int before = source.remaining();
            if (core.driver().mayMoveHere() && source.hasArray() && core.hasTransport()) {
                encryptAndSend(source);
            }
            if (source.hasRemaining() && connection.canWrite()) {
                connection.write(source);
            }
            unfinished = core.hasWorkLeft();
            return before - source.remaining();
        } finally {
            lock.unlock();
            if (unfinished) {
                core.driver().kick();
            }
        }
    }

    /**
     * Takes what can be sent at once, and queues only what cannot be sent that way at all: before encryption, and where
     * the calling thread does not move the bytes. For writers that wait anyway: they need no copy in the queue.
     *
     * @return true if everything was taken and, where this thread moves the bytes, handed to the transport
     */
    boolean send(ByteBuffer source, long generation) throws SslSocketException {
        boolean direct;
        lock.lock();
        try {
            requireSame(generation, "cannot write");
            direct = core.driver().movesOnCallingThread()
                    && source.hasArray()
                    && core.connection().phase() == Phase.ESTABLISHED;
            if (direct) {
                requireWritable();
                encryptAndSend(source);
            }
        } finally {
            lock.unlock();
        }
        if (!direct) {
            write(source, generation);
        } else if (core.hasWorkLeft()) {
            core.driver().kick();
        }
        return !source.hasRemaining() && (!core.driver().movesOnCallingThread() || isFlushed());
    }

    /** A call that waits belongs to the connection that it was begun on, and must not go on with the next one. */
    private void requireSame(long generation, String what) throws SslSocketException {
        if (generation != core.generation()) {
            throw anotherConnection(what);
        }
    }

    /** What a call throws that was begun on an earlier connection. */
    static SslSocketException anotherConnection(String what) {
        return SslSocketException.of(
                SslSocketError.OPERATION,
                what + ": the connection has ended and another was begun",
                null,
                null,
                List.of());
    }

    private boolean isFlushed() {
        return core.query(Connection::isAllSent);
    }

    /** Whether a writer that had to stop may go on. */
    boolean hasRoom() {
        return core.driver().movesOnCallingThread() ? isFlushed() : core.query(Connection::hasWriteRoom);
    }

    private void requireWritable() throws SslSocketException {
        if (!core.canWrite()) {
            throw closedException("cannot write");
        }
    }

    /** Takes what there is: 0 bytes if there is nothing now, -1 at the end. */
    int read(ByteBuffer target) {
        return read(target, core.generation());
    }

    /** The same for one connection only: {@link #ANOTHER_CONNECTION} if that has ended and another was begun. */
    int read(ByteBuffer target, long generation) {
        if (!target.hasRemaining()) {
            return 0;
        }
        boolean unfinished = false;
        lock.lock();
        try {
            if (generation != core.generation()) {
                return ANOTHER_CONNECTION;
            }
            boolean full = !core.connection().hasReadRoom();
            int bytes = readOnce(target);
            unfinished = core.hasWorkLeft() || (full && core.connection().hasReadRoom());
            return bytes > 0 ? bytes : inboundEnded() ? -1 : 0;
        } finally {
            lock.unlock();
            if (unfinished) {
                core.driver().kick();
            }
        }
    }

    /**
     * Takes from the queue in another way than into a buffer of known size: moves what there is to move, takes, and moves
     * again if that has made room. Without the latter nobody would: while the queue is at its limit the transport is not watched.
     */
    <T> T take(SocketCore.Query<T> query) {
        core.driver().kick();
        boolean madeRoom = false;
        lock.lock();
        try {
            Connection connection = core.connection();
            boolean full = !connection.hasReadRoom();
            T taken = query.ask(connection);
            madeRoom = full && connection.hasReadRoom();
            core.noteRead();
            return taken;
        } finally {
            lock.unlock();
            if (madeRoom) {
                core.driver().kick();
            }
        }
    }

    private int readOnce(ByteBuffer target) {
        int bytes = core.connection().read(target);
        if (bytes == 0 && core.driver().movesOnCallingThread()) {
            if (core.events().hasListener() || !target.hasArray()) {
                pump.fillOnce();
            } else {
                bytes = receiveDirectly(target);
            }
        }
        if (bytes == 0) {
            core.pumpConnection();
            bytes = core.connection().read(target);
        }
        core.noteRead();
        return bytes;
    }

    /** Whether nothing is left to read and nothing will come. */
    boolean inboundEnded() {
        lock.lock();
        try {
            Connection connection = core.connection();
            return connection.bytesAvailable() == 0
                    && (connection.inbound() != Half.OPEN || connection.phase().isFinal() || core.isNeverConnected());
        } finally {
            lock.unlock();
        }
    }

    /** What a call on a connection that has ended throws: its first cause, or that it is closed. */
    SslSocketException closedException(String what) {
        lock.lock();
        try {
            ConnectionFailure failure =
                    core.connection().failure().orElse(core.events().published().failure());
            if (failure != null) {
                return SslSocketException.of(
                        failure.error(),
                        what + ": " + failure.message(),
                        failure.cause(),
                        failure.alert(),
                        failure.sslErrors());
            }
            String half = core.connection().canWrite() ? "" : ", its outbound direction closed";
            return SslSocketException.of(
                    SslSocketError.OPERATION, what + ": the socket is " + core.state() + half, null, null, List.of());
        } finally {
            lock.unlock();
        }
    }

    /** Straight from the caller's array into records, and on to the transport while it takes them. */
    private void encryptAndSend(ByteBuffer source) {
        ByteBuf view = writeWindow.on(source.array());
        int offset = source.arrayOffset();
        boolean sent = !pump.isOutputBusy();
        while (sent && source.hasRemaining()) {
            view.setIndex(offset + source.position(), offset + source.limit());
            int bytes = core.connection().encrypt(view);
            source.position(source.position() + bytes);
            sent = bytes > 0 && pump.drainOnce() && core.connection().encryptedBytesToWrite() == 0;
        }
    }

    private int receiveDirectly(ByteBuffer target) {
        int bytes = decryptInto(target);
        if (bytes == 0) {
            pump.fillOnce();
            bytes = decryptInto(target);
        }
        return bytes;
    }

    private int decryptInto(ByteBuffer target) {
        ByteBuf view = readWindow.on(target.array());
        int start = target.arrayOffset() + target.position();
        view.setIndex(start, start);
        int bytes = core.connection().decrypt(view, target.remaining());
        target.position(target.position() + bytes);
        return bytes;
    }
}
