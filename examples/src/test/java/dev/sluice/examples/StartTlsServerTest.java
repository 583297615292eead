package dev.sluice.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslBackends;
import dev.sluice.testing.PeerProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass(name = "{0}")
@MethodSource("dev.sluice.examples.ExamplesTest#backends")
class StartTlsServerTest {
    private static final int PATIENCE_SECONDS = 30;

    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private final DemoCertificates certificates = new DemoCertificates();
    private final String activeBefore = SslBackends.active().name();
    private StartTlsServer server;

    @Parameter
    private String backend;

    @TempDir
    private Path directory;

    @BeforeEach
    void start() throws IOException {
        SslBackends.setActive(backend);
        server = new StartTlsServer(certificates.server(), 0, log::add);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        SslBackends.setActive(activeBefore);
        Captured.assertNothingIsLeft();
    }

    @Test
    void mailWithoutEncryptionIsRefused() throws Exception {
        try (Socket client = connect()) {
            BufferedReader replies = replies(client);
            send(client, "EHLO me", "MAIL FROM:<a@example.org>", "DATA", "FROBNICATE", "QUIT");

            assertEquals("220 localhost ready", replies.readLine());
            assertEquals("250-localhost", replies.readLine());
            assertEquals("250 STARTTLS", replies.readLine());
            assertEquals("530 must issue a STARTTLS command first", replies.readLine());
            assertEquals("530 must issue a STARTTLS command first", replies.readLine());
            assertEquals("502 not implemented", replies.readLine());
            assertEquals("221 good-bye", replies.readLine());
            assertEquals(null, replies.readLine());
        }
    }

    @Test
    void w32_aCommandSmuggledInBehindStartTlsIsNeverObeyed() throws Exception {
        try (Socket client = connect()) {
            BufferedReader replies = replies(client);
            assertEquals("220 localhost ready", replies.readLine());
            send(client, "STARTTLS", "MAIL FROM:<mallory@example.org>");

            String rest = replies.lines().reduce("", (all, line) -> all + line + "\n");
            assertFalse(rest.contains("250"), rest);
        }
        String logged = log.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertTrue(logged != null && logged.startsWith("connection ended: "), logged);
    }

    @Test
    void mainServesUntilItIsInterrupted() throws Exception {
        PrintStream standard = System.out;
        CompletableFuture<Void> listening = new CompletableFuture<>();
        CompletableFuture<Integer> status = new CompletableFuture<>();
        Thread main = new Thread(() -> status.complete(
                Captured.cli("example", "StartTlsServer", "--backend", backend).status()));
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8) {
            @Override
            public void println(String line) {
                if (line.contains("openssl s_client -starttls smtp")) {
                    listening.complete(null);
                }
            }
        });
        try {
            main.start();
            listening.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertFalse(status.isDone());
            main.interrupt();
            assertEquals(1, status.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        } finally {
            System.setOut(standard);
        }
    }

    @Test
    @Tag(PeerProgram.TAG)
    void curlSendsAMail() throws Exception {
        Path mail = Files.writeString(directory.resolve("mail.txt"), "Subject: hello\r\n\r\nfrom curl\r\n");

        Run run = run(
                "",
                PeerProgram.require("curl").toString(),
                "--silent",
                "--show-error",
                "--ssl-reqd",
                "--cacert",
                authority(),
                "smtp://localhost:" + server.port(),
                "--mail-from",
                "a@example.org",
                "--mail-rcpt",
                "b@example.org",
                "--upload-file",
                mail.toString());

        assertEquals(0, run.status(), run.output());
        assertEquals("encrypted with TLSv1.3", log.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals("| Subject: hello", log.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals("| ", log.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
        assertEquals("| from curl", log.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    @Tag(PeerProgram.TAG)
    void curlThatDoesNotKnowTheAuthorityGoesAway() throws Exception {
        Path otherAuthority = Files.writeString(
                directory.resolve("other.pem"),
                DemoCertificates.selfSignedServer().certificate().toPem());

        Run run = run(
                "",
                PeerProgram.require("curl").toString(),
                "--silent",
                "--show-error",
                "--ssl-reqd",
                "--cacert",
                otherAuthority.toString(),
                "smtp://localhost:" + server.port(),
                "--mail-from",
                "a@example.org",
                "--mail-rcpt",
                "b@example.org",
                "--upload-file",
                otherAuthority.toString());

        assertEquals(60, run.status(), "CURLE_PEER_FAILED_VERIFICATION: " + run.output());
        String logged = log.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertTrue(logged != null && logged.startsWith("connection ended: "), logged);
    }

    @Test
    @Tag(PeerProgram.TAG)
    void opensslTalksAfterStartTls() throws Exception {
        Run run = run(
                "NOOP\nQUIT\n",
                PeerProgram.require("openssl").toString(),
                "s_client",
                "-starttls",
                "smtp",
                "-CAfile",
                authority(),
                "-verify_return_error",
                "-verify_hostname",
                "localhost",
                "-crlf",
                "-quiet",
                "-connect",
                "localhost:" + server.port());

        assertEquals(0, run.status(), run.output());
        assertTrue(run.output().contains("221 good-bye"), run.output());
        assertEquals("encrypted with TLSv1.3", log.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    private String authority() throws IOException {
        return Files.writeString(
                        directory.resolve("authority.pem"),
                        certificates.authority().toPem())
                .toString();
    }

    private Socket connect() throws IOException {
        Socket client = new Socket("localhost", server.port());
        client.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        return client;
    }

    private static BufferedReader replies(Socket client) throws IOException {
        return new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
    }

    /** All lines in one segment, as an impatient or a malicious client does. */
    private static void send(Socket client, String... lines) throws IOException {
        client.getOutputStream().write((String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private record Run(int status, String output) {}

    private Run run(String input, String... command) throws Exception {
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(List.of(command))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.US_ASCII));
            stdin.flush();
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertTrue(ended, () -> command[0] + " did not end");
        } finally {
            process.destroyForcibly();
        }
        return new Run(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }
}
