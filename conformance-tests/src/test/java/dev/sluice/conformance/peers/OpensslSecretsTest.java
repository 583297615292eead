package dev.sluice.conformance.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SslConfiguration;
import dev.sluice.SslProtocol;
import dev.sluice.SslServer;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketListener;
import dev.sluice.testing.PeerProgram;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestRevocation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code openssl} derives, logs and is told must be what we derive, log and tell. For engines that can all of it. */
@Tag(PeerProgram.TAG)
@ExtendWith(NothingLeft.class)
class OpensslSecretsTest {
    private static final Issued ROOT = TestCertificates.ca("Secrets Root").selfSigned();
    private static final Issued IDENTITY = TestCertificates.server("localhost").issuedBy(ROOT);

    @TempDir
    Path directory;

    private final Recording recording = new Recording();

    private static SslConfiguration server(SslProtocol protocol, UnaryOperator<SslConfiguration.Builder> change) {
        return change.apply(SslConfiguration.builder()
                        .protocols(new ProtocolRange(protocol, protocol))
                        .localCertificate(IDENTITY.chain(), IDENTITY.key())
                        .peerVerifyMode(PeerVerifyMode.VERIFY_NONE))
                .build();
    }

    /** One connection of an s_client, with one line from our server, while something is looked at. */
    private interface Look {
        void at(SslSocket socket, PeerProcess client) throws Exception;
    }

    private void connect(SslConfiguration configuration, SslProtocol protocol, Look look, String... options)
            throws Exception {
        Openssl openssl = new Openssl(new PemFiles(directory));
        try (OurSide ourSide = new OurSide(Driving.EVENT_DRIVEN);
                SslServer server = ourSide.server(configuration, recording);
                PeerProcess client = openssl.client(server.port(), IDENTITY, protocol, options)) {
            SslSocket accepted = client.acceptedBy(server);
            try (SslSocket socket = accepted) {
                socket.outputStream().write("welcome\n".getBytes(StandardCharsets.US_ASCII));
                client.await("welcome");
                look.at(socket, client);
            }
            assertEquals(0, client.awaitExit(), client::output);
        }
        assertEquals(List.of(), recording.failures());
    }

    @ParameterizedTest
    @EnumSource(names = {"TLS_1_2", "TLS_1_3"})
    void bothLogTheSameSecrets(SslProtocol protocol) throws Exception {
        Set<String> ours = new ConcurrentSkipListSet<>();
        Path theirs = directory.resolve("keys");
        SslConfiguration configuration =
                server(protocol, builder -> builder.dangerouslyKeyLog(line -> ours.add(line.toLowerCase(Locale.ROOT))));

        connect(configuration, protocol, (socket, client) -> {}, "-keylogfile", theirs.toString());

        Set<String> expected = Files.readAllLines(theirs).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(protocol == SslProtocol.TLS_1_2 ? 1 : 5, expected.size());
        assertEquals(expected, ours);
    }

    @ParameterizedTest
    @EnumSource(names = {"TLS_1_2", "TLS_1_3"})
    void bothExportTheSameKeyingMaterial(SslProtocol protocol) throws Exception {
        connect(
                server(protocol, builder -> builder),
                protocol,
                (socket, client) -> {
                    byte[] ours = socket.exportKeyingMaterial("EXPORTER-sluice", Optional.empty(), 40)
                            .orElseThrow();
                    String theirs = client.await("Keying material: ([0-9A-F]+)").group(1);
                    assertEquals(theirs, HexFormat.of().withUpperCase().formatHex(ours));
                },
                "-keymatexport",
                "EXPORTER-sluice",
                "-keymatexportlen",
                "40");
    }

    @ParameterizedTest
    @EnumSource(names = {"TLS_1_2", "TLS_1_3"})
    void theClientIsGivenTheStapleThatItAsksFor(SslProtocol protocol) throws Exception {
        byte[] response = TestRevocation.ocsp(ROOT)
                .valid(Instant.now().minus(Duration.ofHours(1)), Instant.now().plus(Duration.ofHours(1)))
                .good(IDENTITY)
                .der();
        connect(
                server(protocol, builder -> builder.stapledOcspResponse(response)),
                protocol,
                (socket, client) -> {
                    client.await("OCSP Response Status: successful");
                    client.await("Cert Status: good");
                },
                "-status");
    }

    @ParameterizedTest
    @EnumSource(names = {"TLS_1_2", "TLS_1_3"})
    void aClientThatAsksForShortRecordsGetsThem(SslProtocol protocol) throws Exception {
        connect(
                server(protocol, builder -> builder),
                protocol,
                (socket, client) -> {
                    socket.outputStream().write("x".repeat(5000).concat("end\n").getBytes(StandardCharsets.US_ASCII));
                    client.await("xend\n");
                    int longest = client.output()
                            .lines()
                            .filter(line -> line.startsWith("<<<") && line.contains("ApplicationData"))
                            .mapToInt(line -> Integer.parseInt(line.replaceAll(".*length ([0-9a-f]+).*", "$1"), 16))
                            .max()
                            .orElse(0);
                    assertTrue(longest <= 512, () -> "records of " + longest + " bytes\n" + client.output());
                },
                "-maxfraglen",
                "512",
                "-msg");
    }

    /** Our client, and the tickets of a server that sends two of them (RFC 8446 §4.6.1). */
    @ParameterizedTest
    @EnumSource(names = {"CALLER_DRIVEN", "EVENT_DRIVEN"})
    void ticketsOfTls13AreTold(Driving driving) throws Exception {
        AtomicInteger tickets = new AtomicInteger();
        Openssl openssl = new Openssl(new PemFiles(directory));
        try (Openssl.Server server = openssl.server(IDENTITY, SslProtocol.TLS_1_3, Openssl.REVERSES_LINES);
                OurSide ourSide = new OurSide(driving);
                SslSocket socket = ourSide.socket(
                        SslConfiguration.builder()
                                .protocols(ProtocolRange.TLS_1_3)
                                .addCaCertificate(IDENTITY.root())
                                .build(),
                        recording)) {
            socket.setListener(new SslSocketListener() {
                @Override
                public void newSessionTicketReceived(SslSocket of) {
                    tickets.incrementAndGet();
                }
            });
            socket.connectToHostEncrypted("127.0.0.1", server.port(), "localhost");
            assertTrue(socket.waitForEncrypted(), socket::errorString);
            socket.outputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals("olleh\n", new String(socket.inputStream().readNBytes(6), StandardCharsets.US_ASCII));
            socket.disconnectFromHost();
            assertTrue(socket.waitForDisconnected());
        }
        assertEquals(2, tickets.get());
    }
}
