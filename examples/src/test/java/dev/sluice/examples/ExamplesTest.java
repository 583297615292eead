package dev.sluice.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslBackends;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Every example does what its first comment says, its unhappy path included, with every backend that there is. */
@ParameterizedClass(name = "{0}")
@MethodSource("backends")
class ExamplesTest {
    private static final Path SOURCES = Path.of("src", "main", "java", "dev", "sluice", "examples");

    @Parameter
    private String backend;

    static List<String> backends() {
        return SslBackends.available();
    }

    private Captured example(String... nameAndArguments) {
        List<String> all = new ArrayList<>(List.of(nameAndArguments));
        all.addAll(List.of("--backend", backend));
        return Captured.example(all.toArray(String[]::new));
    }

    @AfterEach
    void nothingIsLeft() {
        Captured.assertNothingIsLeft();
    }

    @Test
    void blockingClient() {
        Captured run = example("BlockingClient");

        assertSays(run, "connected: TLSv1.3, TLS_", "answer: Hello, is there an echo?\n", "refused: ");
    }

    @Test
    void blockingClientConnectsToOthersWithTheAuthoritiesOfTheSystem() throws Exception {
        try (EventDrivenEchoServer server = new EventDrivenEchoServer(new DemoCertificates().server(), 0)) {
            Captured run = example("BlockingClient", "localhost", Integer.toString(server.port()));

            assertEquals(1, run.status(), "the authority of the demo must not be one that the system trusts");
            assertTrue(
                    run.err().startsWith("sluice: BlockingClient failed: dev.sluice.SslHandshakeFailedException"),
                    run.err());
        }
    }

    @Test
    void eventDrivenEchoServer() {
        Captured run = example("EventDrivenEchoServer");

        assertSays(run, "echo: Anna\n", "echo: Bert\n", "echo: Cleo\n", "refused: SSL_HANDSHAKE_FAILED: ");
    }

    @Test
    void startTlsClient() {
        Captured run = example("StartTlsClient");

        assertSays(
                run,
                "[in the clear] STARTTLS -> 220",
                "[encrypted] DATA -> 354",
                "| Nobody else can read this.\n",
                "[encrypted] QUIT -> 221",
                "gone: the server does not offer STARTTLS");
    }

    @Test
    void mutualTls() {
        Captured run = example("MutualTls");

        assertSays(run, "with a certificate: welcome, Alice\n", "without one: ", "alert fatal ", "server refuses: ");
    }

    @Test
    void pskServer() {
        Captured run = example("PskServer");

        assertSays(
                run,
                "known: welcome, sensor-7\n",
                "unknown: SSL_HANDSHAKE_FAILED, alert fatal ",
                "server refuses: SSL_HANDSHAKE_FAILED: ");
    }

    @Test
    void pskClient() {
        Captured run = example("PskClient");

        assertSays(
                run,
                "answer: welcome, sensor-7\n",
                "a wrong key: SSL_HANDSHAKE_FAILED: ",
                "a pass-phrase: SSL_HANDSHAKE_FAILED: ");
        assertFalse(run.out().contains("correct horse"), run.out());
    }

    @Test
    void pinnedHttpsGet() {
        Captured run = example("PinnedHttpsGet");

        assertSays(
                run,
                "sha256/",
                "  HTTP/1.0 200 OK\n",
                "sha256/",
                "  HTTP/1.0 200 OK\n",
                "sha256/",
                "  refused: [PIN_MISMATCH[CN=localhost]]\n");
    }

    @Test
    void pinnedHttpsGetOfAUrlNeedsAPin() {
        Captured run = example("PinnedHttpsGet", "https://localhost/");

        assertEquals(1, run.status());
        assertTrue(run.err().contains("a URL needs a pin"), run.err());
    }

    @Test
    void streamsView() {
        Captured run = example("StreamsView");

        assertSays(run, "complete: Roses are red, violets are blue.\n", "cut off: TRUNCATED: ");
    }

    @Test
    void verifierInHttpClient() {
        Captured run = example("VerifierInHttpClient");

        assertSays(
                run,
                "answer: hello\n",
                "still trusted: true\n",
                "refused: [SELF_SIGNED_CERTIFICATE[CN=localhost]",
                "refused: the server www.example.org was refused: The certificate is not for the host");
    }

    @Test
    void virtualThreads() {
        Captured run = example("VirtualThreads", "20");

        if (Runtime.version().feature() < 21) {
            assertSays(
                    run,
                    "virtual threads need JDK 21 or later, this is "
                            + Runtime.version().feature() + "\n");
        } else {
            assertSays(run, "20 clients were served, one virtual thread at each end\n", "interrupted: ");
        }
    }

    @Test
    void aFailureIsOneLineAndAnExitStatus() throws Exception {
        int refusing = unusedPort();

        Captured run = example("BlockingClient", "localhost", Integer.toString(refusing));

        assertEquals(1, run.status());
        assertTrue(run.err().startsWith("sluice: BlockingClient failed: dev.sluice.SslConnectException"), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
    }

    @Test
    void everyExampleBeginsWithWhatItShowsAndWhatItLeavesOut() throws Exception {
        for (Example example : Example.ALL) {
            String source = Files.readString(SOURCES.resolve(example.name() + ".java"));
            assertTrue(source.startsWith("/*\n * Shows: "), example.name());
            String comment = source.substring(0, source.indexOf("*/"));
            assertTrue(comment.contains("\n * Leaves out: "), example.name());
        }
    }

    @Test
    void noExampleAndNoSceneSwitchesVerificationOff() throws Exception {
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.toList()) {
                String source = Files.readString(file);
                assertEquals(
                        List.of(),
                        source.lines()
                                .filter(line -> line.contains("dangerously"))
                                .toList(),
                        file.toString());
                assertEquals(
                        List.of(),
                        source.lines()
                                .filter(line -> line.contains("ignoreSslErrors"))
                                .toList(),
                        file.toString());
            }
        }
    }

    private static int unusedPort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** These pieces, in this order, and exit status 0. */
    private static void assertSays(Captured run, String... pieces) {
        assertEquals(0, run.status(), run.err() + run.out());
        int from = 0;
        for (String piece : pieces) {
            int at = run.out().indexOf(piece, from);
            assertTrue(at >= 0, () -> "expected \"" + piece + "\" in:\n" + run.out());
            from = at + piece.length();
        }
    }
}
