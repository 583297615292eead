package dev.sluice.examples;

import dev.sluice.AlertDescription;
import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SessionStore;
import dev.sluice.SslConfiguration;
import dev.sluice.SslError;
import dev.sluice.SslMode;
import dev.sluice.SslProtocol;
import dev.sluice.SslServer;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.TlsAlert;
import dev.sluice.spi.TlsFeature;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The scenes with caller-driven sockets: bytes move while somebody calls, and each side has a thread of its own. */
final class CallerDrivenScenes {
    private CallerDrivenScenes() {}

    /** The whole life of a connection, with all events of both sides. */
    static void greeting(Stage stage) throws Exception {
        EventTrace clientEvents = new EventTrace();
        EventTrace serverEvents = new EventTrace();
        SslConfiguration serverSide =
                stage.serverConfiguration().protocols(ProtocolRange.TLS_1_3).build();
        try (SslServer server = Stage.listen(serverSide, serverEvents);
                SslSocket client = SslSocket.open()) {
            CompletableFuture<String> serving = Stage.inBackground(() -> answerOneLine(server, serverEvents));
            client.setSslConfiguration(
                    stage.clientConfiguration().protocols(ProtocolRange.TLS_1_3).build());
            client.setListener(clientEvents);
            client.connectToHostEncrypted("localhost", server.port());
            stage.expectEncrypted(client);
            stage.session(client);
            stage.expect(
                    "protocol", SslProtocol.TLS_1_3, client.sessionProtocol().orElseThrow());
            stage.expect("mode", SslMode.CLIENT, client.mode());

            Stage.writeLine(client, "hello");
            String answer = Stage.readLine(client);
            stage.screen().fact("answer", answer);
            stage.expect("answer", "you said hello", answer);

            client.disconnectFromHost();
            stage.expect("client disconnected in time", true, client.waitForDisconnected(Stage.PATIENCE));
            stage.expect("what the server read", "hello", Stage.await(serving));
        }
        stage.screen().columns(clientEvents.events(), serverEvents.events());
        stage.expectInOrder(
                "client",
                clientEvents,
                "stateChanged(HOST_LOOKUP)",
                "stateChanged(CONNECTING)",
                "hostFound",
                "stateChanged(CONNECTED)",
                "modeChanged(CLIENT)",
                "connected",
                "encrypted",
                "readyRead",
                "stateChanged(CLOSING)",
                "stateChanged(UNCONNECTED)",
                "disconnected");
        stage.expectInOrder(
                "server", serverEvents, "startedEncryptionHandshake", "pendingConnectionAvailable", "disconnected");
        stage.expectGoodEnd("client", clientEvents);
        stage.expectGoodEnd("server", serverEvents);
    }

    /** A conversation that begins in the clear. */
    static void startTls(Stage stage) throws Exception {
        EventTrace clientEvents = new EventTrace();
        EventTrace serverEvents = new EventTrace();
        try (ServerSocketChannel listening = ServerSocketChannel.open().bind(Stage.loopback());
                SslSocket client = SslSocket.open()) {
            CompletableFuture<String> serving = Stage.inBackground(() -> serveStartTls(listening, stage, serverEvents));
            client.setSslConfiguration(stage.clientConfiguration().build());
            client.setListener(clientEvents);
            client.connectToHost("localhost", ((InetSocketAddress) listening.getLocalAddress()).getPort());
            if (!client.waitForConnected(Stage.PATIENCE)) {
                throw new IOException("expected a connection, got: " + client.errorString());
            }
            dialogue(stage, client, Stage.readLine(client), "S: ");
            stage.expect("encrypted before the upgrade", false, client.isEncrypted());
            Stage.writeLine(client, "STARTTLS");
            dialogue(stage, client, "STARTTLS", "C: ");
            dialogue(stage, client, Stage.readLine(client), "S: ");

            client.startClientEncryption();
            stage.expectEncrypted(client);
            Stage.writeLine(client, "a secret");
            dialogue(stage, client, "a secret", "C: ");
            String answer = Stage.readLine(client);
            dialogue(stage, client, answer, "S: ");
            stage.expect("answer", "you said a secret", answer);

            client.disconnectFromHost();
            stage.expect("client disconnected in time", true, client.waitForDisconnected(Stage.PATIENCE));
            stage.expect("what the server read", "a secret", Stage.await(serving));
        }
        flow(stage, clientEvents, serverEvents);
        stage.expectInOrder(
                "client", clientEvents, "connected", "readyRead", "modeChanged(CLIENT)", "encrypted", "disconnected");
        stage.expectInOrder("server", serverEvents, "readyRead", "modeChanged(SERVER)", "encrypted", "disconnected");
        stage.expectGoodEnd("client", clientEvents);
        stage.expectGoodEnd("server", serverEvents);
    }

    private static String serveStartTls(ServerSocketChannel listening, Stage stage, EventTrace events)
            throws IOException {
        try (SslSocket socket = SslSocket.open()) {
            socket.setSslConfiguration(stage.serverConfiguration().build());
            socket.setListener(events);
            socket.attach(listening.accept());
            Stage.writeLine(socket, "220 ready, in the clear");
            String command = Stage.readLine(socket);
            if (!command.equals("STARTTLS")) {
                throw new IOException("expected STARTTLS, got " + command);
            }
            // One step: what comes after this line is TLS or a failure, never plaintext that passes for encrypted.
            socket.startServerEncryption(ByteBuffer.wrap(Stage.line("220 go ahead")));
            stage.expectEncrypted(socket);
            return answer(socket);
        }
    }

    private static void dialogue(Stage stage, SslSocket socket, String line, String who) {
        stage.screen().fact(socket.isEncrypted() ? "encrypted" : "in the clear", who + line);
    }

    /** Both sides show a certificate. */
    static void mutualTls(Stage stage) throws Exception {
        EventTrace clientEvents = new EventTrace();
        EventTrace serverEvents = new EventTrace();
        SslConfiguration serverSide = stage.serverConfiguration()
                .peerVerifyMode(PeerVerifyMode.VERIFY_PEER)
                .addCaCertificate(stage.certificates().authority())
                .build();
        try (SslServer server = Stage.listen(serverSide, serverEvents);
                SslSocket client = SslSocket.open()) {
            CompletableFuture<String> serving = Stage.inBackground(() -> {
                try (SslSocket socket = take(server)) {
                    socket.setListener(serverEvents);
                    String name = socket.peerCertificate()
                            .map(certificate -> certificate.subjectDisplayName())
                            .orElse("nobody");
                    Stage.readLine(socket);
                    Stage.writeLine(socket, "welcome, " + name);
                    awaitEnd(socket);
                    return name;
                }
            });
            DemoCertificates.Identity alice = stage.certificates().client("Alice");
            client.setSslConfiguration(stage.clientConfiguration()
                    .localCertificate(alice.chain(), alice.key())
                    .build());
            client.setListener(clientEvents);
            client.connectToHostEncrypted("localhost", server.port());
            stage.expectEncrypted(client);
            Stage.writeLine(client, "who am I?");
            String answer = Stage.readLine(client);
            stage.screen()
                    .fact(
                            "server is",
                            client.peerCertificate().map(Object::toString).orElse("unknown"));
            stage.screen().fact("answer", answer);
            stage.expect("answer", "welcome, Alice", answer);
            client.disconnectFromHost();
            stage.expect("client disconnected in time", true, client.waitForDisconnected(Stage.PATIENCE));
            stage.expect("name in the client's certificate", "Alice", Stage.await(serving));
        }
        flow(stage, clientEvents, serverEvents);
        stage.expectGoodEnd("client", clientEvents);
        stage.expectGoodEnd("server", serverEvents);
    }

    /** Which protocol to speak inside is agreed on in the handshake. */
    static void alpn(Stage stage) throws Exception {
        EventTrace clientEvents = new EventTrace();
        EventTrace serverEvents = new EventTrace();
        SslConfiguration serverSide = stage.serverConfiguration()
                .allowedApplicationProtocols(List.of("h2", "http/1.1"))
                .build();
        try (SslServer server = Stage.listen(serverSide, serverEvents);
                SslSocket client = SslSocket.open()) {
            CompletableFuture<String> serving = Stage.inBackground(() -> answerOneLine(server, serverEvents));
            client.setSslConfiguration(stage.clientConfiguration()
                    .allowedApplicationProtocols(List.of("acme/9", "http/1.1"))
                    .build());
            client.setListener(clientEvents);
            client.connectToHostEncrypted("localhost", server.port());
            stage.expectEncrypted(client);
            stage.screen().fact("client offers", "acme/9, http/1.1");
            stage.screen().fact("server speaks", "h2, http/1.1");
            stage.screen().fact("agreed", client.applicationProtocol().orElse("nothing"));
            stage.expect(
                    "application protocol",
                    "http/1.1",
                    client.applicationProtocol().orElse("none"));
            Stage.writeLine(client, "hello");
            Stage.readLine(client);
            client.disconnectFromHost();
            stage.expect("client disconnected in time", true, client.waitForDisconnected(Stage.PATIENCE));
            Stage.await(serving);
        }
        flow(stage, clientEvents, serverEvents);
        stage.expectGoodEnd("client", clientEvents);
        stage.expectGoodEnd("server", serverEvents);
    }

    /** Anybody can make a certificate that says "localhost"; nobody vouches for this one. */
    static void refusal(Stage stage) throws Exception {
        EventTrace clientEvents = new EventTrace();
        EventTrace serverEvents = new EventTrace();
        SslConfiguration impostor = stage.serverConfiguration(DemoCertificates.selfSignedServer())
                .peerVerifyMode(PeerVerifyMode.VERIFY_NONE)
                .build();
        CompletableFuture<Boolean> serving;
        try (SslServer server = Stage.listen(impostor, serverEvents);
                SslSocket client = SslSocket.open()) {
            serving = Stage.inBackground(() -> server.waitForNewConnection(Stage.PATIENCE));
            client.setSslConfiguration(stage.clientConfiguration().build());
            client.setListener(clientEvents);
            client.connectToHostEncrypted("localhost", server.port());
            stage.expect("encrypted", false, client.waitForEncrypted(Stage.PATIENCE));
            for (SslError error : client.sslHandshakeErrors()) {
                stage.screen().fact("error", error.code() + ": " + error.text());
            }
            stage.screen().fact("outcome", client.error() + ": " + client.errorString());
            stage.expect("error", SslSocketError.SSL_HANDSHAKE_FAILED, client.error());
            stage.expect(
                    "errors of the certificate",
                    List.of(SslError.Code.SELF_SIGNED_CERTIFICATE),
                    client.sslHandshakeErrors().stream().map(SslError::code).toList());
            Optional<TlsAlert> alert = serverEvents.awaitAlert(Stage.PATIENCE);
            stage.screen().fact("the server saw", alert.map(Object::toString).orElse("no alert"));
            stage.expect("level of the alert", Optional.of(TlsAlert.Level.FATAL), alert.map(TlsAlert::level));
            if (stage.has(TlsFeature.EXACT_VERIFICATION_ALERT)) {
                stage.expect("alert", Optional.of(TlsAlert.fatal(AlertDescription.UNKNOWN_CA)), alert);
            }
        }
        // Closing the server has ended its wait.
        stage.expect("the server was given a connection", false, Stage.await(serving));
        flow(stage, clientEvents, serverEvents);
        stage.expectInOrder(
                "client",
                clientEvents,
                "peerVerifyError(SELF_SIGNED_CERTIFICATE)",
                "sslErrors(SELF_SIGNED_CERTIFICATE)",
                "errorOccurred(SSL_HANDSHAKE_FAILED)",
                "disconnected");
        stage.expect(
                "the client was encrypted at any time",
                false,
                clientEvents.events().contains("encrypted"));
    }

    /** The second connection builds on the first one's session. */
    static void resumption(Stage stage) throws Exception {
        // Some engines can resume in TLS 1.2 only.
        ProtocolRange versions =
                stage.has(TlsFeature.RESUMPTION_TLS_1_3) ? ProtocolRange.TLS_1_3 : ProtocolRange.TLS_1_2;
        try (SessionStore clientSessions = SessionStore.create();
                SessionStore serverSessions = SessionStore.create();
                SslServer server = Stage.listen(
                        stage.serverConfiguration()
                                .protocols(versions)
                                .sessionStore(serverSessions)
                                .build(),
                        new EventTrace())) {
            SslConfiguration clientSide = stage.clientConfiguration()
                    .protocols(versions)
                    .sessionStore(clientSessions)
                    .build();
            connectAndSeeWhether(false, "first", stage, server, clientSide);
            connectAndSeeWhether(true, "second", stage, server, clientSide);
        }
    }

    private static void connectAndSeeWhether(
            boolean resumed, String which, Stage stage, SslServer server, SslConfiguration clientSide)
            throws Exception {
        EventTrace clientEvents = new EventTrace();
        EventTrace serverEvents = new EventTrace();
        server.setListener(serverEvents);
        try (SslSocket client = SslSocket.open()) {
            CompletableFuture<String> serving = Stage.inBackground(() -> answerOneLine(server, serverEvents));
            client.setSslConfiguration(clientSide);
            client.setListener(clientEvents);
            client.connectToHostEncrypted("localhost", server.port());
            stage.expectEncrypted(client);
            stage.screen().fact(which, client.isSessionResumed() ? "session resumed" : "full handshake");
            stage.expect(which + " connection resumed", resumed, client.isSessionResumed());
            stage.expect(
                    which + " connection knows its peer",
                    true,
                    client.peerCertificate().isPresent());
            Stage.writeLine(client, "hello");
            Stage.readLine(client);
            client.disconnectFromHost();
            stage.expect("client disconnected in time", true, client.waitForDisconnected(Stage.PATIENCE));
            Stage.await(serving);
        }
        flow(stage, clientEvents, serverEvents);
        stage.expectGoodEnd("client", clientEvents);
        stage.expectGoodEnd("server", serverEvents);
    }

    private static String answerOneLine(SslServer server, EventTrace events) throws IOException {
        try (SslSocket socket = take(server)) {
            socket.setListener(events);
            return answer(socket);
        }
    }

    private static String answer(SslSocket socket) throws IOException {
        String line = Stage.readLine(socket);
        Stage.writeLine(socket, "you said " + line);
        awaitEnd(socket);
        return line;
    }

    /** The client ends the conversation. */
    private static void awaitEnd(SslSocket socket) throws IOException {
        if (!socket.waitForDisconnected(Stage.PATIENCE)) {
            throw new IOException("expected the client to end the connection, but it is " + socket);
        }
    }

    private static SslSocket take(SslServer server) throws IOException {
        return server.accept(Stage.PATIENCE).orElseThrow(() -> new IOException("no client has come to " + server));
    }

    private static void flow(Stage stage, EventTrace client, EventTrace server) {
        stage.screen().flow("client events", client.events());
        stage.screen().flow("server events", server.events());
    }
}
