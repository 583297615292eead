package dev.sluice.benchmarks;

import dev.sluice.SslMode;
import dev.sluice.SslServer;
import dev.sluice.SslSocket;
import dev.sluice.SslTransport;
import dev.sluice.spi.TlsBackend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Counts the channel writes and the records of one write of 1 MiB. */
final class WriteCount {
    private static final int BYTES = 1024 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private WriteCount() {}

    /**
     * What was counted.
     *
     * @param writes calls of the channel's write that took something
     * @param records TLS records in them
     */
    record Counts(int writes, int records) {}

    static Counts count(Identity identity, Protocol protocol, TlsBackend backend) throws Exception {
        try (SslServer server = SslServer.open()) {
            server.setSslConfiguration(protocol.serverConfiguration(identity, backend));
            server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            CompletableFuture<Void> receiving = CompletableFuture.runAsync(() -> receive(server));
            CountingTransport transport = new CountingTransport(SslTransport.of(
                    SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()))));
            try (SslSocket socket = SslSocket.open()) {
                socket.setSslConfiguration(protocol.clientConfiguration(identity, backend));
                socket.setPeerVerifyName(Identity.HOST);
                socket.attachEncrypted(transport, SslMode.CLIENT);
                if (!socket.waitForEncrypted(PATIENCE)) {
                    throw new IOException(socket.errorString());
                }
                int writesBefore = transport.writes;
                int recordsBefore = transport.records;
                socket.outputStream().write(new byte[BYTES]);
                socket.outputStream().flush();
                Counts counts = new Counts(transport.writes - writesBefore, transport.records - recordsBefore);
                receiving.join();
                return counts;
            }
        }
    }

    private static void receive(SslServer server) {
        try (SslSocket socket = server.accept(PATIENCE).orElseThrow(() -> new IOException("nobody connected"))) {
            socket.inputStream().readNBytes(BYTES);
        } catch (IOException e) {
            throw new IllegalStateException("receiver failed", e);
        }
    }

    /** Passes everything on; reads the record headers that pass. */
    private static final class CountingTransport implements SslTransport {
        private final SslTransport transport;
        private int writes;
        private int records;
        private int headerBytes;
        private int length;
        private int left;

        CountingTransport(SslTransport transport) {
            this.transport = transport;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return transport.read(target);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            int start = source.position();
            int taken = transport.write(source);
            if (taken > 0) {
                writes++;
                for (int i = 0; i < taken; i++) {
                    follow(source.get(start + i) & 0xff);
                }
            }
            return taken;
        }

        /** Five bytes of header (RFC 8446 §5.1), the last two of them the length. */
        private void follow(int value) {
            if (left > 0) {
                left--;
                return;
            }
            length = (length << 8 | value) & 0xffff;
            headerBytes++;
            if (headerBytes == 5) {
                records++;
                left = length;
                headerBytes = 0;
            }
        }

        @Override
        public void shutdownOutput() throws IOException {
            transport.shutdownOutput();
        }

        @Override
        public boolean isOpen() {
            return transport.isOpen();
        }

        @Override
        public void close() throws IOException {
            transport.close();
        }

        @Override
        public Optional<SelectableChannel> selectableChannel() {
            return transport.selectableChannel();
        }
    }
}
