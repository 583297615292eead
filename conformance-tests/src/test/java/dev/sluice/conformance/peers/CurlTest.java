package dev.sluice.conformance.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.AlertDescription;
import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SslConfiguration;
import dev.sluice.SslProtocol;
import dev.sluice.SslServer;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.testing.PeerProgram;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.KeyKind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code curl} and HTTPS servers made of ours. */
@Tag(PeerProgram.TAG)
@ExtendWith(NothingLeft.class)
class CurlTest {
    private static final int COULD_NOT_CONNECT_TLS = 35;
    private static final int RECEIVE_FAILED = 56;
    private static final int PEER_NOT_TRUSTED = 60;

    private final Recording recording = new Recording();
    private Path directory;
    private PemFiles files;

    @BeforeEach
    void setUp(@TempDir Path newDirectory) {
        directory = newDirectory;
        files = new PemFiles(directory);
    }

    private PeerProcess curl(SslServer server, Issued trusted, SslProtocol protocol, String... more)
            throws IOException {
        String version = protocol.standardName().substring("TLSv".length());
        List<String> arguments = new ArrayList<>(List.of("-q", "--silent", "--show-error", "--noproxy", "*"));
        arguments.addAll(List.of("--tlsv" + version, "--tls-max", version, "--cacert", files.root(trusted)));
        arguments.addAll(List.of("--resolve", "localhost:" + server.port() + ":127.0.0.1"));
        arguments.addAll(List.of("--max-time", Long.toString(PeerProcess.PATIENCE.toSeconds())));
        arguments.addAll(List.of(more));
        arguments.add("https://localhost:" + server.port() + "/file");
        return PeerProcess.startTakingStdout("curl", arguments);
    }

    @ParameterizedTest
    @CsvSource({
        "TLS_1_2, RSA_2048, CALLER_DRIVEN",
        "TLS_1_2, ED25519, EVENT_DRIVEN",
        "TLS_1_3, EC_P256, EVENT_DRIVEN",
        "TLS_1_3, ED25519, CALLER_DRIVEN",
    })
    void downloadsWhatEndsWithOurClose(SslProtocol protocol, KeyKind kind, Driving driving) throws Exception {
        Issued identity = Identities.localhost(kind);
        Bulk bulk = new Bulk(5, 4);
        try (OurSide ourSide = new OurSide(driving);
                SslServer server = ourSide.server(server(identity, protocol).build(), recording);
                PeerProcess curl = curl(server, identity, protocol)) {
            Future<String> received = Background.call(() -> Bulk.digestOf(curl.stdout(), bulk.bytes()));
            String sent;
            try (SslSocket socket = curl.acceptedBy(server)) {
                socket.setListener(recording);
                assertEquals(Optional.of("localhost"), socket.requestedServerName());
                assertTrue(Http.readHead(socket.inputStream()).startsWith("GET /file HTTP/1.1\r\n"));
                // No length: only close_notify tells that this is all.
                socket.outputStream().write(Http.bytes("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"));
                sent = bulk.writeTo(socket.outputStream());
            }
            assertEquals(sent, Background.result(received));
            assertEquals(0, curl.awaitExit(), curl::output);
        }
        assertEquals(List.of(), recording.failures());
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, CALLER_DRIVEN", "TLS_1_3, EVENT_DRIVEN"})
    void uploads(SslProtocol protocol, Driving driving) throws Exception {
        Issued identity = TestCertificates.localhost();
        Bulk bulk = new Bulk(6, 4);
        Path file = directory.resolve("upload");
        String sent;
        try (OutputStream output = Files.newOutputStream(file)) {
            sent = bulk.writeTo(output);
        }
        try (OurSide ourSide = new OurSide(driving);
                SslServer server = ourSide.server(server(identity, protocol).build(), recording);
                PeerProcess curl =
                        curl(server, identity, protocol, "--header", "Expect:", "--upload-file", file.toString())) {
            try (SslSocket socket = curl.acceptedBy(server)) {
                socket.setListener(recording);
                String head = Http.readHead(socket.inputStream());
                assertEquals(bulk.bytes(), Http.contentLength(head));
                assertEquals(sent, Bulk.digestOf(socket.inputStream(), bulk.bytes()));
                socket.outputStream().write(Http.bytes("HTTP/1.1 204 No Content\r\n\r\n"));
                // curl closes: it has what it wanted.
                assertEquals(-1, socket.inputStream().read());
            }
            assertEquals(0, curl.awaitExit(), curl::output);
        }
        assertEquals(List.of(), recording.failures());
    }

    @ParameterizedTest
    @CsvSource({
        "UNKNOWN_CA, TLS_1_2, EVENT_DRIVEN",
        "UNKNOWN_CA, TLS_1_3, CALLER_DRIVEN",
        "CERTIFICATE_EXPIRED, TLS_1_3, EVENT_DRIVEN",
    })
    void refusesOurServer(AlertDescription alert, SslProtocol protocol, Driving driving) throws Exception {
        Issued root = TestCertificates.ca("Curl Root").selfSigned();
        Issued identity = alert == AlertDescription.UNKNOWN_CA
                ? TestCertificates.localhost()
                : TestCertificates.server("localhost").expired().issuedBy(root);
        refuse(server(identity, protocol).build(), driving, PEER_NOT_TRUSTED, server -> curl(server, root, protocol));
        assertEquals(List.of(alert.number()), recording.alertsReceived());
    }

    @Test
    void w37_refusesOurServerOfAnotherName() throws Exception {
        Issued root = TestCertificates.ca("Curl Root").selfSigned();
        Issued identity = TestCertificates.server("elsewhere.example").issuedBy(root);
        SslProtocol protocol = SslProtocol.TLS_1_3;
        try (OurSide ourSide = new OurSide(Driving.CALLER_DRIVEN);
                SslServer server = ourSide.server(server(identity, protocol).build(), recording);
                PeerProcess curl = curl(server, root, protocol)) {
            // curl looks at the name after the handshake.
            try (SslSocket socket = curl.acceptedBy(server)) {
                assertEquals(-1, socket.inputStream().read());
            }
            assertEquals(PEER_NOT_TRUSTED, curl.awaitExit(), curl::output);
        }
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, EVENT_DRIVEN", "TLS_1_3, CALLER_DRIVEN"})
    void showsItsCertificate(SslProtocol protocol, Driving driving) throws Exception {
        Issued identity = TestCertificates.localhost();
        Issued own = TestCertificates.testClient();
        SslConfiguration configuration = demanding(identity, protocol, own);
        String[] shown = {"--cert", files.chain(own), "--key", files.key(own)};
        try (OurSide ourSide = new OurSide(driving);
                SslServer server = ourSide.server(configuration, recording);
                PeerProcess curl = curl(server, identity, protocol, shown)) {
            try (SslSocket socket = curl.acceptedBy(server)) {
                assertEquals(own.chain(), socket.peerCertificateChain());
                Http.readHead(socket.inputStream());
                socket.outputStream().write(Http.bytes("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nwelcome"));
            }
            assertEquals("welcome", new String(curl.stdout().readAllBytes()));
            assertEquals(0, curl.awaitExit(), curl::output);
        }
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, CALLER_DRIVEN, " + COULD_NOT_CONNECT_TLS, "TLS_1_3, EVENT_DRIVEN, " + RECEIVE_FAILED})
    void w24_isRefusedWithoutACertificate(SslProtocol protocol, Driving driving, int exit) throws Exception {
        Issued identity = TestCertificates.localhost();
        SslConfiguration configuration = demanding(identity, protocol, TestCertificates.testClient());
        refuse(configuration, driving, exit, server -> curl(server, identity, protocol));
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, EVENT_DRIVEN", "TLS_1_3, CALLER_DRIVEN"})
    void agreesOnAnApplicationProtocol(SslProtocol protocol, Driving driving) throws Exception {
        Issued identity = TestCertificates.localhost();
        SslConfiguration configuration = server(identity, protocol)
                .allowedApplicationProtocols(List.of("http/1.1"))
                .build();
        try (OurSide ourSide = new OurSide(driving);
                SslServer server = ourSide.server(configuration, recording);
                PeerProcess curl = curl(server, identity, protocol, "--http2")) {
            try (SslSocket socket = curl.acceptedBy(server)) {
                assertEquals(Optional.of("http/1.1"), socket.applicationProtocol());
                Http.readHead(socket.inputStream());
                socket.outputStream().write(Http.bytes("HTTP/1.1 204 No Content\r\n\r\n"));
            }
            assertEquals(0, curl.awaitExit(), curl::output);
        }
    }

    @Test
    void w39_isRefusedWithoutACommonApplicationProtocol() throws Exception {
        Issued identity = TestCertificates.localhost();
        SslProtocol protocol = SslProtocol.TLS_1_3;
        SslConfiguration configuration = server(identity, protocol)
                .allowedApplicationProtocols(List.of("smtp"))
                .build();
        refuse(configuration, Driving.EVENT_DRIVEN, COULD_NOT_CONNECT_TLS, server -> curl(server, identity, protocol));
    }

    private interface Attempt {
        PeerProcess on(SslServer server) throws Exception;
    }

    /** Lets curl connect to a server of ours; the handshake has to fail. */
    private void refuse(SslConfiguration configuration, Driving driving, int exit, Attempt attempt) throws Exception {
        Future<Optional<SslSocket>> accepting;
        try (OurSide ourSide = new OurSide(driving);
                SslServer server = ourSide.server(configuration, recording)) {
            accepting = Background.call(() -> server.accept(PeerProcess.PATIENCE));
            try (PeerProcess curl = attempt.on(server)) {
                assertEquals(exit, curl.awaitExit(), curl::output);
            }
            assertTrue(recording.awaitFailure());
        }
        assertEquals(Optional.empty(), Background.result(accepting));
        assertEquals(List.of(SslSocketError.SSL_HANDSHAKE_FAILED), recording.failures());
    }

    private static SslConfiguration demanding(Issued identity, SslProtocol protocol, Issued client) {
        return server(identity, protocol)
                .peerVerifyMode(PeerVerifyMode.VERIFY_PEER)
                .missingCertificateIsFatal(true)
                .addCaCertificate(client.root())
                .build();
    }

    private static SslConfiguration.Builder server(Issued identity, SslProtocol protocol) {
        return SslConfiguration.builder()
                .protocols(new ProtocolRange(protocol, protocol))
                .localCertificate(identity.chain(), identity.key())
                .peerVerifyMode(PeerVerifyMode.VERIFY_NONE);
    }
}
