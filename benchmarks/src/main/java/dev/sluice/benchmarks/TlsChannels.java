package dev.sluice.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLContext;
import tlschannel.ClientTlsChannel;
import tlschannel.ServerTlsChannel;
import tlschannel.TlsChannel;

/** The library tls-channel over blocking channels, with its own defaults. */
final class TlsChannels extends BlockingContender {
    private final SSLContext clientContext;
    private final SSLContext serverContext;
    private final Protocol protocol;
    private final ServerSocketChannel listener;

    TlsChannels(Identity identity, Protocol protocol) throws IOException {
        super("tls-channel");
        this.protocol = protocol;
        clientContext = identity.clientContext();
        serverContext = identity.serverContext();
        listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
    }

    @Override
    End connect() throws IOException {
        SocketChannel channel = SocketChannel.open(listener.getLocalAddress());
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        ClientTlsChannel tls = ClientTlsChannel.newBuilder(channel, protocol.clientEngine(clientContext))
                .build();
        tls.handshake();
        return new ChannelEnd(tls);
    }

    @Override
    End accept() throws IOException {
        SocketChannel channel = listener.accept();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        ServerTlsChannel tls = ServerTlsChannel.newBuilder(channel, serverContext)
                .withEngineFactory(protocol::serverEngine)
                .build();
        tls.handshake();
        return new ChannelEnd(tls);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        super.close();
    }

    private record ChannelEnd(TlsChannel channel) implements End {
        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return channel.read(ByteBuffer.wrap(target, offset, length));
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            ByteBuffer bytes = ByteBuffer.wrap(source, offset, length);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
