package dev.sluice.x509;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The trust manager in the HTTP clients of the JDK, which use a socket and an engine, and in plain TLS sockets. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class VerifyingTrustManagerHttpsTest {
    private static final Issued ROOT = TestCertificates.ca("HTTPS Root").selfSigned();
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** The clients of the JDK. */
    enum Client {
        URL_CONNECTION {
            @Override
            String get(SSLContext context, URI uri) throws IOException {
                HttpsURLConnection connection = (HttpsURLConnection) uri.toURL().openConnection();
                connection.setSSLSocketFactory(context.getSocketFactory());
                connection.setConnectTimeout((int) TIMEOUT.toMillis());
                connection.setReadTimeout((int) TIMEOUT.toMillis());
                try (InputStream body = connection.getInputStream()) {
                    return new String(body.readAllBytes(), UTF_8);
                } finally {
                    connection.disconnect();
                }
            }
        },
        /** Its program checks names by itself, so it asks JSSE for no identification. */
        URL_CONNECTION_WITH_VERIFIER_OF_ITS_OWN {
            @Override
            String get(SSLContext context, URI uri) throws IOException {
                HttpsURLConnection connection = (HttpsURLConnection) uri.toURL().openConnection();
                connection.setSSLSocketFactory(context.getSocketFactory());
                connection.setHostnameVerifier((host, session) -> true);
                connection.setConnectTimeout((int) TIMEOUT.toMillis());
                connection.setReadTimeout((int) TIMEOUT.toMillis());
                try (InputStream body = connection.getInputStream()) {
                    return new String(body.readAllBytes(), UTF_8);
                } finally {
                    connection.disconnect();
                }
            }
        },
        HTTP_CLIENT {
            @Override
            String get(SSLContext context, URI uri) throws IOException, InterruptedException {
                HttpClient client = HttpClient.newBuilder()
                        .sslContext(context)
                        .connectTimeout(TIMEOUT)
                        .build();
                HttpRequest request =
                        HttpRequest.newBuilder(uri).timeout(TIMEOUT).build();
                return client.send(request, HttpResponse.BodyHandlers.ofString(UTF_8))
                        .body();
            }
        };

        abstract String get(SSLContext context, URI uri) throws IOException, InterruptedException;
    }

    @ParameterizedTest
    @EnumSource
    void aServerOfTheRightNameIsAcceptedByNameAndByAddress(Client client) throws Exception {
        Issued server = TestCertificates.server("localhost").ip("127.0.0.1").issuedBy(ROOT);

        assertEquals("hello", get(client, server, "localhost"));
        assertEquals("hello", get(client, server, "127.0.0.1"));
    }

    @ParameterizedTest
    @EnumSource
    void aServerOfAnotherNameIsRefused(Client client) {
        Issued server = TestCertificates.server("other.test").issuedBy(ROOT);

        assertRefused(client, server, Code.HOST_NAME_MISMATCH);
    }

    @ParameterizedTest
    @EnumSource
    void anExpiredServerIsRefused(Client client) {
        assertRefused(client, TestCertificates.server("localhost").expired().issuedBy(ROOT), Code.CERTIFICATE_EXPIRED);
    }

    @ParameterizedTest
    @EnumSource
    void aServerOfAnUnknownAuthorityIsRefused(Client client) {
        Issued unknown = TestCertificates.ca("Unknown Root").freshKey().selfSigned();

        assertRefused(
                client,
                TestCertificates.server("localhost").issuedBy(unknown),
                Code.UNABLE_TO_GET_LOCAL_ISSUER_CERTIFICATE);
    }

    @ParameterizedTest
    @EnumSource
    void aServerWhoseNameItsAuthorityMayNotCertifyIsRefused(Client client) {
        GeneralSubtree excluded = new GeneralSubtree(new GeneralName(GeneralName.dNSName, "localhost"));
        Issued constrained = TestCertificates.ca("Constrained")
                .extension(Extension.nameConstraints.getId(), true, new NameConstraints(null, new GeneralSubtree[] {
                    excluded
                }))
                .issuedBy(ROOT);

        assertRefused(
                client, TestCertificates.server("localhost").issuedBy(constrained), Code.NAME_CONSTRAINT_VIOLATION);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bothEndsOfPlainSocketsJudgeEachOther(String protocol) throws Exception {
        Issued server = TestCertificates.server("localhost").issuedBy(ROOT);
        Issued alice = TestCertificates.client("Alice").issuedBy(ROOT);

        assertEquals("CN=Alice", visit(protocol, server, alice));
        ExecutionException refused =
                assertThrows(ExecutionException.class, () -> visit(protocol, server, server)); // a server is no client

        assertEquals(
                List.of(SslError.of(Code.INVALID_PURPOSE, server.certificate())),
                MemoryHandshake.refusalIn(refused).errors());
    }

    private static void assertRefused(Client client, Issued server, Code code) {
        SSLException refused = assertThrows(SSLException.class, () -> get(client, server, "localhost"));

        List<SslError> errors = MemoryHandshake.refusalIn(refused).errors();
        assertTrue(errors.stream().anyMatch(error -> error.code() == code), errors::toString);
    }

    private static String get(Client client, Issued identity, String host) throws Exception {
        SSLContext context = MemoryHandshake.context(null, VerifyingTrustManager.of(List.of(ROOT.certificate())));
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(MemoryHandshake.context(identity, null)));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 5);
            try (OutputStream body = exchange.getResponseBody()) {
                body.write("hello".getBytes(UTF_8));
            }
        });
        server.start();
        try {
            return client.get(
                    context,
                    URI.create("https://" + host + ":" + server.getAddress().getPort() + "/"));
        } finally {
            server.stop(0);
        }
    }

    /** What the server, which demands a certificate, knows of its client; or how it has failed. */
    private static String visit(String protocol, Issued identity, Issued visitor) throws Exception {
        VerifyingTrustManager trust = VerifyingTrustManager.of(List.of(ROOT.certificate()));
        SSLContext servers = MemoryHandshake.context(identity, trust);
        SSLContext clients = MemoryHandshake.context(visitor, trust);
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        try (SSLServerSocket listening =
                (SSLServerSocket) servers.getServerSocketFactory().createServerSocket(0, 1, loopback)) {
            listening.setNeedClientAuth(true);
            CompletableFuture<String> seen = new CompletableFuture<>();
            Thread accepting = new Thread(() -> accept(listening, seen), "accepting");
            accepting.start();
            try (SSLSocket socket = (SSLSocket) clients.getSocketFactory().createSocket()) {
                socket.connect(new InetSocketAddress("localhost", listening.getLocalPort()), (int) TIMEOUT.toMillis());
                socket.setSoTimeout((int) TIMEOUT.toMillis());
                socket.setEnabledProtocols(new String[] {protocol});
                try {
                    socket.startHandshake();
                    // In TLS 1.3 the server has the last word.
                    assertEquals(-1, socket.getInputStream().read());
                } catch (IOException e) {
                    assertTrue(seen.handle((name, failure) -> failure != null).get(20, TimeUnit.SECONDS), e::toString);
                }
            }
            accepting.join();
            return seen.get(20, TimeUnit.SECONDS);
        }
    }

    private static void accept(SSLServerSocket listening, CompletableFuture<String> seen) {
        try (SSLSocket socket = (SSLSocket) listening.accept()) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            socket.startHandshake();
            X509Certificate client = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            seen.complete(client.getSubjectX500Principal().getName());
        } catch (IOException e) {
            seen.completeExceptionally(e);
        }
    }
}
