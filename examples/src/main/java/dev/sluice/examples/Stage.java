package dev.sluice.examples;

import dev.sluice.PeerVerifyMode;
import dev.sluice.SslConfiguration;
import dev.sluice.SslProtocol;
import dev.sluice.SslServer;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketException;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsFeature;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What every scene of the demo needs: configurations, a server, a second thread, and somebody who takes notes. */
final class Stage {
    /** How long anything may take before the scene has failed; nothing here takes that long. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final TlsBackend backend;
    private final DemoCertificates certificates;
    private final Screen screen;
    private final List<String> complaints = new ArrayList<>();

    Stage(TlsBackend backend, DemoCertificates certificates, Screen screen) {
        this.backend = backend;
        this.certificates = certificates;
        this.screen = screen;
    }

    Screen screen() {
        return screen;
    }

    DemoCertificates certificates() {
        return certificates;
    }

    boolean has(TlsFeature feature) {
        return backend.capabilities().features().contains(feature);
    }

    boolean has(SslProtocol protocol) {
        return backend.capabilities().protocols().contains(protocol);
    }

    /** A server that shows a certificate of the demo's authority and asks nothing of its clients. */
    SslConfiguration.Builder serverConfiguration() {
        return serverConfiguration(certificates.server()).peerVerifyMode(PeerVerifyMode.VERIFY_NONE);
    }

    SslConfiguration.Builder serverConfiguration(DemoCertificates.Identity identity) {
        return SslConfiguration.builder(backend).localCertificate(identity.chain(), identity.key());
    }

    /** A client that trusts the demo's authority. */
    SslConfiguration.Builder clientConfiguration() {
        return SslConfiguration.builder(backend).addCaCertificate(certificates.authority());
    }

    /** Where servers of the demo listen: loopback, any port. */
    static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** A caller-driven server that listens; the caller closes it. */
    static SslServer listen(SslConfiguration configuration, EventTrace trace) throws SslSocketException {
        SslServer server = SslServer.open();
        boolean listening = false;
        try {
            server.setSslConfiguration(configuration);
            server.setListener(trace);
            server.listen(loopback());
            listening = true;
            return server;
        } finally {
            if (!listening) {
                server.close();
            }
        }
    }

    /** Runs the other side in a thread of its own, for whoever waits in calls needs one. */
    static <T> CompletableFuture<T> inBackground(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(work.call());
                    } catch (Exception e) {
                        result.completeExceptionally(e);
                    }
                },
                "sluice-demo-server");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    static <T> T await(CompletableFuture<T> future) throws Exception {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (TimeoutException e) {
            throw new IOException("the other side was not done after " + PATIENCE.toSeconds() + " s", e);
        }
    }

    /** Waits for a whole line, in the way of Qt: ask, wait, ask again. */
    static String readLine(SslSocket socket) throws IOException {
        while (!socket.canReadLine()) {
            if (!socket.waitForReadyRead(PATIENCE)) {
                throw socket.failure().orElseThrow(() -> new IOException("no line has come: " + socket));
            }
        }
        return new String(socket.readLine(), StandardCharsets.UTF_8).stripTrailing();
    }

    static void writeLine(SslSocket socket, String line) throws IOException {
        byte[] bytes = line(line);
        if (socket.write(bytes) != bytes.length || !socket.waitForBytesWritten(PATIENCE)) {
            throw socket.failure().orElseThrow(() -> new IOException("the line could not be sent: " + socket));
        }
    }

    static byte[] line(String text) {
        return (text + "\r\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Shows what the handshake of a socket has agreed on. */
    void session(SslSocket socket) {
        screen.fact(
                "protocol",
                socket.sessionProtocol().map(SslProtocol::standardName).orElse("none"));
        screen.fact(
                "cipher suite",
                socket.sessionCipher().map(cipher -> cipher.name()).orElse("none"));
        screen.fact(
                "key exchange",
                socket.ephemeralServerKey().map(group -> group.standardName()).orElse("not told by this backend"));
        screen.fact("peer", socket.peerCertificate().map(Object::toString).orElse("unknown"));
    }

    // ---- expectations ----

    void expect(String what, Object expected, Object got) {
        if (!expected.equals(got)) {
            complaints.add(what + ": expected " + expected + ", got " + got);
        }
    }

    /** These events, in this order; others may come between. */
    void expectInOrder(String side, EventTrace trace, String... expected) {
        List<String> events = trace.events();
        int from = 0;
        for (String event : expected) {
            int at = events.subList(from, events.size()).indexOf(event);
            if (at < 0) {
                complaints.add("events of the " + side + ": expected " + String.join(", ", expected)
                        + " in this order, but " + event + " is missing in " + events);
                return;
            }
            from += at + 1;
        }
    }

    /** What all connections have in common that end well: no error, one end, and nothing after it. */
    void expectGoodEnd(String side, EventTrace trace) {
        List<String> events = trace.events();
        expect(
                "errors of the " + side,
                List.of(),
                events.stream()
                        .filter(event -> event.startsWith("errorOccurred"))
                        .toList());
        expect("last event of the " + side, "disconnected", events.isEmpty() ? "none" : events.get(events.size() - 1));
    }

    void expectEncrypted(SslSocket socket) throws IOException {
        if (!socket.waitForEncrypted(PATIENCE)) {
            throw new IOException(
                    "expected an encrypted connection, got " + socket.error() + ": " + socket.errorString());
        }
    }

    void complain(String complaint) {
        complaints.add(complaint);
    }

    /** {@return what did not go as it should; empty if all is well} */
    List<String> complaints() {
        return complaints;
    }
}
