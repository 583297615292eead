package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SslConfiguration;
import dev.sluice.SslServer;
import dev.sluice.SslSocket;
import dev.sluice.testing.TestCertificates;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Two sockets over loopback. */
class SocketPairTest {
    @Test
    void callerDrivenEcho() throws Exception {
        echo(ProtocolRange.TLS_1_3);
    }

    @Test
    void callerDrivenEcho12() throws Exception {
        echo(ProtocolRange.TLS_1_2);
    }

    private void echo(ProtocolRange range) throws Exception {
        TestCertificates.Issued id = TestCertificates.localhost();
        SslConfiguration serverConfig = SslConfiguration.builder()
                .protocols(range)
                .localCertificate(id.chain(), id.key())
                .peerVerifyMode(PeerVerifyMode.VERIFY_NONE)
                .build();
        SslConfiguration clientConfig = SslConfiguration.builder()
                .protocols(range)
                .addCaCertificate(id.root())
                .build();
        try (SslServer server = SslServer.open()) {
            server.setSslConfiguration(serverConfig);
            server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> {
                try (SslSocket socket = server.accept(Duration.ofSeconds(10)).orElseThrow()) {
                    byte[] buffer = new byte[100];
                    int n = socket.inputStream().read(buffer);
                    socket.outputStream().write(buffer, 0, n);
                    assertEquals(-1, socket.inputStream().read());
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            try (SslSocket client = SslSocket.open()) {
                client.setSslConfiguration(clientConfig);
                client.connectToHostEncrypted("localhost", server.port());
                assertTrue(client.waitForEncrypted(Duration.ofSeconds(10)), client.errorString());
                client.outputStream().write("hello".getBytes());
                byte[] answer = client.inputStream().readNBytes(5);
                assertArrayEquals("hello".getBytes(), answer);
            }
            serving.join();
        }
        assertFalse(dev.sluice.SslDiagnostics.liveEngines() != 0, "engines");
        assertEquals(0, dev.sluice.SslDiagnostics.liveContexts());
        assertEquals(0, dev.sluice.SslDiagnostics.liveBuffers());
    }

    /** The first thing that this client does is to read: the wait has to look up, connect and shake hands by itself. */
    @Test
    void aStreamThatIsReadFirstConnectsAndShakesHands() throws Exception {
        TestCertificates.Issued id = TestCertificates.localhost();
        try (SslServer server = SslServer.open()) {
            server.setSslConfiguration(SslConfiguration.builder()
                    .localCertificate(id.chain(), id.key())
                    .peerVerifyMode(PeerVerifyMode.VERIFY_NONE)
                    .build());
            server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> {
                try (SslSocket socket = server.accept(Duration.ofSeconds(10)).orElseThrow()) {
                    socket.outputStream().write("welcome".getBytes(StandardCharsets.US_ASCII));
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            try (SslSocket client = SslSocket.open()) {
                client.setSslConfiguration(
                        SslConfiguration.builder().addCaCertificate(id.root()).build());
                client.setReadTimeout(Duration.ofSeconds(10));
                client.connectToHostEncrypted("localhost", server.port());
                assertEquals("welcome", new String(client.inputStream().readAllBytes(), StandardCharsets.US_ASCII));
            }
            serving.join();
        }
        assertEquals(0, dev.sluice.SslDiagnostics.liveEngines());
    }
}
