package dev.sluice.conformance.peers;

import dev.sluice.SslServer;
import dev.sluice.SslSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Future;

/** A server's side of a conversation: sends back what comes, until the peer closes or the connection fails. */
final class Echo {
    /** The line upon which it closes the connection. */
    static final String CLOSE = "CLOSE";

    private Echo() {}

    /** Takes one connection in another thread and echoes. Its result is the socket, closed. */
    static Future<SslSocket> once(SslServer server, Recording recording) {
        return Background.call(() -> {
            SslSocket accepted = server.accept(PeerProcess.PATIENCE).orElseThrow();
            try (SslSocket socket = accepted) {
                socket.setListener(recording);
                echo(socket);
                socket.disconnectFromHost();
                socket.waitForDisconnected();
            }
            return accepted;
        });
    }

    private static void echo(SslSocket socket) throws IOException {
        byte[] buffer = new byte[8192];
        while (true) {
            int bytes = socket.inputStream().read(buffer);
            if (bytes < 0 || new String(buffer, 0, bytes, StandardCharsets.US_ASCII).startsWith(CLOSE)) {
                return;
            }
            socket.outputStream().write(buffer, 0, bytes);
        }
    }
}
