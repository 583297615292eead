package dev.sluice.conformance.oracle;

import dev.sluice.SslServer;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What lies between the sides of a play: listens, relays, or is a peer of its own. */
final class Wiring implements AutoCloseable {
    /** What is done with a connection that a script's server accepts. */
    interface Acceptor {
        void accepted(int number, SocketChannel channel);
    }

    private final Script.Wire kind;
    private final Journal journal;
    private @Nullable ServerSocketChannel listening;
    private @Nullable Thread accepting;
    private @Nullable Relay relay;
    private @Nullable PlainPeer plainPeer;
    private @Nullable ServerSide sslServer;
    private int closedPort;

    Wiring(Script.Wire kind, Journal journal) {
        this.kind = kind;
        this.journal = journal;
    }

    /** Lays it. The server is there for the wires that have one. */
    void lay(Acceptor acceptor, Optional<SslServer> server) throws IOException {
        switch (kind) {
            case DIRECT -> listen(acceptor);
            case RELAY -> relay = new Relay(listen(acceptor), journal);
            case PLAIN -> plainPeer = PlainPeer.listening(journal);
            case CLOSED -> {
                try (ServerSocketChannel closed = Relay.listen()) {
                    closedPort = Relay.port(closed);
                }
            }
            case SSL_SERVER -> {
                sslServer = new ServerSide(server.orElseThrow(), journal);
                plainPeer = PlainPeer.connecting(journal);
            }
        }
    }

    private int listen(Acceptor acceptor) throws IOException {
        ServerSocketChannel channel = Relay.listen();
        listening = channel;
        Thread thread = new Thread(() -> accept(channel, acceptor), "oracle accept");
        thread.setDaemon(true);
        thread.start();
        accepting = thread;
        return Relay.port(channel);
    }

    private static void accept(ServerSocketChannel channel, Acceptor acceptor) {
        try {
            for (int number = 1; ; number++) {
                acceptor.accepted(number, channel.accept());
            }
        } catch (IOException e) {
            // Closed: the play is over.
        }
    }

    /** Where a client has to connect to. */
    int port() {
        return switch (kind) {
            case DIRECT -> Relay.port(Objects.requireNonNull(listening));
            case RELAY -> Objects.requireNonNull(relay).port();
            case PLAIN -> Objects.requireNonNull(plainPeer).port();
            case CLOSED -> closedPort;
            case SSL_SERVER -> Objects.requireNonNull(sslServer).server().port();
        };
    }

    Optional<PlainPeer> plainPeer() {
        return Optional.ofNullable(plainPeer);
    }

    Optional<ServerSide> sslServer() {
        return Optional.ofNullable(sslServer);
    }

    /** Does a command of the relay. */
    void relayed(Command command) throws IOException {
        Relay between = relay;
        if (between == null) {
            throw new IllegalArgumentException("the wire of this script has no relay: " + command);
        }
        switch (command.verb()) {
            case RELAY_CORRUPT -> between.corruptNext(command.args().get(0));
            case RELAY_HOLD -> between.hold(command.args().get(0), true);
            case RELAY_RELEASE -> between.hold(command.args().get(0), false);
            case RELAY_KEEP_OPEN -> between.keepOpen(command.args().get(0));
            case PLAIN_CLOSE -> between.closeTcp();
            case PLAIN_RESET -> between.resetTcp();
            default -> throw new IllegalArgumentException("not for a relay: " + command);
        }
    }

    /** Does a command of the peer that knows no TLS. */
    void plain(Command command) throws IOException {
        PlainPeer peer = plainPeer;
        if (peer == null) {
            throw new IllegalArgumentException("the wire of this script has no plain peer: " + command);
        }
        switch (command.verb()) {
            case PLAIN_CONNECT -> peer.connect(port());
            case PLAIN_SEND -> peer.send(command.args().get(0));
            case PLAIN_CLOSE -> peer.closeTcp();
            case PLAIN_RESET -> peer.resetTcp();
            default -> throw new IllegalArgumentException("not for a plain peer: " + command);
        }
    }

    private static void awaitEnd(Thread thread) {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        if (listening != null) {
            listening.close();
        }
        if (accepting != null) {
            awaitEnd(accepting); // or a socket could be accepted that nobody closes
        }
        if (sslServer != null) {
            sslServer.server().close();
        }
        if (relay != null) {
            relay.close();
        }
        if (plainPeer != null) {
            plainPeer.close();
        }
    }
}
