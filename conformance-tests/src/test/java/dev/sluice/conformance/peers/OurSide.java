package dev.sluice.conformance.peers;

import dev.sluice.SslConfiguration;
import dev.sluice.SslEventLoop;
import dev.sluice.SslServer;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Makes our sockets and servers with one driver or the other; owns the event loop, if there is one. */
final class OurSide implements AutoCloseable {
    private final SslEventLoop loop;

    /** Begins to drive. */
    OurSide(Driving driving) throws IOException {
        loop = driving == Driving.EVENT_DRIVEN ? SslEventLoop.start("our side") : null;
    }

    /** An unconnected socket. */
    SslSocket socket(SslConfiguration configuration, Recording recording) {
        SslSocket socket = loop == null ? SslSocket.open() : SslSocket.open(loop);
        socket.setSslConfiguration(configuration);
        socket.setListener(recording);
        return socket;
    }

    /** A server that listens on the loopback interface. */
    SslServer server(SslConfiguration configuration, Recording recording) throws SslSocketException {
        SslServer server = loop == null ? SslServer.open() : SslServer.open(loop);
        server.setSslConfiguration(configuration);
        server.setHandshakeTimeout(PeerProcess.PATIENCE);
        server.setListener(recording.ofServer());
        server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return server;
    }

    @Override
    public void close() {
        if (loop != null) {
            loop.close();
        }
    }
}
