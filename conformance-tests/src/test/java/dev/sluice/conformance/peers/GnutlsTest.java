package dev.sluice.conformance.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.AlertDescription;
import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SslConfiguration;
import dev.sluice.SslError;
import dev.sluice.SslProtocol;
import dev.sluice.SslServer;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.testing.PeerProgram;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.KeyKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Our sockets and {@code gnutls-serv}, our servers and {@code gnutls-cli}. */
@Tag(PeerProgram.TAG)
@ExtendWith(NothingLeft.class)
class GnutlsTest {
    private final Recording recording = new Recording();
    private PemFiles files;

    @BeforeEach
    void setUp(@TempDir Path directory) {
        files = new PemFiles(directory);
    }

    // ---- gnutls-serv ----

    private record Serv(PeerProcess process, int port) implements AutoCloseable {
        @Override
        public void close() {
            process.close();
        }
    }

    private Serv serv(Issued identity, SslProtocol protocol, String... more) throws IOException, InterruptedException {
        int port = PeerProcess.freePort();
        List<String> arguments = new ArrayList<>(List.of("--port", Integer.toString(port)));
        arguments.addAll(List.of("--x509certfile", files.chain(identity), "--x509keyfile", files.key(identity)));
        arguments.addAll(List.of("--priority", priority(protocol)));
        arguments.addAll(List.of(more));
        PeerProcess process = PeerProcess.start("gnutls-serv", arguments);
        process.await("listening on IPv4 .*done");
        return new Serv(process, port);
    }

    private static String priority(SslProtocol protocol) {
        return "NORMAL:-VERS-ALL:+VERS-TLS" + protocol.standardName().substring("TLSv".length());
    }

    @ParameterizedTest
    @CsvSource({
        "TLS_1_2, RSA_2048, CALLER_DRIVEN",
        "TLS_1_2, ED25519, EVENT_DRIVEN",
        "TLS_1_3, EC_P256, EVENT_DRIVEN",
        "TLS_1_3, ED25519, CALLER_DRIVEN",
    })
    void linesComeBackFromTheServer(SslProtocol protocol, KeyKind kind, Driving driving) throws Exception {
        Issued identity = Identities.localhost(kind);
        try (Serv server = serv(identity, protocol, "--echo", "--disable-client-cert");
                OurSide ourSide = new OurSide(driving);
                SslSocket socket = ourSide.socket(client(identity, protocol).build(), recording)) {
            encrypt(socket, server);
            assertEquals(Optional.of(protocol), socket.sessionProtocol());
            assertEquals("hello", exchange(socket, "hello"));

            socket.disconnectFromHost();
            assertTrue(socket.waitForDisconnected());
        }
        assertEquals(List.of(), recording.failures());
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, EVENT_DRIVEN", "TLS_1_3, CALLER_DRIVEN"})
    void closeOfTheServerIsACleanEnd(SslProtocol protocol, Driving driving) throws Exception {
        Issued identity = TestCertificates.localhost();
        try (Serv server = serv(identity, protocol, "--http", "--disable-client-cert");
                OurSide ourSide = new OurSide(driving);
                SslSocket socket = ourSide.socket(client(identity, protocol).build(), recording)) {
            encrypt(socket, server);
            socket.outputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String page = new String(socket.inputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertTrue(page.startsWith("HTTP/1.0 200 OK"), page);
            assertTrue(page.trim().endsWith("</HTML>"), page);
            socket.disconnectFromHost();
            assertTrue(socket.waitForDisconnected());
        }
        assertEquals(List.of(), recording.failures());
        assertEquals(1, recording.finished());
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, CALLER_DRIVEN", "TLS_1_3, EVENT_DRIVEN"})
    void w35_deathOfTheServerIsATruncation(SslProtocol protocol, Driving driving) throws Exception {
        Issued identity = TestCertificates.localhost();
        try (Serv server = serv(identity, protocol, "--echo", "--disable-client-cert");
                OurSide ourSide = new OurSide(driving);
                SslSocket socket = ourSide.socket(client(identity, protocol).build(), recording)) {
            encrypt(socket, server);
            assertEquals("hello", exchange(socket, "hello"));
            server.process().kill();
            assertTrue(socket.waitForDisconnected());
        }
        assertEquals(List.of(SslSocketError.TRUNCATED), recording.failures());
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, CALLER_DRIVEN", "TLS_1_3, EVENT_DRIVEN"})
    void w24_ourClientRefusesAnExpiredServer(SslProtocol protocol, Driving driving) throws Exception {
        Issued root = TestCertificates.ca("Gnutls Root").selfSigned();
        Issued expired = TestCertificates.server("localhost").expired().issuedBy(root);
        try (Serv server = serv(expired, protocol, "--echo", "--disable-client-cert");
                OurSide ourSide = new OurSide(driving);
                SslSocket socket = ourSide.socket(client(root, protocol).build(), recording)) {
            socket.connectToHostEncrypted("127.0.0.1", server.port(), "localhost");
            assertFalse(socket.waitForEncrypted());
            assertTrue(socket.waitForDisconnected());
            server.process().await("A TLS fatal alert has been received");
        }
        assertEquals(List.of(SslError.Code.CERTIFICATE_EXPIRED), recording.sslErrorCodes());
        assertEquals(List.of(SslSocketError.SSL_HANDSHAKE_FAILED), recording.failures());
    }

    @ParameterizedTest
    @CsvSource({"true, TLS_1_2, EVENT_DRIVEN", "true, TLS_1_3, CALLER_DRIVEN", "false, TLS_1_3, EVENT_DRIVEN"})
    void theServerWantsOurCertificate(boolean shown, SslProtocol protocol, Driving driving) throws Exception {
        Issued identity = TestCertificates.localhost();
        Issued own = TestCertificates.testClient();
        SslConfiguration.Builder builder = client(identity, protocol);
        if (shown) {
            builder.localCertificate(own.chain(), own.key());
        }
        try (Serv server = serv(
                        identity,
                        protocol,
                        "--echo",
                        "--require-client-cert",
                        "--verify-client-cert",
                        "--x509cafile",
                        files.root(own));
                OurSide ourSide = new OurSide(driving);
                SslSocket socket = ourSide.socket(builder.build(), recording)) {
            if (shown) {
                encrypt(socket, server);
                assertEquals("hello", exchange(socket, "hello"));
                assertEquals(List.of(), recording.failures());
            } else {
                socket.connectToHostEncrypted("127.0.0.1", server.port(), "localhost");
                assertTrue(socket.waitForDisconnected());
                assertEquals(1, recording.failures().size());
                assertEquals(List.of(AlertDescription.CERTIFICATE_REQUIRED.number()), recording.alertsReceived());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"h2, TLS_1_2, CALLER_DRIVEN", "h2, TLS_1_3, EVENT_DRIVEN", "smtp, TLS_1_3, CALLER_DRIVEN"})
    void theServerChoosesAnApplicationProtocolOrRefuses(String theirs, SslProtocol protocol, Driving driving)
            throws Exception {
        Issued identity = TestCertificates.localhost();
        SslConfiguration configuration = client(identity, protocol)
                .allowedApplicationProtocols(List.of("http/1.1", "h2"))
                .build();
        try (Serv server =
                        serv(identity, protocol, "--echo", "--disable-client-cert", "--alpn", theirs, "--alpn-fatal");
                OurSide ourSide = new OurSide(driving);
                SslSocket socket = ourSide.socket(configuration, recording)) {
            if (theirs.equals("h2")) {
                encrypt(socket, server);
                assertEquals(Optional.of("h2"), socket.applicationProtocol());
                assertEquals("hello", exchange(socket, "hello"));
            } else {
                socket.connectToHostEncrypted("127.0.0.1", server.port(), "localhost");
                assertFalse(socket.waitForEncrypted());
                assertTrue(socket.waitForDisconnected());
                assertEquals(List.of(AlertDescription.NO_APPLICATION_PROTOCOL.number()), recording.alertsReceived());
            }
        }
    }

    private static void encrypt(SslSocket socket, Serv server) throws Exception {
        socket.connectToHostEncrypted("127.0.0.1", server.port(), "localhost");
        assertTrue(
                socket.waitForEncrypted(),
                () -> socket.errorString() + "\n" + server.process().output());
    }

    private static String exchange(SslSocket socket, String line) throws Exception {
        socket.outputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        return new String(socket.inputStream().readNBytes(line.length() + 1), StandardCharsets.US_ASCII).trim();
    }

    private static SslConfiguration.Builder client(Issued identity, SslProtocol protocol) {
        return SslConfiguration.builder()
                .protocols(new ProtocolRange(protocol, protocol))
                .addCaCertificate(identity.root());
    }

    // ---- gnutls-cli ----

    private PeerProcess cli(SslServer server, Issued trusted, SslProtocol protocol, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("--port", Integer.toString(server.port()), "127.0.0.1"));
        arguments.addAll(List.of("--x509cafile", files.root(trusted), "--priority", priority(protocol)));
        arguments.addAll(List.of("--sni-hostname", "localhost", "--verify-hostname", "localhost"));
        arguments.addAll(List.of(more));
        return PeerProcess.start("gnutls-cli", arguments);
    }

    @ParameterizedTest
    @CsvSource({
        "TLS_1_2, RSA_2048, EVENT_DRIVEN",
        "TLS_1_2, ED25519, CALLER_DRIVEN",
        "TLS_1_3, EC_P256, CALLER_DRIVEN",
        "TLS_1_3, ED25519, EVENT_DRIVEN",
    })
    void linesComeBackToTheClientAndItCloses(SslProtocol protocol, KeyKind kind, Driving driving) throws Exception {
        Issued identity = Identities.localhost(kind);
        try (OurSide ourSide = new OurSide(driving);
                SslServer server = ourSide.server(server(identity, protocol).build(), recording)) {
            Future<SslSocket> echo = Echo.once(server, recording);
            try (PeerProcess client = cli(server, identity, protocol)) {
                client.await("Handshake was completed");
                client.type("hello");
                client.await("\nhello\n");
                client.stdin().close();
                assertEquals(0, client.awaitExit(), client::output);
                client.await("The certificate is trusted");
                client.await("Peer has closed the GnuTLS connection");
            }
            assertEquals(SslSocketError.UNKNOWN, Background.result(echo).error());
        }
        assertEquals(List.of(), recording.failures());
        assertEquals(1, recording.finished());
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, CALLER_DRIVEN", "TLS_1_3, EVENT_DRIVEN"})
    void ourCloseIsACleanEndForTheClient(SslProtocol protocol, Driving driving) throws Exception {
        Issued identity = TestCertificates.localhost();
        try (OurSide ourSide = new OurSide(driving);
                SslServer server = ourSide.server(server(identity, protocol).build(), recording)) {
            Future<SslSocket> echo = Echo.once(server, recording);
            try (PeerProcess client = cli(server, identity, protocol)) {
                client.await("Handshake was completed");
                client.type(Echo.CLOSE);
                client.await("Peer has closed the GnuTLS connection");
                assertEquals(0, client.awaitExit(), client::output);
            }
            assertEquals(SslSocketError.UNKNOWN, Background.result(echo).error());
        }
        assertEquals(List.of(), recording.failures());
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, CALLER_DRIVEN", "TLS_1_3, EVENT_DRIVEN"})
    void theClientRefusesOurServer(SslProtocol protocol, Driving driving) throws Exception {
        Issued identity = TestCertificates.localhost();
        Future<Optional<SslSocket>> accepting;
        try (OurSide ourSide = new OurSide(driving);
                SslServer server = ourSide.server(server(identity, protocol).build(), recording)) {
            accepting = Background.call(() -> server.accept(PeerProcess.PATIENCE));
            try (PeerProcess client = cli(server, TestCertificates.testClient(), protocol)) {
                client.await("The certificate issuer is unknown");
                assertNotEquals(0, client.awaitExit(), client::output);
            }
            assertTrue(recording.awaitFailure());
        }
        assertEquals(Optional.empty(), Background.result(accepting));
        assertEquals(1, recording.alertsReceived().size());
        assertEquals(List.of(SslSocketError.SSL_HANDSHAKE_FAILED), recording.failures());
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, EVENT_DRIVEN", "TLS_1_3, CALLER_DRIVEN"})
    void ourServerTakesTheCertificateOfTheClient(SslProtocol protocol, Driving driving) throws Exception {
        Issued identity = TestCertificates.localhost();
        Issued own = TestCertificates.testClient();
        SslConfiguration configuration = server(identity, protocol)
                .peerVerifyMode(PeerVerifyMode.VERIFY_PEER)
                .addCaCertificate(own.root())
                .build();
        try (OurSide ourSide = new OurSide(driving);
                SslServer server = ourSide.server(configuration, recording);
                PeerProcess client = cli(
                        server,
                        identity,
                        protocol,
                        "--x509certfile",
                        files.chain(own),
                        "--x509keyfile",
                        files.key(own))) {
            try (SslSocket socket = client.acceptedBy(server)) {
                assertEquals(own.chain(), socket.peerCertificateChain());
            }
            assertEquals(0, client.awaitExit(), client::output);
        }
        assertEquals(List.of(), recording.failures());
    }

    private static SslConfiguration.Builder server(Issued identity, SslProtocol protocol) {
        return SslConfiguration.builder()
                .protocols(new ProtocolRange(protocol, protocol))
                .localCertificate(identity.chain(), identity.key())
                .peerVerifyMode(PeerVerifyMode.VERIFY_NONE);
    }
}
