/*
 * Shows: a mail client (SMTP, RFC 5321) that sends one mail, encrypted with STARTTLS (RFC 3207). The unhappy path: a server,
 * or somebody on the way, that does not offer STARTTLS. The client goes away instead of sending in the clear.
 * Run with a host and a port it connects there, trusts the authorities of the system, and sends nothing.
 *
 * Leaves out: everything else that sending mail takes.
 */
package dev.sluice.examples;

import dev.sluice.SslConfiguration;
import dev.sluice.SslSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

final class StartTlsClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private StartTlsClient() {}

    public static void main(String[] args) throws Exception {
        if (args.length == 2) {
            try (SslSocket socket = connect(SslConfiguration.defaults(), args[0], Integer.parseInt(args[1]))) {
                command(socket, "QUIT", "221");
            }
            return;
        }
        DemoCertificates certificates = new DemoCertificates();
        SslConfiguration trusting = SslConfiguration.builder()
                .addCaCertificate(certificates.authority())
                .build();
        try (StartTlsServer server = new StartTlsServer(certificates.server(), 0, line -> System.out.println(line))) {
            try (SslSocket socket = connect(trusting, "localhost", server.port())) {
                command(socket, "MAIL FROM:<anna@example.org>", "250");
                command(socket, "RCPT TO:<bert@example.org>", "250");
                command(socket, "DATA", "354");
                command(socket, "Subject: hello\r\n\r\nNobody else can read this.\r\n.", "250");
                command(socket, "QUIT", "221");
            }
        }
        try (ServerSocket withoutTls = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> stripping = CompletableFuture.runAsync(() -> offerNothing(withoutTls));
            try (SslSocket socket = connect(trusting, "localhost", withoutTls.getLocalPort())) {
                throw new IllegalStateException("expected the client to go away, got " + socket);
            } catch (IOException expected) {
                System.out.println("gone: " + expected.getMessage());
            }
            stripping.join();
        }
    }

    /** Connects and encrypts, or throws. The caller closes the socket. */
    private static SslSocket connect(SslConfiguration configuration, String host, int port) throws IOException {
        SslSocket socket = SslSocket.open();
        boolean encrypted = false;
        try {
            socket.setSslConfiguration(configuration);
            socket.connectToHost(host, port);
            expect("220", reply(socket));
            if (!command(socket, "EHLO localhost", "250").contains("STARTTLS")) {
                throw new IOException("the server does not offer STARTTLS, and this client sends nothing in the clear");
            }
            command(socket, "STARTTLS", "220");
            socket.startClientEncryption(); // fails if there is more in the clear behind the reply
            encrypted = socket.waitForEncrypted(TIMEOUT);
            if (!encrypted) {
                throw failure(socket);
            }
            command(
                    socket,
                    "EHLO localhost",
                    "250"); // what was said in the clear counts no more (RFC 3207 section 4.2)
            return socket;
        } finally {
            if (!encrypted) {
                socket.abort();
            }
        }
    }

    private static String command(SslSocket socket, String command, String expectedCode) throws IOException {
        String how = socket.isEncrypted() ? "[encrypted] " : "[in the clear] ";
        socket.write((command + "\r\n").getBytes(StandardCharsets.UTF_8)); // far below the write limit
        String reply = expect(expectedCode, reply(socket));
        System.out.println(how + command.lines().findFirst().orElse("") + " -> " + reply);
        return reply;
    }

    private static String expect(String code, String reply) throws IOException {
        if (!reply.startsWith(code)) {
            throw new IOException("expected " + code + ", the server said: " + reply);
        }
        return reply;
    }

    /** All lines of a reply: the last one has a space behind its code, the others a hyphen. */
    private static String reply(SslSocket socket) throws IOException {
        StringBuilder reply = new StringBuilder();
        while (true) {
            while (!socket.canReadLine()) {
                if (!socket.waitForReadyRead(TIMEOUT)) {
                    throw failure(socket);
                }
            }
            String line = new String(socket.readLine(), StandardCharsets.UTF_8).stripTrailing();
            reply.append(reply.isEmpty() ? "" : ", ").append(line);
            if (line.length() < 4 || line.charAt(3) != '-') {
                return reply.toString();
            }
        }
    }

    private static IOException failure(SslSocket socket) {
        return socket.failure().map(IOException.class::cast).orElseGet(() -> new IOException("gave up on " + socket));
    }

    private static void offerNothing(ServerSocket listening) {
        try (Socket socket = listening.accept()) {
            socket.getOutputStream().write("220 ready\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write("250 localhost\r\n".getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes(); // until the client has gone
        } catch (IOException e) {
            System.out.println("server: " + e.getMessage()); // the client has gone without a word
        }
    }
}
