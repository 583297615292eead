package dev.sluice.benchmarks;

import dev.sluice.SslConfiguration;
import dev.sluice.SslServer;
import dev.sluice.SslSocket;
import dev.sluice.spi.TlsBackend;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.time.Duration;

/** Our sockets as streams, driven by the calling thread. */
final class SluiceCaller extends BlockingContender {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Protocol protocol;
    private final SslConfiguration clientConfiguration;
    private final SslServer server;

    SluiceCaller(Identity identity, Protocol protocol, TlsBackend backend) throws IOException {
        super("Sluice, caller-driven");
        this.protocol = protocol;
        clientConfiguration = protocol.clientConfiguration(identity, backend);
        server = SslServer.open();
        server.setSslConfiguration(protocol.serverConfiguration(identity, backend));
        server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
    }

    @Override
    public boolean countsChecks() {
        return false;
    }

    @Override
    End connect() throws IOException {
        SslSocket socket = SslSocket.open();
        socket.setSslConfiguration(clientConfiguration);
        socket.connectToHostEncrypted("127.0.0.1", server.port(), Identity.HOST);
        if (!socket.waitForEncrypted(PATIENCE)) {
            throw new IOException(socket.errorString());
        }
        protocol.requireNegotiated(socket);
        socket.setSocketOption(StandardSocketOptions.TCP_NODELAY, true);
        return new SocketEnd(socket);
    }

    @Override
    End accept() throws IOException {
        SslSocket socket = server.accept(PATIENCE).orElseThrow(() -> new IOException("nobody connected"));
        socket.setSocketOption(StandardSocketOptions.TCP_NODELAY, true);
        return new SocketEnd(socket);
    }

    @Override
    public void close() throws IOException {
        server.close();
        super.close();
    }

    private static final class SocketEnd implements End {
        private final SslSocket socket;
        private final InputStream input;
        private final OutputStream output;

        SocketEnd(SslSocket socket) {
            this.socket = socket;
            this.input = socket.inputStream();
            this.output = socket.outputStream();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return input.read(target, offset, length);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            output.write(source, offset, length);
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
