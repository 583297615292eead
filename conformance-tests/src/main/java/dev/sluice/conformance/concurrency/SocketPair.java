package dev.sluice.conformance.concurrency;

import dev.sluice.SslEventLoop;
import dev.sluice.SslMode;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketException;
import dev.sluice.conformance.harness.Wire;
import java.nio.ByteBuffer;
import java.util.List;

/** A client and a server that are connected with each other, again and again. Thread-safe as they are. */
record SocketPair(SslSocket client, SslSocket server, boolean isCallerDriven) {
    /** What anybody may do to a socket at any time. */
    enum Deed {
        READ,
        WRITE,
        FLUSH,
        ABORT,
        CLOSE,
        DISCONNECT,
        RECONNECT,
        CONFIGURE
    }

    static SocketPair callerDriven() {
        return new SocketPair(SslSocket.open(), SslSocket.open(), true);
    }

    static SocketPair on(SslEventLoop ofClient, SslEventLoop ofServer) {
        return new SocketPair(SslSocket.open(ofClient), SslSocket.open(ofServer), false);
    }

    List<SslSocket> both() {
        return List.of(client, server);
    }

    SslSocket other(SslSocket one) {
        return one == client ? server : client;
    }

    /** Connects those of the two that are unconnected, over a new network. */
    void connect(SharedConfigurations.Pair configurations) {
        Wire wire = new Wire(true);
        client.setSslConfiguration(configurations.client());
        server.setSslConfiguration(configurations.server());
        client.setPeerVerifyName("localhost");
        try {
            server.attachEncrypted(wire.server(), SslMode.SERVER);
            client.attachEncrypted(wire.client(), SslMode.CLIENT);
        } catch (IllegalStateException connectedAlready) {
            // Documented, and the transport is untouched: nobody else ends the network of the one that was taken.
            wire.reset();
        }
    }

    /**
     * Does it. What the documentation lets it throw at such a moment is no finding.
     *
     * @param socket one of the two
     */
    void perform(Deed deed, SslSocket socket, SharedConfigurations.Pair configurations) {
        switch (deed) {
            case READ -> socket.read(ByteBuffer.allocate(4096));
            case WRITE -> write(socket);
            case FLUSH -> socket.flush();
            case ABORT -> socket.abort();
            case CLOSE -> socket.close();
            case DISCONNECT -> socket.disconnectFromHost();
            case RECONNECT -> connect(configurations);
            case CONFIGURE ->
                socket.setSslConfiguration(socket == client ? configurations.client() : configurations.server());
        }
    }

    private static void write(SslSocket socket) {
        try {
            socket.write(new byte[3000]);
        } catch (SslSocketException refused) {
            // Documented: this connection cannot send. Who ended it, nobody knows here.
        }
    }
}
