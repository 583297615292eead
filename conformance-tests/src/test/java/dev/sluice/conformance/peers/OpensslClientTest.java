package dev.sluice.conformance.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SslConfiguration;
import dev.sluice.SslProtocol;
import dev.sluice.SslServer;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslTruncatedException;
import dev.sluice.testing.PeerProgram;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.KeyKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Our server and {@code openssl s_client}: data and the end of it. */
@Tag(PeerProgram.TAG)
@ExtendWith(NothingLeft.class)
class OpensslClientTest {
    private final Recording recording = new Recording();
    private Openssl openssl;

    @BeforeEach
    void setUp(@TempDir Path directory) {
        openssl = new Openssl(new PemFiles(directory));
    }

    @ParameterizedTest
    @CsvSource({
        "TLS_1_2, RSA_2048, EVENT_DRIVEN",
        "TLS_1_2, EC_P256, CALLER_DRIVEN",
        "TLS_1_2, ED25519, EVENT_DRIVEN",
        "TLS_1_3, RSA_2048, CALLER_DRIVEN",
        "TLS_1_3, EC_P256, EVENT_DRIVEN",
        "TLS_1_3, ED25519, CALLER_DRIVEN",
    })
    void linesComeBackAndTheClientCloses(SslProtocol protocol, KeyKind kind, Driving driving) throws Exception {
        Issued identity = Identities.localhost(kind);
        try (OurSide ourSide = new OurSide(driving);
                SslServer server = ourSide.server(configuration(identity, protocol), recording)) {
            Future<SslSocket> echo = Echo.once(server, recording);
            try (PeerProcess client = openssl.client(server.port(), identity, protocol, Openssl.SAYS_ALERTS)) {
                client.type("hello");
                client.await("\nhello\n");
                client.type("again");
                client.await("\nagain\n");
                client.stdin().close();

                assertEquals(0, client.awaitExit(), client::output);
                assertTrue(client.output().contains("New, " + protocol.standardName() + ", Cipher is"), client::output);
                assertTrue(client.output().contains("Verification: OK"), client::output);
            }
            assertEquals(SslSocketError.UNKNOWN, Background.result(echo).error());
            assertEquals(List.of(), recording.failures());
            assertEquals(1, recording.finished());
        }
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, CALLER_DRIVEN", "TLS_1_3, CALLER_DRIVEN", "TLS_1_2, EVENT_DRIVEN", "TLS_1_3, EVENT_DRIVEN"})
    void ourCloseIsACleanEndForTheClient(SslProtocol protocol, Driving driving) throws Exception {
        Issued identity = TestCertificates.localhost();
        try (OurSide ourSide = new OurSide(driving);
                SslServer server = ourSide.server(configuration(identity, protocol), recording)) {
            Future<SslSocket> echo = Echo.once(server, recording);
            try (PeerProcess client = openssl.client(server.port(), identity, protocol, Openssl.SAYS_ALERTS)) {
                client.type("hello");
                client.await("\nhello\n");
                client.type(Echo.CLOSE);

                client.await("alert read:warning:close notify");
                assertEquals(0, client.awaitExit(), client::output);
            }
            assertEquals(SslSocketError.UNKNOWN, Background.result(echo).error());
            assertEquals(List.of(), recording.failures());
        }
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, EVENT_DRIVEN", "TLS_1_3, CALLER_DRIVEN"})
    void w41_ourAbortIsNoCleanEndForTheClient(SslProtocol protocol, Driving driving) throws Exception {
        Issued identity = TestCertificates.localhost();
        try (OurSide ourSide = new OurSide(driving);
                SslServer server = ourSide.server(configuration(identity, protocol), recording);
                PeerProcess client = openssl.client(server.port(), identity, protocol, Openssl.SAYS_ALERTS)) {
            try (SslSocket socket = client.acceptedBy(server)) {
                socket.outputStream().write("half of it\n".getBytes(StandardCharsets.US_ASCII));
                client.await("\nhalf of it\n");
                socket.abort();
            }
            client.await("unexpected eof while reading");
            assertNotEquals(0, client.awaitExit(), client::output);
            assertFalse(client.output().contains("close notify"), client::output);
        }
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, EVENT_DRIVEN", "TLS_1_3, EVENT_DRIVEN", "TLS_1_2, CALLER_DRIVEN", "TLS_1_3, CALLER_DRIVEN"})
    void w35_deathOfTheClientIsATruncation(SslProtocol protocol, Driving driving) throws Exception {
        Issued identity = TestCertificates.localhost();
        try (OurSide ourSide = new OurSide(driving);
                SslServer server = ourSide.server(configuration(identity, protocol), recording)) {
            Future<SslSocket> echo = Echo.once(server, recording);
            try (PeerProcess client = openssl.client(server.port(), identity, protocol)) {
                client.type("hello");
                client.await("\nhello\n");
                client.kill();
            }
            AssertionError failure = assertThrows(AssertionError.class, () -> Background.result(echo));
            assertEquals(SslTruncatedException.class, failure.getCause().getClass());
            assertEquals(List.of(SslSocketError.TRUNCATED), recording.failures());
        }
    }

    @ParameterizedTest
    @Tag("slow")
    @EnumSource(
            value = SslProtocol.class,
            names = {"TLS_1_2", "TLS_1_3"})
    void w38_manyBytesEachWayAtOnce(SslProtocol protocol) throws Exception {
        Issued identity = TestCertificates.localhost();
        Bulk ours = new Bulk(3, 64);
        Bulk theirs = new Bulk(4, 64);
        try (OurSide ourSide = new OurSide(Driving.EVENT_DRIVEN);
                SslServer server = ourSide.server(configuration(identity, protocol), recording);
                PeerProcess client = openssl.relayingClient(server.port(), identity, protocol);
                SslSocket socket = client.acceptedBy(server)) {
            socket.setListener(recording);
            Future<String> sentByThem = Background.call(() -> theirs.writeTo(client.stdin()));
            Future<String> receivedByThem = Background.call(() -> Bulk.digestOf(client.stdout(), ours.bytes()));
            Future<String> sentByUs = Background.call(() -> ours.writeTo(socket.outputStream()));
            String receivedByUs = Bulk.digestOf(socket.inputStream(), theirs.bytes());

            assertEquals(Background.result(sentByThem), receivedByUs);
            assertEquals(Background.result(sentByUs), Background.result(receivedByThem));
            socket.disconnectFromHost();
            assertEquals(0, client.awaitExit(), client::output);
            assertEquals(List.of(), recording.failures());
        }
    }

    private static SslConfiguration configuration(Issued identity, SslProtocol protocol) {
        return SslConfiguration.builder()
                .protocols(new ProtocolRange(protocol, protocol))
                .localCertificate(identity.chain(), identity.key())
                .peerVerifyMode(PeerVerifyMode.VERIFY_NONE)
                .build();
    }
}
