/*
 * Shows: an HTTPS GET that accepts, besides all the usual checks, only a server whose key is pinned (or the back-up key,
 * which is in the safe). The unhappy path: the same authority has certified somebody else's key, and the pin refuses it.
 * Run with a URL and one or more pins (sha256/...) it asks that server and trusts the authorities of the system.
 *
 * Leaves out: HTTP (redirects, chunks, keep-alive: use an HTTP library for that).
 */
package dev.sluice.examples;

import dev.sluice.PeerVerifyMode;
import dev.sluice.SpkiPin;
import dev.sluice.SslConfiguration;
import dev.sluice.SslHandshakeFailedException;
import dev.sluice.SslServer;
import dev.sluice.SslSocket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

final class PinnedHttpsGet {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private PinnedHttpsGet() {}

    public static void main(String[] args) throws Exception {
        if (args.length == 1) {
            throw new IllegalArgumentException("a URL needs a pin: PinnedHttpsGet https://host/path sha256/BASE64 ...");
        }
        if (args.length > 1) {
            List<SpkiPin> pins = Arrays.stream(args).skip(1).map(SpkiPin::parse).toList();
            System.out.println(get(
                    URI.create(args[0]), SslConfiguration.builder().pins(pins).build()));
            return;
        }
        DemoCertificates certificates = new DemoCertificates();
        DemoCertificates.Identity current = certificates.server();
        DemoCertificates.Identity backup = certificates.server();
        DemoCertificates.Identity stranger = certificates.server();
        SslConfiguration pinned = SslConfiguration.builder()
                .addCaCertificate(certificates.authority())
                .pins(List.of(SpkiPin.of(current.certificate()), SpkiPin.of(backup.certificate())))
                .build();
        for (DemoCertificates.Identity identity : List.of(current, backup, stranger)) {
            try (HttpsServer server = new HttpsServer(identity)) {
                URI uri = URI.create("https://localhost:" + server.port() + "/greeting");
                System.out.println(SpkiPin.of(identity.certificate()));
                System.out.println("  " + get(uri, pinned).lines().findFirst().orElse("nothing"));
            } catch (SslHandshakeFailedException e) {
                System.out.println("  refused: " + e.sslErrors());
            }
        }
    }

    private static String get(URI uri, SslConfiguration configuration) throws IOException {
        String host = uri.getHost();
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        try (SslSocket socket = SslSocket.open()) {
            socket.setSslConfiguration(configuration);
            socket.setReadTimeout(TIMEOUT);
            socket.connectToHostEncrypted(host, uri.getPort() == -1 ? 443 : uri.getPort());
            String request = "GET " + path + " HTTP/1.0\r\nHost: " + host + "\r\n\r\n";
            socket.outputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.inputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The smallest HTTPS server there is: one answer for everybody. */
    private static final class HttpsServer implements AutoCloseable {
        private final SslServer server = SslServer.open();
        private final CompletableFuture<Void> serving;

        HttpsServer(DemoCertificates.Identity identity) throws IOException {
            server.setSslConfiguration(SslConfiguration.builder()
                    .localCertificate(identity.chain(), identity.key())
                    .peerVerifyMode(PeerVerifyMode.VERIFY_NONE)
                    .build());
            server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            serving = CompletableFuture.runAsync(this::answerEverybody);
        }

        int port() {
            return server.port();
        }

        @Override
        public void close() {
            server.close(); // ends the wait of the other thread
            serving.join();
        }

        private void answerEverybody() {
            try {
                Optional<SslSocket> next = server.accept(TIMEOUT);
                while (next.isPresent()) {
                    try (SslSocket socket = next.get()) {
                        socket.setReadTimeout(TIMEOUT);
                        BufferedReader reader = new BufferedReader(
                                new InputStreamReader(socket.inputStream(), StandardCharsets.US_ASCII));
                        String line = reader.readLine();
                        while (line != null && !line.isEmpty()) {
                            line = reader.readLine();
                        }
                        socket.outputStream()
                                .write("HTTP/1.0 200 OK\r\n\r\nhello\n".getBytes(StandardCharsets.US_ASCII));
                    }
                    next = server.accept(TIMEOUT);
                }
            } catch (IOException e) {
                System.out.println("server stopped: " + e.getMessage());
            }
        }
    }
}
