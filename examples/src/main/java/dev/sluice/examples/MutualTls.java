/*
 * Shows: a server that lets in whoever has a certificate of its authority, and greets them by the name in it. The unhappy
 * path: a client without a certificate is refused inside the handshake, with an alert that says why. In TLS 1.3 a client
 * learns of that only after its own handshake has ended, hence when it reads.
 *
 * Leaves out: what a name may do once it is known, revocation, several authorities.
 */
package dev.sluice.examples;

import dev.sluice.PeerVerifyMode;
import dev.sluice.SslConfiguration;
import dev.sluice.SslServer;
import dev.sluice.SslServerListener;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketException;
import dev.sluice.TlsAlert;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

final class MutualTls {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private MutualTls() {}

    public static void main(String[] args) throws Exception {
        DemoCertificates certificates = new DemoCertificates();
        DemoCertificates.Identity own = certificates.server();
        CompletableFuture<String> refusal = new CompletableFuture<>();
        Thread serving;
        try (SslServer server = SslServer.open()) {
            server.setSslConfiguration(SslConfiguration.builder()
                    .localCertificate(own.chain(), own.key())
                    .addCaCertificate(certificates.authority()) // whose clients are welcome
                    .peerVerifyMode(PeerVerifyMode.VERIFY_PEER) // the certificate is a must
                    .missingCertificateIsFatal(true)
                    .build());
            server.setListener(new SslServerListener() {
                @Override
                public void errorOccurred(SslServer from, SslSocket socket, SslSocketError error) {
                    refusal.complete(socket.errorString());
                }
            });
            server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            serving = new Thread(() -> greetEverybody(server), "mutual-tls-server");
            serving.start();

            SslConfiguration anonymous = SslConfiguration.builder()
                    .addCaCertificate(certificates.authority())
                    .build();
            DemoCertificates.Identity alice = certificates.client("Alice");
            SslConfiguration asAlice = anonymous.toBuilder()
                    .localCertificate(alice.chain(), alice.key())
                    .build();
            System.out.println("with a certificate: " + visit(server.port(), asAlice));
            try {
                throw new IllegalStateException("expected a refusal, got " + visit(server.port(), anonymous));
            } catch (SslSocketException e) {
                System.out.println("without one: " + e.error() + ", alert "
                        + e.alert().map(TlsAlert::toString).orElse("unknown"));
            }
            System.out.println("server refuses: " + refusal.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
        }
        serving.join(); // its wait ended when the server was closed
    }

    private static void greetEverybody(SslServer server) {
        try {
            Optional<SslSocket> next = server.accept(TIMEOUT);
            while (next.isPresent()) {
                try (SslSocket socket = next.get()) {
                    String name = socket.peerCertificate().orElseThrow().subjectDisplayName();
                    socket.outputStream().write(("welcome, " + name).getBytes(StandardCharsets.UTF_8));
                }
                next = server.accept(TIMEOUT);
            }
        } catch (IOException e) {
            System.out.println("server stopped: " + e.getMessage());
        }
    }

    private static String visit(int port, SslConfiguration configuration) throws IOException {
        try (SslSocket socket = SslSocket.open()) {
            socket.setSslConfiguration(configuration);
            socket.setReadTimeout(TIMEOUT);
            socket.connectToHostEncrypted("localhost", port);
            return new String(socket.inputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
