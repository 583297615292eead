/*
 * Shows: a client that knows its server by a shared secret instead of a certificate (TLS 1.3 with an external pre-shared key):
 * it is asked for identity and key when the handshake begins, and both ends prove that they know the key. The unhappy paths: a wrong key, which the server refuses; and a pass-phrase in place of a key, which this end
 * refuses itself, because whoever records the handshake could guess it at leisure (RFC 9257 §4).
 * The JDK's own TLS has no pre-shared keys, so the backend is named.
 *
 * Leaves out: the other end (see PskServer), making a key of a pass-phrase (take a password hash), TLS 1.2 and its hints,
 * servers that show a certificate instead (they are verified as always).
 */
package dev.sluice.examples;

import dev.sluice.ProtocolRange;
import dev.sluice.SslConfiguration;
import dev.sluice.SslPreSharedKeyAuthenticator;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketException;
import dev.sluice.SslSocketListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

final class PskClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private PskClient() {}

    /** Connects to a server on this machine and gives what it says. The key is the caller's. */
    static String visit(int port, String identity, byte[] key) throws IOException {
        try (SslSocket socket = SslSocket.open()) {
            socket.setSslConfiguration(SslConfiguration.builder("bc")
                    .protocols(ProtocolRange.TLS_1_3)
                    .preSharedKeyEnabled(true)
                    .build());
            socket.setListener(new SslSocketListener() {
                @Override
                public void preSharedKeyAuthenticationRequired(SslSocket from, SslPreSharedKeyAuthenticator asked) {
                    asked.setIdentity(identity);
                    asked.setPreSharedKey(key);
                }
            });
            socket.setReadTimeout(TIMEOUT);
            socket.connectToHostEncrypted("localhost", port);
            return new String(socket.inputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    public static void main(String[] args) throws Exception {
        SecureRandom random = new SecureRandom();
        byte[] key = new byte[32];
        byte[] wrongKey = new byte[32];
        random.nextBytes(key);
        random.nextBytes(wrongKey);
        try (PskServer server = new PskServer(Map.of("sensor-7", key))) {
            System.out.println("answer: " + visit(server.port(), "sensor-7", key));

            Map<String, byte[]> others = new LinkedHashMap<>();
            others.put("a wrong key", wrongKey);
            others.put("a pass-phrase", "correct horse battery staple".getBytes(StandardCharsets.US_ASCII));
            for (Map.Entry<String, byte[]> other : others.entrySet()) {
                try {
                    String answer = visit(server.port(), "sensor-7", other.getValue());
                    throw new IllegalStateException("expected a refusal, got " + answer);
                } catch (SslSocketException e) {
                    System.out.println(other.getKey() + ": " + e.error() + ": " + e.getMessage());
                }
            }
        } finally {
            Arrays.fill(key, (byte) 0);
            Arrays.fill(wrongKey, (byte) 0);
        }
    }
}
