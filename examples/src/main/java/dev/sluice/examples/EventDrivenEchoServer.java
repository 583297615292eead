/*
 * Shows: a server on an event loop that sends back whatever comes, to any number of clients, with one thread. What does not
 * fit into the write queue stays unread until there is room, so a client that sends and never reads cannot fill the memory.
 * Run without arguments it also plays three clients and a visitor who does not speak TLS; with a port it serves until stopped.
 *
 * Leaves out: limits for silent clients after the handshake, client certificates, more than one loop.
 */
package dev.sluice.examples;

import dev.sluice.PeerVerifyMode;
import dev.sluice.SslConfiguration;
import dev.sluice.SslEventLoop;
import dev.sluice.SslServer;
import dev.sluice.SslServerListener;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketException;
import dev.sluice.SslSocketListener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

final class EventDrivenEchoServer implements AutoCloseable {
    private final SslEventLoop loop = SslEventLoop.start("echo-server");
    private final SslServer server = SslServer.open(loop);
    private final BlockingQueue<String> refused = new LinkedBlockingQueue<>();

    EventDrivenEchoServer(DemoCertificates.Identity identity, int port) throws IOException {
        boolean listening = false;
        try {
            server.setSslConfiguration(SslConfiguration.builder()
                    .localCertificate(identity.chain(), identity.key())
                    .peerVerifyMode(PeerVerifyMode.VERIFY_NONE) // clients of an echo server need no certificate
                    .build());
            server.setListener(new Doorkeeper());
            server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            listening = true;
        } finally {
            if (!listening) {
                close();
            }
        }
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
        loop.close(); // ends the connections that are left
    }

    /** Runs on the loop's thread, like all listeners: never waits. */
    private final class Doorkeeper implements SslServerListener {
        @Override
        public void pendingConnectionAvailable(SslServer from) {
            from.nextPendingConnection().ifPresent(socket -> socket.setListener(new Echo()));
        }

        @Override
        public void errorOccurred(SslServer from, SslSocket socket, SslSocketError error) {
            refused.add(error + ": " + socket.errorString());
        }
    }

    /** One connection. */
    private static final class Echo implements SslSocketListener {
        private final ByteBuffer chunk = ByteBuffer.allocate(16 * 1024).flip();

        @Override
        public void readyRead(SslSocket socket) {
            pump(socket);
        }

        @Override
        public void bytesWritten(SslSocket socket, long bytes) {
            pump(socket); // there is room again
        }

        @Override
        public void disconnected(SslSocket socket) {
            socket.close(); // whoever takes a socket closes it
        }

        private void pump(SslSocket socket) {
            try {
                while (chunk.hasRemaining() || refill(socket)) {
                    if (socket.write(chunk) == 0) {
                        return;
                    }
                }
            } catch (SslSocketException e) {
                socket.abort(); // nobody is there to hear the echo
            }
        }

        private boolean refill(SslSocket socket) {
            chunk.clear();
            socket.read(chunk);
            chunk.flip();
            return chunk.hasRemaining();
        }
    }

    public static void main(String[] args) throws Exception {
        DemoCertificates certificates = new DemoCertificates();
        int port = args.length == 0 ? 0 : Integer.parseInt(args[0]);
        try (EventDrivenEchoServer echo = new EventDrivenEchoServer(certificates.server(), port)) {
            System.out.println("listening on localhost:" + echo.port());
            if (args.length > 0) {
                System.out.println(certificates.authority().toPem());
                new CountDownLatch(1).await(); // until stopped
            }
            SslConfiguration trusting = SslConfiguration.builder()
                    .addCaCertificate(certificates.authority())
                    .build();
            for (String name : new String[] {"Anna", "Bert", "Cleo"}) {
                try (SslSocket client = SslSocket.open()) {
                    client.setSslConfiguration(trusting);
                    client.setReadTimeout(Duration.ofSeconds(10));
                    client.connectToHostEncrypted("localhost", echo.port());
                    client.outputStream().write(name.getBytes(StandardCharsets.UTF_8));
                    byte[] answer = client.inputStream().readNBytes(name.length());
                    System.out.println("echo: " + new String(answer, StandardCharsets.UTF_8));
                }
            }
            // The unhappy path: a visitor who knocks with HTTP.
            try (Socket visitor = new Socket("localhost", echo.port())) {
                visitor.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                System.out.println("refused: " + echo.refused.poll(10, TimeUnit.SECONDS));
            }
        }
    }
}
