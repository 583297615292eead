/*
 * Shows: the two streams of a socket, for code that wants an InputStream and an OutputStream. Reads and writes wait for the
 * handshake by themselves. -1 means that the peer has closed in good order; the unhappy path is a connection that is cut in
 * the middle, which throws instead of passing for a complete answer.
 *
 * Leaves out: the channel view (SslSocket.byteChannel()), which follows the same rules.
 */
package dev.sluice.examples;

import dev.sluice.PeerVerifyMode;
import dev.sluice.SslConfiguration;
import dev.sluice.SslServer;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

final class StreamsView {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private StreamsView() {}

    public static void main(String[] args) throws Exception {
        DemoCertificates certificates = new DemoCertificates();
        DemoCertificates.Identity identity = certificates.server();
        SslConfiguration trusting = SslConfiguration.builder()
                .addCaCertificate(certificates.authority())
                .build();
        try (SslServer server = SslServer.open()) {
            server.setSslConfiguration(SslConfiguration.builder()
                    .localCertificate(identity.chain(), identity.key())
                    .peerVerifyMode(PeerVerifyMode.VERIFY_NONE)
                    .build());
            server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            for (boolean complete : new boolean[] {true, false}) {
                CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> tellPoem(server, complete));
                try {
                    System.out.println("complete: " + askForPoem(trusting, server.port()));
                } catch (SslSocketException e) {
                    System.out.println("cut off: " + e.error() + ": " + e.getMessage());
                }
                serving.join();
            }
        }
    }

    private static String askForPoem(SslConfiguration configuration, int port) throws IOException {
        try (SslSocket socket = SslSocket.open()) {
            socket.setSslConfiguration(configuration);
            socket.setReadTimeout(TIMEOUT);
            socket.connectToHostEncrypted("localhost", port);
            Writer writer = new OutputStreamWriter(socket.outputStream(), StandardCharsets.UTF_8);
            writer.write("a poem, please\n");
            writer.flush();
            return new String(socket.inputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void tellPoem(SslServer server, boolean complete) {
        try (SslSocket socket = server.accept(TIMEOUT).orElseThrow()) {
            socket.setReadTimeout(TIMEOUT);
            new BufferedReader(new InputStreamReader(socket.inputStream(), StandardCharsets.UTF_8)).readLine();
            socket.outputStream().write("Roses are red, violets".getBytes(StandardCharsets.UTF_8));
            if (!complete) {
                socket.waitForBytesWritten(TIMEOUT);
                socket.abort(); // as if somebody had cut the line
                return;
            }
            socket.outputStream().write(" are blue.".getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
