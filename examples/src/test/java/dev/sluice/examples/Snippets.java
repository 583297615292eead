package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.ProtocolRange;
import dev.sluice.SslConfiguration;
import dev.sluice.SslError;
import dev.sluice.SslEventLoop;
import dev.sluice.SslServer;
import dev.sluice.SslServerListener;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketException;
import dev.sluice.SslSocketListener;
import dev.sluice.x509.SslCertificate;
import dev.sluice.x509.VerifyingTrustManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * The code that README.md shows, between lines that begin and end a snippet. {@link ReadmeTest} runs it and compares.
 */
final class Snippets {
    private Snippets() {}

    static String client(SslCertificate authority, int port) throws IOException {
        String answer;
        // snippet: client
        SslConfiguration configuration = SslConfiguration.builder()
                .addCaCertificate(authority) // without it: whatever the system trusts
                .build();
        try (SslSocket socket = SslSocket.open()) {
            socket.setSslConfiguration(configuration);
            socket.connectToHostEncrypted("localhost", port);
            socket.outputStream().write("hello\n".getBytes(UTF_8)); // waits for the handshake, throws if it fails
            answer = new BufferedReader(new InputStreamReader(socket.inputStream(), UTF_8)).readLine();
        }
        // end
        return answer;
    }

    static SslServer server(SslEventLoop loop, List<SslCertificate> chain, PrivateKey key) throws IOException {
        // snippet: server
        SslServer server = SslServer.open(loop);
        server.setSslConfiguration(SslConfiguration.builder()
                .protocols(ProtocolRange.TLS_1_3)
                .localCertificate(chain, key)
                .build());
        server.setListener(new SslServerListener() {
            @Override
            public void pendingConnectionAvailable(SslServer listening) {
                listening.nextPendingConnection().ifPresent(socket -> socket.setListener(new Echo()));
            }
        });
        server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        // end
        return server;
    }

    static SSLContext contextWithVerifier(SslCertificate authority) throws GeneralSecurityException {
        // snippet: trustManager
        VerifyingTrustManager trustManager = VerifyingTrustManager.of(List.of(authority)); // or ofSystem()
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {trustManager}, null);
        // end
        return context;
    }

    static List<SslError> verify(List<SslCertificate> chain) {
        // snippet: verify
        List<SslError> errors = SslCertificate.verify(chain, "www.example.org");
        // end
        return errors;
    }

    // snippet: echo
    static final class Echo implements SslSocketListener {
        private static final int WINDOW_BYTES = 64 * 1024;

        @Override
        public void readyRead(SslSocket socket) {
            echo(socket);
        }

        @Override
        public void bytesWritten(SslSocket socket, long bytes) {
            echo(socket); // there is room again
        }

        @Override
        public void disconnected(SslSocket socket) {
            socket.close();
        }

        private static void echo(SslSocket socket) {
            try {
                socket.write(socket.read(WINDOW_BYTES - socket.bytesToWrite())); // takes no more than it can pass on
            } catch (SslSocketException e) {
                socket.abort(); // the connection cannot send any more
            }
        }
    }
    // end
}
