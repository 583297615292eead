/*
 * Shows: a client in the style of waitFor...: connect, look at the session, write, wait for the answer, close. Then the
 * unhappy path: the same server under a name that is not in its certificate is refused before a byte of data goes out.
 * Run with a host and a port it connects there and trusts the authorities of the system.
 *
 * Leaves out: streams (see StreamsView), client certificates (see MutualTls).
 */
package dev.sluice.examples;

import dev.sluice.SslConfiguration;
import dev.sluice.SslProtocol;
import dev.sluice.SslSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

final class BlockingClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private BlockingClient() {}

    public static void main(String[] args) throws Exception {
        if (args.length == 2) {
            try (SslSocket socket = connect(SslConfiguration.defaults(), args[0], Integer.parseInt(args[1]), args[0])) {
                describe(socket);
            }
            return;
        }
        DemoCertificates certificates = new DemoCertificates();
        SslConfiguration trusting = SslConfiguration.builder()
                .addCaCertificate(certificates.authority())
                .build();
        try (EventDrivenEchoServer server = new EventDrivenEchoServer(certificates.server(), 0)) {
            try (SslSocket socket = connect(trusting, "localhost", server.port(), "localhost")) {
                describe(socket);
                socket.write("Hello, is there an echo?\n".getBytes(StandardCharsets.UTF_8));
                System.out.print("answer: " + readLine(socket));
            }
            try (SslSocket socket = connect(trusting, "localhost", server.port(), "bank.example")) {
                throw new IllegalStateException("expected a refusal, got " + socket);
            } catch (IOException expected) {
                System.out.println("refused: " + expected.getMessage());
            }
        }
    }

    /** The caller closes the socket. */
    private static SslSocket connect(SslConfiguration configuration, String host, int port, String expectedName)
            throws IOException {
        SslSocket socket = SslSocket.open();
        boolean encrypted = false;
        try {
            socket.setSslConfiguration(configuration);
            socket.connectToHostEncrypted(host, port, expectedName);
            encrypted = socket.waitForEncrypted(TIMEOUT);
            if (!encrypted) {
                throw failure(socket);
            }
            return socket;
        } finally {
            if (!encrypted) {
                socket.abort();
            }
        }
    }

    private static String readLine(SslSocket socket) throws IOException {
        while (!socket.canReadLine()) {
            if (!socket.waitForReadyRead(TIMEOUT)) {
                throw failure(socket);
            }
        }
        return new String(socket.readLine(), StandardCharsets.UTF_8);
    }

    /** A wait ends early if the connection has failed; otherwise the time has run out, or the peer has no more to say. */
    private static IOException failure(SslSocket socket) {
        return socket.failure().map(IOException.class::cast).orElseGet(() -> new IOException("gave up on " + socket));
    }

    private static void describe(SslSocket socket) {
        System.out.println("connected: "
                + socket.sessionProtocol().map(SslProtocol::standardName).orElseThrow() + ", "
                + socket.sessionCipher().orElseThrow().name() + ", peer "
                + socket.peerCertificate().orElseThrow());
    }
}
