package dev.sluice;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/**
 * What TLS runs over: two streams of bytes that never make anybody wait. A TCP or Unix domain socket, a tunnel, a
 * simulated network.
 *
 * <p><b>Threads:</b> one thread may read while another writes; {@link #close()} may come from any thread at any time and
 * makes the others return or throw.
 *
 * <p><b>Errors:</b> an {@link IOException} is the end of the transport. Whatever else one throws is a defect of it, and ends its
 * connection with {@link SslSocketError#NETWORK}.
 */
public interface SslTransport extends Closeable {
    /**
     * Takes bytes that have arrived. Never waits.
     *
     * @param target filled from its position
     * @return how many bytes were put in; 0 if there are none now; -1 if there will be no more
     * @throws IOException if the transport is broken or closed
     */
    int read(ByteBuffer target) throws IOException;

    /**
     * Sends bytes. Never waits.
     *
     * @param source its position advances by the bytes taken
     * @return how many bytes were taken; 0 if none can be taken now
     * @throws IOException if the transport is broken or closed
     */
    int write(ByteBuffer source) throws IOException;

    /**
     * Ends the outgoing stream in good order; reading goes on. A transport that has no such thing does nothing.
     *
     * @throws IOException if the transport is broken or closed
     */
    void shutdownOutput() throws IOException;

    /**
     * Says whether {@link #close()} was called.
     *
     * @return true until then
     */
    boolean isOpen();

    /** Ends both streams at once. A second call does nothing. */
    @Override
    void close() throws IOException;

    /**
     * The channel whose readiness a selector can report.
     *
     * @return the channel, non-blocking; empty if {@link #onReady} reports readiness
     */
    default Optional<SelectableChannel> selectableChannel() {
        return Optional.empty();
    }

    /**
     * Tells a transport without a {@link #selectableChannel()} whom to call when a read or write that gave 0 may give
     * more. A call too many does no harm.
     *
     * @param wakeUp called on any thread, returns at once
     */
    default void onReady(Runnable wakeUp) {}

    /**
     * The address of this end.
     *
     * @return the address; empty if there is none or the transport is closed
     */
    default Optional<SocketAddress> localAddress() {
        return Optional.empty();
    }

    /**
     * The address of the other end.
     *
     * @return the address; empty if there is none or the transport is closed
     */
    default Optional<SocketAddress> remoteAddress() {
        return Optional.empty();
    }

    /**
     * A transport over a connected TCP or Unix domain socket.
     *
     * @param channel taken: made non-blocking, and closed with the transport
     * @return the transport
     * @throws IOException if the channel cannot be made non-blocking; it is closed then
     */
    static SslTransport of(SocketChannel channel) throws IOException {
        return new ChannelTransport(channel);
    }

    /**
     * A transport over a channel that waits when it is read or written, a tunnel for example. Two daemon threads move
     * its bytes.
     *
     * @param channel taken: closed with the transport
     * @return the transport
     */
    static SslTransport ofBlocking(ByteChannel channel) {
        return new BlockingTransport(channel);
    }
}
