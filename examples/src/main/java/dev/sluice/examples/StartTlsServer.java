/*
 * Shows: a mail server (SMTP, RFC 5321) that takes mail only after STARTTLS (RFC 3207), one thread per client. The step from
 * plaintext to TLS is one call: startServerEncryption(lastPlaintext) sends the "go ahead" and encrypts. The unhappy paths:
 * mail without encryption is refused with 530, and commands that were smuggled in behind STARTTLS, to be taken for encrypted
 * ones later (CVE-2011-0411), end the connection.
 * Run with an optional port it serves until stopped; the mail goes to standard output.
 *
 * Leaves out: delivering mail, most of SMTP.
 */
package dev.sluice.examples;

import dev.sluice.PeerVerifyMode;
import dev.sluice.SslConfiguration;
import dev.sluice.SslProtocol;
import dev.sluice.SslSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

final class StartTlsServer implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final SslConfiguration configuration;
    private final Consumer<String> log;
    private final ServerSocketChannel listening;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    StartTlsServer(DemoCertificates.Identity identity, int port, Consumer<String> log) throws IOException {
        this.log = log;
        configuration = SslConfiguration.builder()
                .localCertificate(identity.chain(), identity.key())
                .peerVerifyMode(PeerVerifyMode.VERIFY_NONE) // mail clients have no certificates
                .build();
        listening = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        threads.execute(this::acceptAll);
    }

    int port() {
        return listening.socket().getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        threads.shutdownNow(); // interrupted waits abort their connections
        try {
            threads.awaitTermination(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void acceptAll() {
        try {
            while (true) {
                SocketChannel client = listening.accept();
                threads.execute(() -> serve(client));
            }
        } catch (ClosedChannelException e) {
            // the server was closed
        } catch (IOException e) {
            log.accept("server stopped: " + e);
        }
    }

    private void serve(SocketChannel client) {
        try (SslSocket socket = SslSocket.open()) {
            socket.setSslConfiguration(configuration);
            socket.attach(client);
            converse(socket);
        } catch (IOException e) {
            log.accept("connection ended: " + e.getMessage());
        }
    }

    private void converse(SslSocket socket) throws IOException {
        reply(socket, "220 localhost ready");
        while (true) {
            String line = readLine(socket);
            String[] words = line.split("[ :]", 2);
            switch (words[0].toUpperCase(Locale.ROOT)) {
                case "EHLO" -> reply(socket, socket.isEncrypted() ? "250 localhost" : "250-localhost\r\n250 STARTTLS");
                case "HELO", "NOOP", "RSET" -> reply(socket, "250 ok");
                case "STARTTLS" -> startTls(socket);
                case "MAIL", "RCPT" ->
                    reply(socket, socket.isEncrypted() ? "250 ok" : "530 must issue a STARTTLS command first");
                case "DATA" -> {
                    if (socket.isEncrypted()) {
                        reply(socket, "354 end with a line that has nothing but a dot");
                        receiveMail(socket);
                        reply(socket, "250 taken");
                    } else {
                        reply(socket, "530 must issue a STARTTLS command first");
                    }
                }
                case "QUIT" -> {
                    reply(socket, "221 good-bye");
                    return;
                }
                default -> reply(socket, "502 not implemented");
            }
        }
    }

    private void startTls(SslSocket socket) throws IOException {
        if (socket.isEncrypted()) {
            reply(socket, "503 encrypted already");
            return;
        }
        // Bytes that wait unread at this moment came in the clear and would be taken for encrypted ones: a failure.
        socket.startServerEncryption(ByteBuffer.wrap("220 go ahead\r\n".getBytes(StandardCharsets.US_ASCII)));
        if (!socket.waitForEncrypted(TIMEOUT)) {
            throw failure(socket);
        }
        log.accept("encrypted with "
                + socket.sessionProtocol().map(SslProtocol::standardName).orElseThrow());
    }

    private void receiveMail(SslSocket socket) throws IOException {
        for (String line = readLine(socket); !line.equals("."); line = readLine(socket)) {
            log.accept("| " + line);
        }
    }

    private static String readLine(SslSocket socket) throws IOException {
        while (!socket.canReadLine()) {
            if (!socket.waitForReadyRead(TIMEOUT)) {
                throw failure(socket);
            }
        }
        return new String(socket.readLine(), StandardCharsets.UTF_8).stripTrailing();
    }

    private static void reply(SslSocket socket, String text) throws IOException {
        socket.write((text + "\r\n").getBytes(StandardCharsets.UTF_8)); // far below the write limit
    }

    private static IOException failure(SslSocket socket) {
        return socket.failure()
                .map(IOException.class::cast)
                .orElseGet(() -> new IOException("the client said no more"));
    }

    public static void main(String[] args) throws Exception {
        DemoCertificates certificates = new DemoCertificates();
        Path authority = Files.createTempFile("sluice-authority", ".pem");
        authority.toFile().deleteOnExit();
        try (StartTlsServer server = new StartTlsServer(
                certificates.server(),
                args.length == 0 ? 0 : Integer.parseInt(args[0]),
                line -> System.out.println(line))) {
            Files.writeString(authority, certificates.authority().toPem());
            System.out.println("listening on localhost:" + server.port() + "; stop with Ctrl-C. Try:");
            System.out.println("  curl --ssl-reqd --cacert " + authority + " smtp://localhost:" + server.port()
                    + " --mail-from a@example.org --mail-rcpt b@example.org -T FILE");
            System.out.println("  openssl s_client -starttls smtp -CAfile " + authority
                    + " -verify_return_error -connect localhost:" + server.port());
            Thread.currentThread().join(); // until stopped
        }
    }
}
