package dev.sluice;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/** A TCP or Unix domain socket. */
final class ChannelTransport implements SslTransport {
    private final SocketChannel channel;

    ChannelTransport(SocketChannel channel) throws IOException {
        this.channel = channel;
        boolean ready = false;
        try {
            channel.configureBlocking(false);
            if (channel.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
                // What is written here was gathered into one write already. Held back (RFC 896) it would wait for the
                // peer's
                // delayed acknowledgement: the first bytes of a server that follow its session ticket, 40 ms on Linux.
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            ready = true;
        } finally {
            if (!ready) {
                channel.close();
            }
        }
    }

    SocketChannel channel() {
        return channel;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return channel.read(target);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return channel.write(source);
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public Optional<SelectableChannel> selectableChannel() {
        return Optional.of(channel);
    }

    @Override
    public Optional<SocketAddress> localAddress() {
        return address(channel::getLocalAddress);
    }

    @Override
    public Optional<SocketAddress> remoteAddress() {
        return address(channel::getRemoteAddress);
    }

    private interface AddressCall {
        SocketAddress get() throws IOException;
    }

    private static Optional<SocketAddress> address(AddressCall call) {
        try {
            return Optional.ofNullable(call.get());
        } catch (IOException e) {
            return Optional.empty(); // a closed channel has no address any more; that is an answer, not a failure
        }
    }
}
