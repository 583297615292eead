/*
 * Shows: a server without a certificate, whose clients it knows by a secret that it shares with each of them (TLS 1.3 with an
 * external pre-shared key, RFC 8446 §2.2). In the middle of a handshake it is told an identity and gives the key. What the
 * client says is a claim until the handshake has ended well. The unhappy path: somebody whom nobody knows gets no key, and
 * learns no more from the refusal than somebody with a wrong key: not even that the identity is unknown.
 * The JDK's own TLS has no pre-shared keys, so the backend is named.
 *
 * Leaves out: how the secret came to both ends (never as a pass-phrase: see PskClient), TLS 1.2, servers that have a
 * certificate as well.
 */
package dev.sluice.examples;

import dev.sluice.ProtocolRange;
import dev.sluice.SslConfiguration;
import dev.sluice.SslPreSharedKeyAuthenticator;
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
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

final class PskServer implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Map<String, byte[]> keys;
    private final Map<SslSocket, String> claims = new ConcurrentHashMap<>();
    private final BlockingQueue<String> refused = new LinkedBlockingQueue<>();
    private final SslServer server = SslServer.open();
    private final Thread serving = new Thread(this::greetEverybody, "psk-server");

    /** Serves whoever has one of these keys; they are the caller's, who overwrites them when the server is closed. */
    PskServer(Map<String, byte[]> keys) throws IOException {
        this.keys = keys;
        boolean listening = false;
        try {
            server.setSslConfiguration(SslConfiguration.builder("bc")
                    .protocols(ProtocolRange.TLS_1_3)
                    .preSharedKeyEnabled(true)
                    .build());
            server.setListener(new Doorkeeper());
            server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            listening = true;
        } finally {
            if (!listening) {
                server.close();
            }
        }
        serving.start();
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close(); // ends the wait of the other thread
        try {
            serving.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Doorkeeper implements SslServerListener {
        @Override
        public void preSharedKeyAuthenticationRequired(
                SslServer from, SslSocket socket, SslPreSharedKeyAuthenticator asked) {
            byte[] key = keys.get(asked.identity());
            if (key != null) { // who gives no key refuses
                asked.setPreSharedKey(key);
                claims.put(socket, asked.identity());
            }
        }

        @Override
        public void errorOccurred(SslServer from, SslSocket socket, SslSocketError error) {
            claims.remove(socket);
            refused.add(error + ": " + socket.errorString());
        }
    }

    private void greetEverybody() {
        try {
            Optional<SslSocket> next = server.accept(TIMEOUT);
            while (next.isPresent()) {
                try (SslSocket socket = next.get()) {
                    String name = claims.remove(socket); // proven: only established connections are handed out
                    socket.outputStream().write(("welcome, " + name).getBytes(StandardCharsets.UTF_8));
                }
                next = server.accept(TIMEOUT);
            }
        } catch (IOException e) {
            System.out.println("server stopped: " + e.getMessage());
        }
    }

    public static void main(String[] args) throws Exception {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        try (PskServer server = new PskServer(Map.of("sensor-7", key))) {
            System.out.println("known: " + PskClient.visit(server.port(), "sensor-7", key));
            try {
                String greeting = PskClient.visit(server.port(), "stranger", key);
                throw new IllegalStateException("expected a refusal, got " + greeting);
            } catch (SslSocketException e) {
                System.out.println("unknown: " + e.error() + ", alert "
                        + e.alert().map(TlsAlert::toString).orElse("unknown"));
            }
            System.out.println("server refuses: " + server.refused.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }
}
