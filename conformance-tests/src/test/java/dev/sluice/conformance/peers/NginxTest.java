package dev.sluice.conformance.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SessionStore;
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
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** nginx as our server, and as the client of our server when it is a proxy. */
@Tag(PeerProgram.TAG)
@ExtendWith(NothingLeft.class)
class NginxTest {
    private static final String WHO =
            "location /who { return 200 '$ssl_protocol $ssl_session_reused $ssl_server_name $ssl_client_verify'; }";

    private final Recording recording = new Recording();
    private Path directory;
    private PemFiles files;

    @BeforeEach
    void setUp(@TempDir Path newDirectory) {
        directory = newDirectory;
        files = new PemFiles(directory);
    }

    @ParameterizedTest
    @CsvSource({
        "TLS_1_2, RSA_2048, EVENT_DRIVEN",
        "TLS_1_2, EC_P256, CALLER_DRIVEN",
        "TLS_1_3, RSA_2048, CALLER_DRIVEN",
        "TLS_1_3, EC_P256, EVENT_DRIVEN",
    })
    void servesAFileAndCloses(SslProtocol protocol, KeyKind kind, Driving driving) throws Exception {
        Issued identity = Identities.localhost(kind);
        Bulk bulk = new Bulk(7, 8);
        try (Nginx nginx = Nginx.start(directory, files, List.of(identity), WHO);
                OurSide ourSide = new OurSide(driving);
                SslSocket socket = ourSide.socket(client(identity, protocol).build(), recording)) {
            String expected;
            try (OutputStream file = Files.newOutputStream(directory.resolve("www/file"))) {
                expected = bulk.writeTo(file);
            }
            encrypt(socket, nginx);
            InputStream input = socket.inputStream();
            send(socket, "GET /who HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertEquals(protocol.standardName() + " . localhost NONE", Http.readText(input));
            send(socket, "GET /file HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            assertEquals(bulk.bytes(), Http.contentLength(Http.readHead(input)));
            assertEquals(expected, Bulk.digestOf(input, bulk.bytes()));
            assertEquals(-1, input.read());

            socket.disconnectFromHost();
            assertTrue(socket.waitForDisconnected());
        }
        assertEquals(List.of(), recording.failures());
        assertEquals(1, recording.finished());
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, CALLER_DRIVEN", "TLS_1_3, EVENT_DRIVEN"})
    void takesAFile(SslProtocol protocol, Driving driving) throws Exception {
        Issued identity = TestCertificates.localhost();
        Bulk bulk = new Bulk(8, 8);
        try (Nginx nginx = Nginx.start(
                        directory,
                        files,
                        List.of(identity),
                        "location /up { dav_methods PUT; client_max_body_size 16m; }");
                OurSide ourSide = new OurSide(driving);
                SslSocket socket = ourSide.socket(client(identity, protocol).build(), recording)) {
            encrypt(socket, nginx);
            send(socket, "PUT /up HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + bulk.bytes() + "\r\n\r\n");
            String sent = bulk.writeTo(socket.outputStream());
            String head = Http.readHead(socket.inputStream());

            assertTrue(head.startsWith("HTTP/1.1 201 Created\r\n"), head);
            try (InputStream file = Files.newInputStream(directory.resolve("www/up"))) {
                assertEquals(sent, Bulk.digestOf(file, bulk.bytes()));
            }
        }
        assertEquals(List.of(), recording.failures());
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, EVENT_DRIVEN", "TLS_1_3, CALLER_DRIVEN"})
    void w35_itsDeathIsATruncation(SslProtocol protocol, Driving driving) throws Exception {
        Issued identity = TestCertificates.localhost();
        try (Nginx nginx = Nginx.start(directory, files, List.of(identity), WHO);
                OurSide ourSide = new OurSide(driving);
                SslSocket socket = ourSide.socket(client(identity, protocol).build(), recording)) {
            encrypt(socket, nginx);
            assertTrue(who(socket).startsWith(protocol.standardName()));
            nginx.process().kill();
            assertTrue(socket.waitForDisconnected());
        }
        assertEquals(List.of(SslSocketError.TRUNCATED), recording.failures());
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, CALLER_DRIVEN", "TLS_1_3, EVENT_DRIVEN"})
    void agreesThatASessionIsResumed(SslProtocol protocol, Driving driving) throws Exception {
        Issued identity = TestCertificates.localhost();
        if (!EngineUnderTest.canResume(protocol)) {
            return;
        }
        List<String> answers = new ArrayList<>();
        List<Boolean> resumed = new ArrayList<>();
        try (SessionStore store = SessionStore.create();
                Nginx nginx = Nginx.start(directory, files, List.of(identity), WHO);
                OurSide ourSide = new OurSide(driving)) {
            SslConfiguration configuration =
                    client(identity, protocol).sessionStore(store).build();
            for (int i = 0; i < 2; i++) {
                try (SslSocket socket = ourSide.socket(configuration, recording)) {
                    encrypt(socket, nginx);
                    answers.add(who(socket));
                    resumed.add(socket.isSessionResumed());
                    socket.disconnectFromHost();
                    assertTrue(socket.waitForDisconnected());
                }
            }
        }
        String version = protocol.standardName();
        assertEquals(List.of(version + " . localhost NONE", version + " r localhost NONE"), answers);
        assertEquals(List.of(false, true), resumed);
        assertEquals(List.of(), recording.failures());
    }

    @ParameterizedTest
    @CsvSource({
        "true, TLS_1_2, CALLER_DRIVEN",
        "true, TLS_1_3, EVENT_DRIVEN",
        "false, TLS_1_2, EVENT_DRIVEN",
        "false, TLS_1_3, CALLER_DRIVEN",
    })
    void wantsOurCertificate(boolean shown, SslProtocol protocol, Driving driving) throws Exception {
        Issued identity = TestCertificates.localhost();
        Issued own = TestCertificates.testClient();
        SslConfiguration.Builder builder = client(identity, protocol);
        if (shown) {
            builder.localCertificate(own.chain(), own.key());
        }
        String[] directives = {
            WHO, "ssl_verify_client on;", "ssl_verify_depth 3;", "ssl_client_certificate " + files.root(own) + ";"
        };
        try (Nginx nginx = Nginx.start(directory, files, List.of(identity), directives);
                OurSide ourSide = new OurSide(driving);
                SslSocket socket = ourSide.socket(builder.build(), recording)) {
            encrypt(socket, nginx);
            String answer = who(socket);
            if (shown) {
                assertEquals(protocol.standardName() + " . localhost SUCCESS", answer);
            } else {
                assertTrue(answer.contains("No required SSL certificate was sent"), answer); // nginx refuses in HTTP
            }
        }
        assertEquals(List.of(), recording.failures());
    }

    @Test
    void w37_isRefusedUnderAnotherName() throws Exception {
        Issued identity = TestCertificates.localhost();
        SslConfiguration configuration = client(identity, SslProtocol.TLS_1_3).build();
        try (Nginx nginx = Nginx.start(directory, files, List.of(identity), WHO);
                OurSide ourSide = new OurSide(Driving.EVENT_DRIVEN);
                SslSocket socket = ourSide.socket(configuration, recording)) {
            socket.connectToHostEncrypted("127.0.0.1", nginx.port(), "elsewhere.example");
            assertFalse(socket.waitForEncrypted());
            assertTrue(socket.waitForDisconnected());
        }
        assertEquals(List.of(SslError.Code.HOST_NAME_MISMATCH), recording.sslErrorCodes());
        assertEquals(List.of(SslSocketError.SSL_HANDSHAKE_FAILED), recording.failures());
    }

    // ---- nginx as a client ----

    @ParameterizedTest
    @CsvSource({"TLS_1_2, CALLER_DRIVEN", "TLS_1_3, EVENT_DRIVEN"})
    void passesOnToOurServer(SslProtocol protocol, Driving driving) throws Exception {
        Issued identity = TestCertificates.localhost();
        Issued proxy = TestCertificates.testClient();
        SslConfiguration configuration = server(identity, protocol)
                .peerVerifyMode(PeerVerifyMode.VERIFY_PEER)
                .addCaCertificate(proxy.root())
                .build();
        try (OurSide ourSide = new OurSide(driving);
                SslServer server = ourSide.server(configuration, recording);
                Nginx nginx =
                        Nginx.start(directory, files, List.of(identity), passOn(server, identity), showing(proxy));
                SslSocket front = ourSide.socket(client(identity, protocol).build(), new Recording())) {
            encrypt(front, nginx);
            send(front, "GET /ours HTTP/1.1\r\nHost: localhost\r\n\r\n");
            try (SslSocket back = nginx.process().acceptedBy(server)) {
                back.setListener(recording);
                assertEquals(Optional.of("localhost"), back.requestedServerName());
                assertEquals(Optional.of(protocol), back.sessionProtocol());
                assertEquals(proxy.chain(), back.peerCertificateChain());
                Http.readHead(back.inputStream());
                send(back, "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\nwelcome");
            }
            assertEquals("welcome", Http.readText(front.inputStream()));
        }
        assertEquals(List.of(), recording.failures());
    }

    @Test
    void w24_refusesOurServer() throws Exception {
        Issued identity = TestCertificates.localhost();
        Issued stranger = Identities.localhost(KeyKind.EC_P256);
        SslProtocol protocol = SslProtocol.TLS_1_3;
        try (OurSide ourSide = new OurSide(Driving.CALLER_DRIVEN);
                SslServer server = ourSide.server(server(stranger, protocol).build(), recording);
                Nginx nginx = Nginx.start(directory, files, List.of(identity), passOn(server, identity));
                SslSocket front = ourSide.socket(client(identity, protocol).build(), new Recording())) {
            encrypt(front, nginx);
            send(front, "GET /ours HTTP/1.1\r\nHost: localhost\r\n\r\n");
            // nginx judges us after the handshake, before it sends anything.
            try (SslSocket back = nginx.process().acceptedBy(server)) {
                assertEquals(-1, back.inputStream().read());
            }
            String head = Http.readHead(front.inputStream());
            assertTrue(head.startsWith("HTTP/1.1 502 Bad Gateway\r\n"), head);
            nginx.process().await("upstream SSL certificate verify error");
        }
    }

    private String passOn(SslServer server, Issued trusted) throws Exception {
        return """
                proxy_ssl_protocols TLSv1.2 TLSv1.3;
                proxy_ssl_verify on;
                proxy_ssl_verify_depth 3;
                proxy_ssl_trusted_certificate %s;
                proxy_ssl_name localhost;
                proxy_ssl_server_name on;
                location /ours { proxy_pass https://127.0.0.1:%d; }
                """.formatted(files.root(trusted), server.port());
    }

    private String showing(Issued proxy) throws Exception {
        return "proxy_ssl_certificate %s;\nproxy_ssl_certificate_key %s;\n"
                .formatted(files.chain(proxy), files.key(proxy));
    }

    private static void encrypt(SslSocket socket, Nginx nginx) throws Exception {
        socket.connectToHostEncrypted("127.0.0.1", nginx.port(), "localhost");
        assertTrue(
                socket.waitForEncrypted(),
                () -> socket.errorString() + "\n" + nginx.process().output());
    }

    private static void send(SslSocket socket, String text) throws Exception {
        socket.outputStream().write(Http.bytes(text));
    }

    private static String who(SslSocket socket) throws Exception {
        send(socket, "GET /who HTTP/1.1\r\nHost: localhost\r\n\r\n");
        return Http.readText(socket.inputStream());
    }

    private static SslConfiguration.Builder client(Issued identity, SslProtocol protocol) {
        return SslConfiguration.builder()
                .protocols(new ProtocolRange(protocol, protocol))
                .addCaCertificate(identity.root());
    }

    private static SslConfiguration.Builder server(Issued identity, SslProtocol protocol) {
        return SslConfiguration.builder()
                .protocols(new ProtocolRange(protocol, protocol))
                .localCertificate(identity.chain(), identity.key())
                .peerVerifyMode(PeerVerifyMode.VERIFY_NONE);
    }
}
