package dev.sluice;

import dev.sluice.connection.Connection;
import dev.sluice.connection.Half;
import dev.sluice.connection.Phase;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** A socket seen as streams and as a channel that wait. */
final class SocketViews {
    private final SslSocket socket;
    private final InputStream input = new Input();
    private final OutputStream output = new Output();
    private final ByteChannel channel = new Channel();

    /** Keeps the bytes of one write together. */
    private final ReentrantLock writing = new ReentrantLock();

    private volatile Duration readTimeout = Duration.ZERO;

    SocketViews(SslSocket socket) {
        this.socket = socket;
    }

    InputStream inputStream() {
        return input;
    }

    OutputStream outputStream() {
        return output;
    }

    ByteChannel byteChannel() {
        return channel;
    }

    void setReadTimeout(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("read timeout is " + timeout + ", expected zero or more");
        }
        readTimeout = timeout;
    }

    /** Waits for at least one byte; -1 at the end in good order. */
    private int read(ByteBuffer target) throws IOException {
        if (!target.hasRemaining()) {
            return 0;
        }
        SocketCore core = socket.core();
        Duration timeout = readTimeout;
        long deadline = timeout.isZero() ? Long.MAX_VALUE : core.deadline(timeout);
        Attempt attempt = new Attempt(core, target);
        if (!socket.driver().await(attempt, deadline, Driver.Wait.READ)) {
            throw SslSocketException.of(
                    SslSocketError.SOCKET_TIMEOUT,
                    "no bytes came within " + timeout.toMillis() + " ms",
                    null,
                    null,
                    List.of());
        }
        int bytes = attempt.bytes;
        if (bytes < 0) {
            if (bytes == SocketIo.ANOTHER_CONNECTION) {
                throw SocketIo.anotherConnection("cannot read");
            }
            requireGoodEnd(core);
        }
        return bytes;
    }

    /** A read that is tried again whenever something may have come. */
    private static final class Attempt implements BooleanSupplier {
        private final SocketCore core;
        private final ByteBuffer target;
        private final long generation;
        private int bytes;

        Attempt(SocketCore core, ByteBuffer target) {
            this.core = core;
            this.generation = core.generation();
            this.target = target;
        }

        @Override
        public boolean getAsBoolean() {
            bytes = core.io().read(target, generation);
            return bytes != 0;
        }
    }

    /** Only close_notify is a clean end (RFC 8446 §6.1); a truncated stream, or one that we ended, must not look like one. */
    private static void requireGoodEnd(SocketCore core) throws IOException {
        if (!core.query(SocketViews::endedWell)) {
            throw core.io().closedException("cannot read");
        }
    }

    private static boolean endedWell(Connection connection) {
        // Unprotected, the end of the transport is the only end there is.
        boolean plainEnd = connection.phase() == Phase.FAILED
                && connection.failure().orElseThrow().error() == SslSocketError.REMOTE_HOST_CLOSED
                && !connection.hasBegunTls();
        return connection.inbound() == Half.CLOSE_NOTIFY || plainEnd;
    }

    /** Waits until the transport has everything; on an event-driven socket, until its queue has. */
    private void write(ByteBuffer source) throws IOException {
        writing.lock();
        try {
            SocketCore core = socket.core();
            Duration limit = core.configuration().writeTimeout();
            long generation = core.generation();
            boolean done = false;
            while (!done) {
                // Noted before the attempt: what is sent during it counts as progress, and nobody waits for it
                // afterwards.
                long sent = core.writtenGeneration();
                done = core.io().send(source, generation);
                boolean moved = done
                        || socket.driver()
                                .await(
                                        () -> core.writtenGeneration() != sent
                                                || core.io().hasRoom()
                                                || !core.canWrite(),
                                        core.deadline(limit),
                                        Driver.Wait.OUTBOUND);
                if (!moved) {
                    core.writeTimedOut(limit);
                }
            }
        } finally {
            writing.unlock();
        }
    }

    private final class Input extends InputStream {
        private final ReentrantLock singleByte = new ReentrantLock();
        private final byte[] one = new byte[1];

        @Override
        public int read() throws IOException {
            singleByte.lock();
            try {
                return SocketViews.this.read(ByteBuffer.wrap(one)) < 0 ? -1 : one[0] & 0xff;
            } finally {
                one[0] = 0;
                singleByte.unlock();
            }
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, target.length);
            return SocketViews.this.read(ByteBuffer.wrap(target, offset, length));
        }

        @Override
        public int available() {
            return socket.bytesAvailable();
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int value) throws IOException {
            SocketViews.this.write(ByteBuffer.wrap(new byte[] {(byte) value}));
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, source.length);
            SocketViews.this.write(ByteBuffer.wrap(source, offset, length));
        }

        @Override
        public void flush() throws IOException {
            Duration limit = socket.core().configuration().writeTimeout();
            if (!socket.waitForBytesWritten(limit)) {
                throw socket.core().io().closedException("cannot flush");
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private final class Channel implements ByteChannel {
        @Override
        public int read(ByteBuffer target) throws IOException {
            requireOpen();
            return SocketViews.this.read(target);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            requireOpen();
            int bytes = source.remaining();
            SocketViews.this.write(source);
            return bytes;
        }

        @Override
        public boolean isOpen() {
            return socket.core().isInUse();
        }

        @Override
        public void close() {
            socket.close();
        }

        private void requireOpen() throws ClosedChannelException {
            if (!isOpen()) {
                throw new ClosedChannelException();
            }
        }
    }
}
