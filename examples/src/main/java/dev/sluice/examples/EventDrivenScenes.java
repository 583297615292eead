package dev.sluice.examples;

import dev.sluice.ProtocolRange;
import dev.sluice.SslEventLoop;
import dev.sluice.SslProtocol;
import dev.sluice.SslServer;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** The scene with event-driven sockets: one loop moves the bytes of both sides, and nobody waits in a call. */
final class EventDrivenScenes {
    private EventDrivenScenes() {}

    /** The same conversation as between caller-driven sockets, in TLS 1.2. */
    static void greeting(Stage stage) throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Greeter clientEvents = new Greeter(answer);
        Echo serverEvents = new Echo();
        try (SslEventLoop loop = SslEventLoop.start("sluice-demo-loop");
                SslServer server = SslServer.open(loop);
                SslSocket client = SslSocket.open(loop)) {
            server.setSslConfiguration(
                    stage.serverConfiguration().protocols(ProtocolRange.TLS_1_2).build());
            server.setListener(serverEvents);
            server.listen(Stage.loopback());
            client.setSslConfiguration(
                    stage.clientConfiguration().protocols(ProtocolRange.TLS_1_2).build());
            client.setListener(clientEvents);
            client.connectToHostEncrypted("localhost", server.port());

            stage.screen().fact("protocol", Stage.await(clientEvents.protocol).standardName());
            stage.screen().fact("answer", Stage.await(answer));
            stage.expect("protocol", SslProtocol.TLS_1_2, Stage.await(clientEvents.protocol));
            stage.expect("answer", "you said hello", Stage.await(answer));
            stage.expect("client disconnected in time", true, clientEvents.await("disconnected", Stage.PATIENCE));
            stage.expect("server disconnected in time", true, serverEvents.await("disconnected", Stage.PATIENCE));
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
                "server",
                serverEvents,
                "startedEncryptionHandshake",
                "pendingConnectionAvailable",
                "readyRead",
                "disconnected");
        stage.expectGoodEnd("client", clientEvents);
        stage.expectGoodEnd("server", serverEvents);
    }

    /** Says hello when encrypted, and good-bye after the answer. */
    private static final class Greeter extends EventTrace {
        private final CompletableFuture<SslProtocol> protocol = new CompletableFuture<>();
        private final CompletableFuture<String> answer;

        Greeter(CompletableFuture<String> answer) {
            this.answer = answer;
        }

        @Override
        public void encrypted(SslSocket socket) {
            super.encrypted(socket);
            protocol.complete(socket.sessionProtocol().orElseThrow());
            try {
                socket.write(Stage.line("hello"));
            } catch (SslSocketException e) {
                answer.completeExceptionally(e);
            }
        }

        @Override
        public void readyRead(SslSocket socket) {
            super.readyRead(socket);
            if (socket.canReadLine()) {
                answer.complete(new String(socket.readLine(), StandardCharsets.UTF_8).stripTrailing());
                socket.disconnectFromHost();
            }
        }

        @Override
        public void errorOccurred(SslSocket socket, SslSocketError error) {
            super.errorOccurred(socket, error);
            IOException failure = new IOException(error + ": " + socket.errorString());
            protocol.completeExceptionally(failure);
            answer.completeExceptionally(failure);
        }
    }

    /** Answers each line, and closes when the client has. */
    private static final class Echo extends EventTrace {
        @Override
        public void pendingConnectionAvailable(SslServer server) {
            super.pendingConnectionAvailable(server);
            server.nextPendingConnection().ifPresent(socket -> socket.setListener(this));
        }

        @Override
        public void readyRead(SslSocket socket) {
            super.readyRead(socket);
            while (socket.canReadLine()) {
                String line = new String(socket.readLine(), StandardCharsets.UTF_8).stripTrailing();
                try {
                    socket.write(Stage.line("you said " + line));
                } catch (SslSocketException e) {
                    socket.abort(); // the client is gone already
                    return;
                }
            }
        }

        @Override
        public void disconnected(SslSocket socket) {
            socket.close(); // whoever takes a socket closes it
            super.disconnected(socket);
        }
    }
}
