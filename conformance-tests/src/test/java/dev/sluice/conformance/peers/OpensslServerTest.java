package dev.sluice.conformance.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.ProtocolRange;
import dev.sluice.SslConfiguration;
import dev.sluice.SslProtocol;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.testing.PeerProgram;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.KeyKind;
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

/** Our client and {@code openssl s_server}: data and the end of it. */
@Tag(PeerProgram.TAG)
@ExtendWith(NothingLeft.class)
class OpensslServerTest {
    private Openssl openssl;

    @BeforeEach
    void setUp(@TempDir Path directory) {
        openssl = new Openssl(new PemFiles(directory));
    }

    @ParameterizedTest
    @CsvSource({
        "TLS_1_2, RSA_2048, CALLER_DRIVEN",
        "TLS_1_2, EC_P256, EVENT_DRIVEN",
        "TLS_1_2, ED25519, CALLER_DRIVEN",
        "TLS_1_3, RSA_2048, EVENT_DRIVEN",
        "TLS_1_3, EC_P256, CALLER_DRIVEN",
        "TLS_1_3, ED25519, EVENT_DRIVEN",
    })
    void linesComeBackReversed(SslProtocol protocol, KeyKind kind, Driving driving) throws Exception {
        Issued identity = Identities.localhost(kind);
        Recording recording = new Recording();
        try (Openssl.Server server = openssl.server(identity, protocol, Openssl.REVERSES_LINES, Openssl.SAYS_ALERTS);
                OurSide ourSide = new OurSide(driving);
                SslSocket socket = ourSide.socket(trusting(identity, protocol), recording)) {
            encrypt(socket, server);

            assertEquals(Optional.of(protocol), socket.sessionProtocol());
            assertEquals(Optional.of(identity.certificate()), socket.peerCertificate());
            assertEquals(List.of(), socket.sslHandshakeErrors());
            assertEquals("olleh", exchange(socket, "hello"));
            assertEquals("niaga", exchange(socket, "again"));

            socket.disconnectFromHost();
            assertTrue(socket.waitForDisconnected());
            server.process().await("alert read:warning:close notify");
            server.process().await("CONNECTION CLOSED");
            assertEquals(List.of(), recording.failures());
        }
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, CALLER_DRIVEN", "TLS_1_3, CALLER_DRIVEN", "TLS_1_2, EVENT_DRIVEN", "TLS_1_3, EVENT_DRIVEN"})
    void closeOfThePeerIsACleanEnd(SslProtocol protocol, Driving driving) throws Exception {
        Issued identity = TestCertificates.localhost();
        Recording recording = new Recording();
        try (Openssl.Server server = openssl.server(identity, protocol, Openssl.REVERSES_LINES, Openssl.SAYS_ALERTS);
                OurSide ourSide = new OurSide(driving);
                SslSocket socket = ourSide.socket(trusting(identity, protocol), recording)) {
            encrypt(socket, server);
            assertEquals("olleh", exchange(socket, "hello"));

            socket.outputStream().write("CLOSE\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals(-1, socket.inputStream().read());
            socket.disconnectFromHost(); // TLS 1.3 closes each direction for itself, and this server waits for ours
            assertTrue(socket.waitForDisconnected());
            assertEquals(List.of(), recording.failures());
            assertEquals(SslSocketError.UNKNOWN, socket.error());
            assertEquals(1, recording.finished());
            server.process().await("alert read:warning:close notify");
        }
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, CALLER_DRIVEN", "TLS_1_3, CALLER_DRIVEN", "TLS_1_2, EVENT_DRIVEN", "TLS_1_3, EVENT_DRIVEN"})
    void w35_deathOfThePeerIsATruncation(SslProtocol protocol, Driving driving) throws Exception {
        Issued identity = TestCertificates.localhost();
        Recording recording = new Recording();
        try (Openssl.Server server = openssl.server(identity, protocol, Openssl.REVERSES_LINES);
                OurSide ourSide = new OurSide(driving);
                SslSocket socket = ourSide.socket(trusting(identity, protocol), recording)) {
            encrypt(socket, server);
            assertEquals("olleh", exchange(socket, "hello"));

            server.process().kill();
            assertTrue(socket.waitForDisconnected());
            assertEquals(List.of(SslSocketError.TRUNCATED), recording.failures());
            assertEquals(SslSocketError.TRUNCATED, socket.error());
        }
    }

    @ParameterizedTest
    @Tag("slow")
    @EnumSource(
            value = SslProtocol.class,
            names = {"TLS_1_2", "TLS_1_3"})
    void w38_manyBytesEachWayAtOnce(SslProtocol protocol) throws Exception {
        Issued identity = TestCertificates.localhost();
        Recording recording = new Recording();
        Bulk ours = new Bulk(1, 64);
        Bulk theirs = new Bulk(2, 64);
        try (Openssl.Server server = openssl.relayingServer(identity, protocol);
                OurSide ourSide = new OurSide(Driving.CALLER_DRIVEN);
                SslSocket socket = ourSide.socket(trusting(identity, protocol), recording)) {
            encrypt(socket, server);
            Future<String> sentByThem =
                    Background.call(() -> theirs.writeTo(server.process().stdin()));
            Future<String> receivedByThem =
                    Background.call(() -> Bulk.digestOf(server.process().stdout(), ours.bytes()));
            Future<String> sentByUs = Background.call(() -> ours.writeTo(socket.outputStream()));
            String receivedByUs = Bulk.digestOf(socket.inputStream(), theirs.bytes());

            assertEquals(Background.result(sentByThem), receivedByUs);
            assertEquals(Background.result(sentByUs), Background.result(receivedByThem));
            assertEquals(List.of(), recording.failures());
        }
    }

    private static SslConfiguration trusting(Issued identity, SslProtocol protocol) {
        return SslConfiguration.builder()
                .protocols(new ProtocolRange(protocol, protocol))
                .addCaCertificate(identity.root())
                .build();
    }

    private static void encrypt(SslSocket socket, Openssl.Server server) throws Exception {
        socket.connectToHostEncrypted("127.0.0.1", server.port(), "localhost");
        assertTrue(
                socket.waitForEncrypted(),
                () -> socket.errorString() + "\n" + server.process().output());
    }

    /** Sends a line and gives the one that comes back. */
    private static String exchange(SslSocket socket, String line) throws Exception {
        socket.outputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        byte[] answer = socket.inputStream().readNBytes(line.length() + 1);
        return new String(answer, StandardCharsets.US_ASCII).trim();
    }
}
