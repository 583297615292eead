package dev.sluice.benchmarks;

import dev.sluice.SslConfiguration;
import dev.sluice.SslEventLoop;
import dev.sluice.SslServer;
import dev.sluice.SslServerListener;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketException;
import dev.sluice.SslSocketListener;
import dev.sluice.spi.TlsBackend;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Our sockets with listeners: one event loop for all clients, one for the server. */
final class SluiceLoop implements Contender {
    private static final int WRITE_BYTES = 64 * 1024;

    private static final byte[] ZEROS = new byte[WRITE_BYTES];

    /** One for all ends of a loop, which has one thread. */
    private final ByteBuffer serverBuffer = ByteBuffer.allocate(WRITE_BYTES);

    private final ByteBuffer clientBuffer = ByteBuffer.allocate(WRITE_BYTES);
    private final Protocol protocol;
    private final SslConfiguration clientConfiguration;
    private final SslEventLoop clientLoop;
    private final SslEventLoop serverLoop;
    private final SslServer server;
    /** Server ends that no link has taken yet, in the order of the connections. */
    private final BlockingQueue<ServerEnd> accepted = new ArrayBlockingQueue<>(4096);

    private volatile boolean keepAccepted;

    SluiceLoop(Identity identity, Protocol protocol, TlsBackend backend) throws IOException {
        this.protocol = protocol;
        clientConfiguration = protocol.clientConfiguration(identity, backend);
        clientLoop = SslEventLoop.start("sluice-clients");
        serverLoop = SslEventLoop.start("sluice-server");
        server = SslServer.open(serverLoop);
        server.setMaxPendingConnections(4096);
        server.setSslConfiguration(protocol.serverConfiguration(identity, backend));
        server.setListener(new SslServerListener() {
            @Override
            public void pendingConnectionAvailable(SslServer from) {
                from.nextPendingConnection().ifPresent(SluiceLoop.this::serve);
            }
        });
        server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1000);
    }

    private void serve(SslSocket socket) {
        ServerEnd end = new ServerEnd(socket);
        noDelay(socket);
        socket.setListener(end);
        write(socket, ByteBuffer.allocate(1));
        if (keepAccepted) {
            accepted.add(end);
        }
    }

    @Override
    public boolean countsChecks() {
        return false;
    }

    @Override
    public String name() {
        return "Sluice, event-driven";
    }

    @Override
    public Link link() throws Exception {
        keepAccepted = true;
        ClientEnd client = connect();
        client.done.get(30, TimeUnit.SECONDS);
        ServerEnd serverEnd = accepted.poll(30, TimeUnit.SECONDS);
        keepAccepted = false;
        return new LoopLink(client, serverEnd);
    }

    private ClientEnd connect() {
        SslSocket socket = SslSocket.open(clientLoop);
        ClientEnd end = new ClientEnd(socket);
        end.expect(1);
        socket.setSslConfiguration(clientConfiguration);
        socket.setListener(end);
        socket.connectToHostEncrypted("127.0.0.1", server.port(), Identity.HOST);
        return end;
    }

    @Override
    public void handshakes(int count) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        clientLoop.execute(() -> connectNext(count, done));
        done.get(120, TimeUnit.SECONDS);
    }

    private void connectNext(int left, CompletableFuture<Void> done) {
        if (left == 0) {
            done.complete(null);
            return;
        }
        ClientEnd end = connect();
        end.done.whenComplete((nothing, failure) -> {
            if (failure == null) {
                end.socket.close();
                connectNext(left - 1, done);
            } else {
                done.completeExceptionally(failure);
            }
        });
    }

    private static void noDelay(SslSocket socket) {
        try {
            socket.setSocketOption(StandardSocketOptions.TCP_NODELAY, true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(SslSocket socket, ByteBuffer bytes) {
        try {
            socket.write(bytes);
        } catch (SslSocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        server.close();
        clientLoop.close();
        serverLoop.close();
    }

    /** Counts what comes; sends it back if told so. Its fields belong to the server's loop but for those that tell it. */
    private final class ServerEnd implements SslSocketListener {
        private final SslSocket socket;
        private volatile boolean echo;
        private volatile long left;
        private volatile CompletableFuture<Void> done = new CompletableFuture<>();

        ServerEnd(SslSocket socket) {
            this.socket = socket;
        }

        @Override
        public void readyRead(SslSocket from) {
            while (true) {
                serverBuffer.clear();
                int bytes = socket.read(serverBuffer);
                if (bytes <= 0) {
                    return;
                }
                if (echo) {
                    serverBuffer.flip();
                    write(socket, serverBuffer);
                } else {
                    left -= bytes;
                    if (left == 0) {
                        done.complete(null);
                    }
                }
            }
        }

        @Override
        public void readChannelFinished(SslSocket from) {
            from.close();
        }
    }

    /** Sends while there is room; asks again when an answer is complete. Its fields belong to the clients' loop. */
    private final class ClientEnd implements SslSocketListener {
        private final SslSocket socket;
        private final ByteBuffer zeros = ByteBuffer.wrap(ZEROS);
        private CompletableFuture<Void> done = new CompletableFuture<>();
        private long toSend;
        private boolean sending;
        private int expected;
        private int messageBytes;
        private int messagesLeft;

        ClientEnd(SslSocket socket) {
            this.socket = socket;
        }

        void expect(int bytes) {
            expected = bytes;
        }

        void send(long bytes) {
            toSend = bytes;
            zeros.position(zeros.limit());
            sendMore();
        }

        /** A write moves bytes at once, so that bytesWritten may come while this is running. */
        private void sendMore() {
            if (sending) {
                return;
            }
            sending = true;
            int taken = 1;
            while (toSend > 0 && taken > 0) {
                if (!zeros.hasRemaining()) {
                    zeros.clear();
                }
                int before = zeros.remaining();
                write(socket, zeros);
                taken = before - zeros.remaining();
                toSend -= taken;
            }
            sending = false;
        }

        void ask(int count, int bytes, CompletableFuture<Void> answered) {
            done = answered;
            messagesLeft = count;
            messageBytes = bytes;
            askNext();
        }

        private void askNext() {
            messagesLeft--;
            expected = messageBytes;
            zeros.clear().limit(messageBytes);
            write(socket, zeros);
        }

        @Override
        public void encrypted(SslSocket from) {
            noDelay(from);
            try {
                protocol.requireNegotiated(from);
            } catch (IllegalStateException e) {
                done.completeExceptionally(e);
            }
        }

        @Override
        public void bytesWritten(SslSocket from, long bytes) {
            if (toSend > 0) {
                sendMore();
            }
        }

        @Override
        public void readyRead(SslSocket from) {
            clientBuffer.clear();
            int bytes = socket.read(clientBuffer);
            expected -= Math.max(bytes, 0);
            if (expected > 0) {
                return;
            }
            if (messagesLeft > 0) {
                askNext();
            } else {
                done.complete(null);
            }
        }

        @Override
        public void errorOccurred(SslSocket from, SslSocketError error) {
            done.completeExceptionally(new IOException(error + ": " + from.errorString()));
        }
    }

    private final class LoopLink implements Link {
        private final ClientEnd client;
        private final ServerEnd serverEnd;

        LoopLink(ClientEnd client, ServerEnd serverEnd) {
            this.client = client;
            this.serverEnd = serverEnd;
        }

        @Override
        public CompletableFuture<Void> bulk(long bytes) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            serverEnd.echo = false;
            serverEnd.left = bytes;
            serverEnd.done = done;
            clientLoop.execute(() -> client.send(bytes));
            return done;
        }

        @Override
        public CompletableFuture<Void> roundTrips(int count, int messageBytes) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            serverEnd.echo = true;
            clientLoop.execute(() -> client.ask(count, messageBytes, done));
            return done;
        }

        @Override
        public void close() {
            client.socket.close();
        }
    }
}
