package dev.sluice.conformance.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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
import java.nio.file.Path;
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

/** What OpenSSL and we agree on, or not: application protocols and versions. */
@Tag(PeerProgram.TAG)
@ExtendWith(NothingLeft.class)
class OpensslNegotiationTest {
    private final Issued identity = TestCertificates.localhost();
    private final Recording recording = new Recording();
    private Openssl openssl;

    @BeforeEach
    void setUp(@TempDir Path directory) {
        openssl = new Openssl(new PemFiles(directory));
    }

    @ParameterizedTest
    @CsvSource({
        "TLS_1_2, CALLER_DRIVEN, 'http/1.1,h2'",
        "TLS_1_3, EVENT_DRIVEN, http/1.1",
    })
    void ourClientTakesTheApplicationProtocolThatTheServerChooses(SslProtocol protocol, Driving driving, String theirs)
            throws Exception {
        try (Openssl.Server server = openssl.server(identity, protocol, Openssl.REVERSES_LINES, "-alpn", theirs);
                OurSide ourSide = new OurSide(driving);
                SslSocket socket = ourSide.socket(client(protocol, List.of("h2", "http/1.1")), recording)) {
            socket.connectToHostEncrypted("127.0.0.1", server.port(), "localhost");
            assertTrue(socket.waitForEncrypted(), socket::errorString);

            assertEquals(Optional.of("http/1.1"), socket.applicationProtocol());
        }
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, EVENT_DRIVEN", "TLS_1_3, CALLER_DRIVEN"})
    void ourClientHearsThatThereIsNoCommonApplicationProtocol(SslProtocol protocol, Driving driving) throws Exception {
        try (Openssl.Server server = openssl.server(identity, protocol, Openssl.REVERSES_LINES, "-alpn", "smtp");
                OurSide ourSide = new OurSide(driving);
                SslSocket socket = ourSide.socket(client(protocol, List.of("h2", "http/1.1")), recording)) {
            socket.connectToHostEncrypted("127.0.0.1", server.port(), "localhost");
            assertFalse(socket.waitForEncrypted());
            assertTrue(socket.waitForDisconnected());

            assertEquals(List.of(SslSocketError.SSL_HANDSHAKE_FAILED), recording.failures());
            assertEquals(List.of(AlertDescription.NO_APPLICATION_PROTOCOL.number()), recording.alertsReceived());
        }
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, EVENT_DRIVEN, http/1.1", "TLS_1_3, CALLER_DRIVEN, http/1.1", "TLS_1_3, EVENT_DRIVEN, "})
    void ourServerAgreesOnTheClientsFirstApplicationProtocolIfAnyIsOffered(
            SslProtocol protocol, Driving driving, String expected) throws Exception {
        String[] offer = expected == null ? new String[0] : new String[] {"-alpn", "http/1.1,h2"};
        try (OurSide ourSide = new OurSide(driving);
                SslServer server = ourSide.server(server(protocol, List.of("h2", "http/1.1")), recording);
                PeerProcess client = openssl.client(server.port(), identity, protocol, offer)) {
            try (SslSocket socket = client.acceptedBy(server)) {
                assertEquals(Optional.ofNullable(expected), socket.applicationProtocol());
            }
            assertEquals(0, client.awaitExit(), client::output);
            client.await(expected == null ? "No ALPN negotiated" : "ALPN protocol: " + expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, CALLER_DRIVEN", "TLS_1_3, EVENT_DRIVEN"})
    void w39_ourServerRefusesAClientWithoutACommonApplicationProtocol(SslProtocol protocol, Driving driving)
            throws Exception {
        refuse(
                server(protocol, List.of("h2")),
                driving,
                protocol,
                AlertDescription.NO_APPLICATION_PROTOCOL,
                "-alpn",
                "smtp");
    }

    @Test
    void w19_ourServerRefusesAnOlderVersionThanItsRange() throws Exception {
        SslConfiguration only13 = server(SslProtocol.TLS_1_3, List.of("h2"));
        refuse(only13, Driving.CALLER_DRIVEN, SslProtocol.TLS_1_2, AlertDescription.PROTOCOL_VERSION);
    }

    @Test
    void w19_ourClientRefusesAnOlderVersionThanItsRange() throws Exception {
        try (Openssl.Server server = openssl.server(identity, SslProtocol.TLS_1_2, Openssl.REVERSES_LINES);
                OurSide ourSide = new OurSide(Driving.EVENT_DRIVEN);
                SslSocket socket = ourSide.socket(client(SslProtocol.TLS_1_3, List.of("h2")), recording)) {
            socket.connectToHostEncrypted("127.0.0.1", server.port(), "localhost");
            assertFalse(socket.waitForEncrypted());
            assertTrue(socket.waitForDisconnected());
            assertEquals(List.of(SslSocketError.SSL_HANDSHAKE_FAILED), recording.failures());
            assertEquals(List.of(AlertDescription.PROTOCOL_VERSION.number()), recording.alertsReceived());
        }
    }

    private void refuse(
            SslConfiguration configuration,
            Driving driving,
            SslProtocol protocol,
            AlertDescription alert,
            String... options)
            throws Exception {
        Future<Optional<SslSocket>> accepting;
        try (OurSide ourSide = new OurSide(driving);
                SslServer server = ourSide.server(configuration, recording);
                PeerProcess client = openssl.client(server.port(), identity, protocol, options)) {
            accepting = Background.call(() -> server.accept(PeerProcess.PATIENCE));
            client.await(Openssl.received(alert.number()));
            assertNotEquals(0, client.awaitExit(), client::output);
            assertTrue(recording.awaitFailure());
        }
        assertEquals(Optional.empty(), Background.result(accepting));
        assertEquals(List.of(SslSocketError.SSL_HANDSHAKE_FAILED), recording.failures());
    }

    private SslConfiguration client(SslProtocol protocol, List<String> applicationProtocols) {
        return SslConfiguration.builder()
                .protocols(new ProtocolRange(protocol, protocol))
                .addCaCertificate(identity.root())
                .allowedApplicationProtocols(applicationProtocols)
                .build();
    }

    private SslConfiguration server(SslProtocol protocol, List<String> applicationProtocols) {
        return SslConfiguration.builder()
                .protocols(new ProtocolRange(protocol, protocol))
                .localCertificate(identity.chain(), identity.key())
                .peerVerifyMode(PeerVerifyMode.VERIFY_NONE)
                .allowedApplicationProtocols(applicationProtocols)
                .build();
    }
}
