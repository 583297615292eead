package dev.sluice.conformance.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SessionStore;
import dev.sluice.SslConfiguration;
import dev.sluice.SslProtocol;
import dev.sluice.SslServer;
import dev.sluice.SslSocket;
import dev.sluice.testing.PeerProgram;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
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

/** Sessions of OpenSSL and ours: resumed with a store, never without one. */
@Tag(PeerProgram.TAG)
@ExtendWith(NothingLeft.class)
class OpensslResumptionTest {
    private final Issued identity = TestCertificates.localhost();

    private Path directory;
    private Openssl openssl;

    @BeforeEach
    void setUp(@TempDir Path newDirectory) {
        directory = newDirectory;
        openssl = new Openssl(new PemFiles(directory));
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, CALLER_DRIVEN", "TLS_1_3, CALLER_DRIVEN", "TLS_1_2, EVENT_DRIVEN", "TLS_1_3, EVENT_DRIVEN"})
    void ourClientResumesWithAStore(SslProtocol protocol, Driving driving) throws Exception {
        if (!EngineUnderTest.canResume(protocol)) {
            return;
        }
        try (SessionStore store = SessionStore.create();
                OurSide ourSide = new OurSide(driving);
                Openssl.Server server = openssl.server(identity, protocol, Openssl.REVERSES_LINES)) {
            SslConfiguration.Builder client = client(protocol).sessionStore(store);
            assertEquals(List.of(false, true), resumed(ourSide, server, client.build(), client.build()));
        }
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, EVENT_DRIVEN", "TLS_1_3, CALLER_DRIVEN"})
    void ourClientDoesNotResumeWithoutAStoreOrWithOtherTrust(SslProtocol protocol, Driving driving) throws Exception {
        if (!EngineUnderTest.canResume(protocol)) {
            return;
        }
        try (SessionStore store = SessionStore.create();
                OurSide ourSide = new OurSide(driving);
                Openssl.Server server = openssl.server(identity, protocol, Openssl.REVERSES_LINES)) {
            SslConfiguration without = client(protocol).build();
            SslConfiguration with = client(protocol).sessionStore(store).build();
            SslConfiguration otherTrust = client(protocol)
                    .sessionStore(store)
                    .addCaCertificate(TestCertificates.testClient().root())
                    .build();
            assertEquals(
                    List.of(false, false, false, false), resumed(ourSide, server, without, without, with, otherTrust));
        }
    }

    /** Connects with each configuration in turn and says which connections were resumed. */
    private List<Boolean> resumed(OurSide ourSide, Openssl.Server server, SslConfiguration... configurations)
            throws Exception {
        List<Boolean> resumed = new ArrayList<>();
        for (SslConfiguration configuration : configurations) {
            Recording recording = new Recording();
            try (SslSocket socket = ourSide.socket(configuration, recording)) {
                socket.connectToHostEncrypted("127.0.0.1", server.port(), "localhost");
                assertTrue(socket.waitForEncrypted(), socket::errorString);
                resumed.add(socket.isSessionResumed());
                assertEquals(Optional.of(identity.certificate()), socket.peerCertificate());
                // Tickets of TLS 1.3 come before the answer.
                socket.outputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
                assertEquals("olleh\n", new String(socket.inputStream().readNBytes(6), StandardCharsets.US_ASCII));
                socket.disconnectFromHost();
                assertTrue(socket.waitForDisconnected());
            }
            assertEquals(List.of(), recording.failures());
        }
        return resumed;
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, CALLER_DRIVEN, ", "TLS_1_2, EVENT_DRIVEN, -no_ticket", "TLS_1_3, EVENT_DRIVEN, "})
    void ourServerResumesWithAStoreOnly(SslProtocol protocol, Driving driving, String option) throws Exception {
        if (!EngineUnderTest.canResume(protocol)) {
            return;
        }
        try (SessionStore store = SessionStore.create();
                OurSide ourSide = new OurSide(driving)) {
            SslConfiguration with = server(protocol).sessionStore(store).build();
            assertEquals("Reused", secondConnection(ourSide, with, protocol, option));
            assertEquals("New", secondConnection(ourSide, server(protocol).build(), protocol, option));
        }
    }

    private String secondConnection(
            OurSide ourSide, SslConfiguration configuration, SslProtocol protocol, String option) throws Exception {
        String file = directory.resolve("session.pem").toString();
        try (SslServer server = ourSide.server(configuration, new Recording())) {
            assertEquals("New", connect(server, protocol, option, "-sess_out", file));
            return connect(server, protocol, option, "-sess_in", file);
        }
    }

    private String connect(SslServer server, SslProtocol protocol, String option, String... session) throws Exception {
        List<String> options = new ArrayList<>(List.of(session));
        Optional.ofNullable(option).ifPresent(options::add);
        Recording recording = new Recording();
        Future<SslSocket> echo = Echo.once(server, recording);
        try (PeerProcess client = openssl.client(server.port(), identity, protocol, options.toArray(String[]::new))) {
            client.type("hello");
            client.await("\nhello\n");
            client.stdin().close();
            assertEquals(0, client.awaitExit(), client::output);
            Background.result(echo);
            assertEquals(List.of(), recording.failures());
            return client.await("(?m)^(New|Reused), " + protocol.standardName()).group(1);
        }
    }

    private SslConfiguration.Builder client(SslProtocol protocol) {
        return SslConfiguration.builder()
                .protocols(new ProtocolRange(protocol, protocol))
                .addCaCertificate(identity.root());
    }

    private SslConfiguration.Builder server(SslProtocol protocol) {
        return SslConfiguration.builder()
                .protocols(new ProtocolRange(protocol, protocol))
                .localCertificate(identity.chain(), identity.key())
                .peerVerifyMode(PeerVerifyMode.VERIFY_NONE);
    }
}
