/*
 * Shows: the verifier of this library in an HTTP client of the JDK, which knows nothing of the library: a trust manager in its
 * SSLContext. The JDK does not ask trust managers about sessions that it resumes, so the peer is judged again afterwards. The
 * unhappy paths: a server that nobody has certified; and a plain SSLSocket, which asks for no name and yet gets only the server
 * that it has named. Both are refused with a list of errors.
 *
 * Leaves out: client certificates (the same trust manager judges them at a server), frameworks that want a
 * TrustManagerFactory (VerifyingTrustManagerFactory is one).
 */
package dev.sluice.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sluice.x509.CertificateRefusedException;
import dev.sluice.x509.Purpose;
import dev.sluice.x509.VerifyingTrustManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

final class VerifierInHttpClient {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private VerifierInHttpClient() {}

    public static void main(String[] args) throws Exception {
        DemoCertificates certificates = new DemoCertificates();
        // VerifyingTrustManager.ofSystem() trusts the authorities of the system.
        VerifyingTrustManager trustManager = VerifyingTrustManager.of(List.of(certificates.authority()));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {trustManager}, null);

        HttpsServer honest = serve(certificates.server());
        HttpsServer stranger = serve(DemoCertificates.selfSignedServer());
        try {
            HttpResponse<String> answer = get(context, honest);
            System.out.println("answer: " + answer.body());
            System.out.println("still trusted: "
                    + isStillTrusted(trustManager, answer.sslSession().orElseThrow()));
            try {
                throw new IllegalStateException("expected a refusal, got " + get(context, stranger));
            } catch (IOException e) {
                System.out.println("refused: " + refusal(e).errors());
            }
            try {
                connect(context, "www.example.org", honest.getAddress().getPort());
                throw new IllegalStateException("expected a refusal");
            } catch (IOException e) {
                System.out.println("refused: " + refusal(e).getMessage());
            }
        } finally {
            honest.stop(0);
            stranger.stop(0);
        }
    }

    private static HttpResponse<String> get(SSLContext context, HttpsServer server)
            throws IOException, InterruptedException {
        HttpClient client = HttpClient.newBuilder()
                .sslContext(context)
                .connectTimeout(TIMEOUT)
                .build();
        // The address of the loopback, because localhost may be another one; the certificate is for both.
        URI uri = URI.create("https://" + LOOPBACK.getHostAddress() + ":"
                + server.getAddress().getPort() + "/");
        return client.send(
                HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString(UTF_8));
    }

    /** Worth asking after each answer where a certificate may be revoked or expire while the program runs. */
    private static boolean isStillTrusted(VerifyingTrustManager trustManager, SSLSession session) {
        try {
            trustManager.recheck(session, Purpose.SERVER);
            return true;
        } catch (CertificateException e) {
            return false;
        }
    }

    /** Connects to the loopback and says that it wants somebody else, as if a name server had lied. */
    private static void connect(SSLContext context, String host, int port) throws IOException {
        try (Socket tcp = new Socket(LOOPBACK, port);
                SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(tcp, host, port, true)) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            socket.startHandshake();
        }
    }

    /** JSSE and HttpClient have wrapped it. */
    private static CertificateRefusedException refusal(IOException failure) {
        return CertificateRefusedException.causeOf(failure)
                .orElseThrow(() -> new IllegalStateException("failed, but not because of a certificate", failure));
    }

    private static HttpsServer serve(DemoCertificates.Identity identity) throws IOException, GeneralSecurityException {
        KeyStore keyStore = KeyStore.getInstance("PKCS12");
        keyStore.load(null, null); // in memory, never written
        Certificate[] chain = {identity.certificate().toX509()};
        keyStore.setKeyEntry("own", identity.key(), new char[0], chain);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(keyStore, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            byte[] body = "hello".getBytes(UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }
}
