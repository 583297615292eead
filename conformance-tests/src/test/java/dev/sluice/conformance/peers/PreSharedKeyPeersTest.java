package dev.sluice.conformance.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.ProtocolRange;
import dev.sluice.SslConfiguration;
import dev.sluice.SslPreSharedKeyAuthenticator;
import dev.sluice.SslProtocol;
import dev.sluice.SslServer;
import dev.sluice.SslServerListener;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketListener;
import dev.sluice.testing.PeerProgram;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pre-shared keys against {@code openssl} and {@code gnutls}, in both directions, without any certificate. */
@Tag(PeerProgram.TAG)
@ExtendWith(NothingLeft.class)
class PreSharedKeyPeersTest {
    private static final String IDENTITY = "cellar-7";
    private static final String HEX = "7b1f0ca2e35d4986b0f7c1d82a6e9354aa17c05be2f84d6390b1cd57e86f2a43";
    private static final String OTHER_HEX = "11c05be2f84d6390b1cd57e86f2a437b1f0ca2e35d4986b0f7c1d82a6e9354aa";
    private static final byte[] KEY = HexFormat.of().parseHex(HEX);

    @TempDir
    Path directory;

    private final Recording recording = new Recording();
    private final List<String> hints = new CopyOnWriteArrayList<>();

    /** Knows the key, and tells everything else to the recording. */
    private void answer(SslPreSharedKeyAuthenticator asked) {
        asked.identityHint().ifPresent(hints::add);
        if (asked.identity().isEmpty()) {
            asked.setIdentity(IDENTITY);
        }
        if (asked.identity().equals(IDENTITY)) {
            asked.setPreSharedKey(KEY);
        }
    }

    private SslConfiguration configuration(SslProtocol protocol) {
        return SslConfiguration.builder()
                .protocols(new ProtocolRange(protocol, protocol))
                .preSharedKeyEnabled(true)
                .build();
    }

    // ---- our client ----

    private SslSocket socket(OurSide ourSide, SslProtocol protocol) {
        SslSocket socket = ourSide.socket(configuration(protocol), recording);
        socket.setListener(new SslSocketListener() {
            @Override
            public void preSharedKeyAuthenticationRequired(SslSocket of, SslPreSharedKeyAuthenticator authenticator) {
                answer(authenticator);
            }

            @Override
            public void errorOccurred(SslSocket of, SslSocketError error) {
                recording.errorOccurred(of, error);
            }
        });
        return socket;
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, CALLER_DRIVEN", "TLS_1_3, CALLER_DRIVEN", "TLS_1_2, EVENT_DRIVEN", "TLS_1_3, EVENT_DRIVEN"})
    void opensslServerKnowsOurClientByTheKey(SslProtocol protocol, Driving driving) throws Exception {
        try (PeerProcess server = opensslServer(protocol, HEX);
                OurSide ourSide = new OurSide(driving);
                SslSocket socket = socket(ourSide, protocol)) {
            socket.connectToHostEncrypted("127.0.0.1", portOf(server), "localhost");
            assertTrue(socket.waitForEncrypted(), () -> socket.errorString() + "\n" + server.output());

            assertEquals(Optional.empty(), socket.peerCertificate());
            socket.outputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals("olleh\n", new String(socket.inputStream().readNBytes(6), StandardCharsets.US_ASCII));
        }
        assertEquals(protocol == SslProtocol.TLS_1_2 ? List.of("the cellar") : List.of(), hints);
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2", "TLS_1_3"})
    void opensslServerWithAnotherKeyRefusesOurClient(SslProtocol protocol) throws Exception {
        try (PeerProcess server = opensslServer(protocol, OTHER_HEX);
                OurSide ourSide = new OurSide(Driving.CALLER_DRIVEN);
                SslSocket socket = socket(ourSide, protocol)) {
            socket.connectToHostEncrypted("127.0.0.1", portOf(server), "localhost");
            assertFalse(socket.waitForEncrypted());
            assertTrue(socket.waitForDisconnected());
        }
        assertEquals(List.of(SslSocketError.SSL_HANDSHAKE_FAILED), recording.failures());
    }

    private PeerProcess opensslServer(SslProtocol protocol, String hex) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("s_server", "-accept", "127.0.0.1:0", Openssl.flag(protocol)));
        arguments.addAll(List.of("-nocert", "-psk", hex, "-psk_identity", IDENTITY, "-rev"));
        if (protocol == SslProtocol.TLS_1_2) {
            arguments.addAll(List.of("-psk_hint", "the cellar"));
        }
        return PeerProcess.start("openssl", arguments);
    }

    private static int portOf(PeerProcess server) throws Exception {
        return Integer.parseInt(server.await("ACCEPT 127\\.0\\.0\\.1:(\\d+)").group(1));
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, EVENT_DRIVEN", "TLS_1_3, CALLER_DRIVEN"})
    void gnutlsServerKnowsOurClientByTheKey(SslProtocol protocol, Driving driving) throws Exception {
        Path keys = Files.writeString(directory.resolve("keys"), IDENTITY + ":" + HEX + "\n");
        int port = PeerProcess.freePort();
        List<String> arguments = List.of(
                "--port",
                Integer.toString(port),
                "--echo",
                "--pskpasswd",
                keys.toString(),
                "--priority",
                gnutls(protocol));
        try (PeerProcess server = PeerProcess.start("gnutls-serv", arguments);
                OurSide ourSide = new OurSide(driving);
                SslSocket socket = socket(ourSide, protocol)) {
            server.await("listening on IPv4 .*done");
            socket.connectToHostEncrypted("127.0.0.1", port, "localhost");
            assertTrue(socket.waitForEncrypted(), () -> socket.errorString() + "\n" + server.output());

            socket.outputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals("hello\n", new String(socket.inputStream().readNBytes(6), StandardCharsets.US_ASCII));
        }
        assertEquals(List.of(), recording.failures());
    }

    private static String gnutls(SslProtocol protocol) {
        return "NORMAL:-VERS-ALL:+VERS-TLS" + protocol.standardName().substring("TLSv".length())
                + ":-KX-ALL:+ECDHE-PSK:+DHE-PSK";
    }

    // ---- our server ----

    private SslServer server(OurSide ourSide, SslProtocol protocol) throws Exception {
        SslServer server = ourSide.server(configuration(protocol), recording);
        server.setListener(new SslServerListener() {
            @Override
            public void preSharedKeyAuthenticationRequired(
                    SslServer of, SslSocket socket, SslPreSharedKeyAuthenticator authenticator) {
                answer(authenticator);
            }
        });
        return server;
    }

    @ParameterizedTest
    @CsvSource({"TLS_1_2, CALLER_DRIVEN", "TLS_1_3, CALLER_DRIVEN", "TLS_1_2, EVENT_DRIVEN", "TLS_1_3, EVENT_DRIVEN"})
    void ourServerKnowsOpensslClientByTheKey(SslProtocol protocol, Driving driving) throws Exception {
        try (OurSide ourSide = new OurSide(driving);
                SslServer server = server(ourSide, protocol)) {
            Future<SslSocket> echo = Echo.once(server, recording);
            try (PeerProcess client = opensslClient(server, protocol, IDENTITY, HEX)) {
                client.type("hello");
                client.await("\nhello\n");
                client.type(Echo.CLOSE);
                assertEquals(0, client.awaitExit(), client::output);
            }
            assertEquals(SslSocketError.UNKNOWN, Background.result(echo).error());
        }
    }

    /** In either case the client hears the same: it cannot try out which identities there are (RFC 4279 §2). */
    @ParameterizedTest
    @CsvSource({
        "TLS_1_2, cellar-7, 11c05be2f84d6390b1cd57e86f2a437b1f0ca2e35d4986b0f7c1d82a6e9354aa, 20",
        "TLS_1_2, attic-1, 7b1f0ca2e35d4986b0f7c1d82a6e9354aa17c05be2f84d6390b1cd57e86f2a43, 20",
        "TLS_1_3, cellar-7, 11c05be2f84d6390b1cd57e86f2a437b1f0ca2e35d4986b0f7c1d82a6e9354aa, 51",
        "TLS_1_3, attic-1, 7b1f0ca2e35d4986b0f7c1d82a6e9354aa17c05be2f84d6390b1cd57e86f2a43, 51",
    })
    void w29_ourServerTellsNoWrongKeyFromAnUnknownIdentity(SslProtocol protocol, String identity, String hex, int alert)
            throws Exception {
        Future<Optional<SslSocket>> accepting;
        try (OurSide ourSide = new OurSide(Driving.EVENT_DRIVEN);
                SslServer server = server(ourSide, protocol)) {
            accepting = Background.call(() -> server.accept(PeerProcess.PATIENCE));
            try (PeerProcess client = opensslClient(server, protocol, identity, hex)) {
                client.await(Openssl.received(alert));
            }
        }
        assertEquals(Optional.empty(), Background.result(accepting));
    }

    private static PeerProcess opensslClient(SslServer server, SslProtocol protocol, String identity, String hex)
            throws Exception {
        return PeerProcess.start(
                "openssl",
                List.of(
                        "s_client",
                        "-connect",
                        "127.0.0.1:" + server.port(),
                        Openssl.flag(protocol),
                        "-psk",
                        hex,
                        "-psk_identity",
                        identity));
    }

    /** TLS 1.3 alone: gnutls-cli (3.7.9) ends by a segmentation fault with a key in TLS 1.2, with gnutls-serv as well. */
    @ParameterizedTest
    @CsvSource({"TLS_1_3, CALLER_DRIVEN", "TLS_1_3, EVENT_DRIVEN"})
    void ourServerKnowsGnutlsClientByTheKey(SslProtocol protocol, Driving driving) throws Exception {
        try (OurSide ourSide = new OurSide(driving);
                SslServer server = server(ourSide, protocol)) {
            Future<SslSocket> echo = Echo.once(server, recording);
            List<String> arguments = List.of(
                    "--port",
                    Integer.toString(server.port()),
                    "127.0.0.1",
                    "--pskusername",
                    IDENTITY,
                    "--pskkey",
                    HEX,
                    "--priority",
                    gnutls(protocol));
            try (PeerProcess client = PeerProcess.start("gnutls-cli", arguments)) {
                client.await("Handshake was completed");
                client.type("hello");
                client.await("\nhello\n");
                client.stdin().close();
                assertEquals(0, client.awaitExit(), client::output);
            }
            assertEquals(SslSocketError.UNKNOWN, Background.result(echo).error());
        }
    }
}
