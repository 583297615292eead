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
import dev.sluice.SslSocketException;
import dev.sluice.TlsAlert;
import dev.sluice.spi.TlsFeature;
import dev.sluice.testing.PeerProgram;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Certificates that one side refuses, and what the other side hears of it; OpenSSL being one of them. */
@Tag(PeerProgram.TAG)
@ExtendWith(NothingLeft.class)
class OpensslCertificatesTest {
    private static final Issued ROOT = TestCertificates.ca("Certificates Root").selfSigned();
    private static final int JDK = Runtime.version().feature();

    private final Recording recording = new Recording();
    private PemFiles files;
    private Openssl openssl;

    /** What can be wrong with a server. */
    enum Fault {
        UNTRUSTED(
                AlertDescription.UNKNOWN_CA,
                SslError.Code.UNABLE_TO_GET_LOCAL_ISSUER_CERTIFICATE,
                SslError.Code.UNABLE_TO_VERIFY_FIRST_CERTIFICATE),
        EXPIRED(AlertDescription.CERTIFICATE_EXPIRED, SslError.Code.CERTIFICATE_EXPIRED),
        WRONG_HOST(AlertDescription.BAD_CERTIFICATE, SslError.Code.HOST_NAME_MISMATCH);

        private final AlertDescription alert;
        private final List<SslError.Code> codes;

        Fault(AlertDescription alert, SslError.Code... codes) {
            this.alert = alert;
            this.codes = List.of(codes);
        }

        Issued server() {
            return switch (this) {
                case UNTRUSTED ->
                    TestCertificates.server("localhost")
                            .issuedBy(TestCertificates.ca("Unknown Root")
                                    .freshKey()
                                    .selfSigned());
                case EXPIRED -> TestCertificates.server("localhost").expired().issuedBy(ROOT);
                case WRONG_HOST -> TestCertificates.server("elsewhere.example").issuedBy(ROOT);
            };
        }

        /** The alert that the engine lets us send: JSSE has no unknown_ca, and JDK 17 hardly any reason at TLS 1.3. */
        AlertDescription alertOfEngine(SslProtocol protocol) {
            if (EngineUnderTest.has(TlsFeature.EXACT_VERIFICATION_ALERT)) {
                return codes.get(0).alert();
            }
            boolean unspecific = this == UNTRUSTED || (JDK < 25 && protocol == SslProtocol.TLS_1_3);
            return unspecific ? AlertDescription.CERTIFICATE_UNKNOWN : alert;
        }
    }

    @BeforeEach
    void setUp(@TempDir Path directory) {
        files = new PemFiles(directory);
        openssl = new Openssl(files);
    }

    @ParameterizedTest
    @CsvSource({
        "UNTRUSTED, TLS_1_2, CALLER_DRIVEN",
        "UNTRUSTED, TLS_1_3, EVENT_DRIVEN",
        "EXPIRED, TLS_1_2, EVENT_DRIVEN",
        "EXPIRED, TLS_1_3, CALLER_DRIVEN",
        "WRONG_HOST, TLS_1_2, CALLER_DRIVEN",
        "WRONG_HOST, TLS_1_3, EVENT_DRIVEN",
    })
    void w24_ourClientRefusesTheServer(Fault fault, SslProtocol protocol, Driving driving) throws Exception {
        try (Openssl.Server server = openssl.server(fault.server(), protocol, Openssl.REVERSES_LINES);
                OurSide ourSide = new OurSide(driving);
                SslSocket socket = ourSide.socket(client(protocol).build(), recording)) {
            socket.connectToHostEncrypted("127.0.0.1", server.port(), "localhost");
            assertFalse(socket.waitForEncrypted());
            assertTrue(socket.waitForDisconnected());

            assertEquals(List.of(SslSocketError.SSL_HANDSHAKE_FAILED), recording.failures());
            assertEquals(fault.codes, recording.sslErrorCodes());
            assertEquals(fault.codes, codes(socket));
            server.process()
                    .await(Openssl.received(fault.alertOfEngine(protocol).number()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "UNTRUSTED, TLS_1_2, EVENT_DRIVEN",
        "UNTRUSTED, TLS_1_3, CALLER_DRIVEN",
        "EXPIRED, TLS_1_2, CALLER_DRIVEN",
        "EXPIRED, TLS_1_3, EVENT_DRIVEN",
        "WRONG_HOST, TLS_1_2, EVENT_DRIVEN",
        "WRONG_HOST, TLS_1_3, CALLER_DRIVEN",
    })
    void theClientRefusesOurServer(Fault fault, SslProtocol protocol, Driving driving) throws Exception {
        refuse(server(fault.server(), protocol).build(), driving, server -> {
            try (PeerProcess client = openssl.client(server.port(), ROOT, protocol)) {
                assertNotEquals(0, client.awaitExit(), client::output);
            }
        });
        assertEquals(List.of(fault.alert.number()), recording.alertsReceived());
    }

    // ---- client certificates, our client ----

    @ParameterizedTest
    @CsvSource({"TLS_1_2, EVENT_DRIVEN", "TLS_1_3, CALLER_DRIVEN"})
    void ourClientShowsItsCertificate(SslProtocol protocol, Driving driving) throws Exception {
        Issued identity = TestCertificates.testClient();
        SslConfiguration configuration = client(protocol)
                .localCertificate(identity.chain(), identity.key())
                .build();
        try (Openssl.Server server = demandingServer(protocol, "-CAfile");
                OurSide ourSide = new OurSide(driving);
                SslSocket socket = ourSide.socket(configuration, recording)) {
            socket.connectToHostEncrypted("127.0.0.1", server.port(), "localhost");
            assertTrue(socket.waitForEncrypted(), socket::errorString);
            socket.outputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals("olleh", new String(socket.inputStream().readNBytes(5), StandardCharsets.US_ASCII));
            server.process().await("Peer certificate: CN = Test Client");
        }
        assertEquals(List.of(), recording.failures());
    }

    @ParameterizedTest
    @CsvSource({
        "false, TLS_1_2, CALLER_DRIVEN, 40",
        "false, TLS_1_3, EVENT_DRIVEN, 116",
        "true, TLS_1_2, EVENT_DRIVEN, 48",
        "true, TLS_1_3, CALLER_DRIVEN, 48",
    })
    void ourClientHearsThatItsCertificateIsMissingOrUntrusted(
            boolean untrusted, SslProtocol protocol, Driving driving, int alert) throws Exception {
        SslConfiguration.Builder builder = client(protocol);
        if (untrusted) {
            Issued stranger = TestCertificates.client("Stranger").freshKey().selfSigned();
            builder.localCertificate(stranger.chain(), stranger.key());
        }
        // With its other option it names the authorities that it trusts, and we would not show it what it cannot trust.
        try (Openssl.Server server = demandingServer(protocol, "-verifyCAfile");
                OurSide ourSide = new OurSide(driving);
                SslSocket socket = ourSide.socket(builder.build(), recording)) {
            socket.connectToHostEncrypted("127.0.0.1", server.port(), "localhost");
            socket.waitForEncrypted();
            assertTrue(socket.waitForDisconnected());

            // At TLS 1.3 the server looks at it after the client has finished (RFC 8446 §4.4.2.4).
            assertEquals(protocol == SslProtocol.TLS_1_3 ? 1 : 0, recording.encrypted());

            assertEquals(1, recording.failures().size());
            assertEquals(List.of(alert), recording.alertsReceived());
            assertEquals(
                    Optional.of(alert),
                    socket.failure().flatMap(SslSocketException::alert).map(TlsAlert::number));
        }
    }

    private Openssl.Server demandingServer(SslProtocol protocol, String trustOption) throws Exception {
        Issued identity = TestCertificates.server("localhost").issuedBy(ROOT);
        return openssl.server(
                identity,
                protocol,
                Openssl.REVERSES_LINES,
                "-Verify",
                "3",
                "-verify_return_error",
                trustOption,
                files.root(TestCertificates.testClient()));
    }

    // ---- client certificates, our server ----

    @ParameterizedTest
    @CsvSource({"TLS_1_2, CALLER_DRIVEN", "TLS_1_3, EVENT_DRIVEN"})
    void ourServerTakesTheCertificateOfTheClient(SslProtocol protocol, Driving driving) throws Exception {
        Issued identity = TestCertificates.testClient();
        try (OurSide ourSide = new OurSide(driving);
                SslServer server = ourSide.server(demanding(protocol).build(), recording);
                PeerProcess client = client(server, protocol, identity)) {
            SslSocket accepted = client.acceptedBy(server);
            try (SslSocket socket = accepted) {
                assertEquals(identity.chain(), socket.peerCertificateChain());
                socket.outputStream().write("welcome\n".getBytes(StandardCharsets.US_ASCII));
                client.await("welcome");
            }
            assertEquals(0, client.awaitExit(), client::output);
        }
        assertEquals(List.of(), recording.failures());
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, CALLER_DRIVEN", "TLS_1_3, EVENT_DRIVEN"})
    void w24_ourServerRefusesAnUntrustedCertificate(SslProtocol protocol, Driving driving) throws Exception {
        Issued stranger = TestCertificates.client("Stranger").freshKey().selfSigned();
        refuse(demanding(protocol).build(), driving, server -> {
            try (PeerProcess client = client(server, protocol, stranger)) {
                client.await(Openssl.received(alertForStranger().number()));
                assertNotEquals(0, client.awaitExit(), client::output);
            }
        });
        assertEquals(List.of(SslError.Code.SELF_SIGNED_CERTIFICATE), recording.sslErrorCodes());
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, EVENT_DRIVEN", "TLS_1_3, CALLER_DRIVEN"})
    void w24_ourServerRefusesAClientWithoutACertificate(SslProtocol protocol, Driving driving) throws Exception {
        refuse(demanding(protocol).build(), driving, server -> {
            try (PeerProcess client = openssl.client(server.port(), ROOT, protocol)) {
                assertNotEquals(0, client.awaitExit(), client::output);
            }
        });
        assertEquals(List.of(SslError.Code.NO_PEER_CERTIFICATE), recording.sslErrorCodes());
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, CALLER_DRIVEN", "TLS_1_3, EVENT_DRIVEN"})
    void aClientHearsThatItsMissingCertificateIsFatal(SslProtocol protocol, Driving driving) throws Exception {
        refuse(demanding(protocol).missingCertificateIsFatal(true).build(), driving, server -> {
            try (PeerProcess client = openssl.client(server.port(), ROOT, protocol)) {
                client.await(Openssl.received(alertForMissing(protocol).number()));
                assertNotEquals(0, client.awaitExit(), client::output);
            }
        });
    }

    private static AlertDescription alertForStranger() {
        return EngineUnderTest.has(TlsFeature.EXACT_VERIFICATION_ALERT)
                ? SslError.Code.SELF_SIGNED_CERTIFICATE.alert()
                : AlertDescription.CERTIFICATE_UNKNOWN;
    }

    private interface Attempt {
        void on(SslServer server) throws Exception;
    }

    /** Lets somebody connect to a server of ours that has to fail the handshake. */
    private void refuse(SslConfiguration configuration, Driving driving, Attempt attempt) throws Exception {
        Future<Optional<SslSocket>> accepting;
        try (OurSide ourSide = new OurSide(driving);
                SslServer server = ourSide.server(configuration, recording)) {
            accepting = Background.call(() -> server.accept(PeerProcess.PATIENCE));
            attempt.on(server);
            assertTrue(recording.awaitFailure());
        }
        assertEquals(Optional.empty(), Background.result(accepting));
        assertEquals(List.of(SslSocketError.SSL_HANDSHAKE_FAILED), recording.failures());
    }

    @ParameterizedTest
    @EnumSource(
            value = SslProtocol.class,
            names = {"TLS_1_2", "TLS_1_3"})
    void ourServerDoesWithoutACertificateIfItOnlyAsks(SslProtocol protocol) throws Exception {
        SslConfiguration asking =
                demanding(protocol).peerVerifyMode(PeerVerifyMode.QUERY_PEER).build();
        try (OurSide ourSide = new OurSide(Driving.CALLER_DRIVEN);
                SslServer server = ourSide.server(asking, recording);
                PeerProcess client = openssl.client(server.port(), ROOT, protocol)) {
            SslSocket accepted = client.acceptedBy(server);
            try (SslSocket socket = accepted) {
                assertEquals(Optional.empty(), socket.peerCertificate());
                socket.outputStream().write("welcome\n".getBytes(StandardCharsets.US_ASCII));
                client.await("welcome");
            }
            assertEquals(0, client.awaitExit(), client::output);
        }
        assertEquals(List.of(), recording.failures());
    }

    private static AlertDescription alertForMissing(SslProtocol protocol) {
        if (EngineUnderTest.has(TlsFeature.EXACT_VERIFICATION_ALERT)) {
            return protocol == SslProtocol.TLS_1_3
                    ? AlertDescription.CERTIFICATE_REQUIRED
                    : AlertDescription.HANDSHAKE_FAILURE; // RFC 5246 §7.4.6
        }
        if (JDK < 25) {
            return AlertDescription.BAD_CERTIFICATE;
        }
        return protocol == SslProtocol.TLS_1_2
                ? AlertDescription.HANDSHAKE_FAILURE
                : AlertDescription.CERTIFICATE_REQUIRED;
    }

    private PeerProcess client(SslServer server, SslProtocol protocol, Issued identity) throws Exception {
        return openssl.client(
                server.port(), ROOT, protocol, openssl.identity(identity).toArray(String[]::new));
    }

    private static SslConfiguration.Builder demanding(SslProtocol protocol) {
        return server(TestCertificates.server("localhost").issuedBy(ROOT), protocol)
                .peerVerifyMode(PeerVerifyMode.VERIFY_PEER)
                .addCaCertificate(TestCertificates.testClient().root());
    }

    private static SslConfiguration.Builder server(Issued identity, SslProtocol protocol) {
        return SslConfiguration.builder()
                .protocols(new ProtocolRange(protocol, protocol))
                .localCertificate(identity.chain(), identity.key())
                .peerVerifyMode(PeerVerifyMode.VERIFY_NONE);
    }

    private static SslConfiguration.Builder client(SslProtocol protocol) {
        return SslConfiguration.builder()
                .protocols(new ProtocolRange(protocol, protocol))
                .addCaCertificate(ROOT.certificate());
    }

    private static List<SslError.Code> codes(SslSocket socket) {
        return socket.sslHandshakeErrors().stream().map(SslError::code).toList();
    }
}
