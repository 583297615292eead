package dev.sluice.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.Provider;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** {@link SSLSocket}, of the JDK or of another provider. */
final class JsseSockets extends BlockingContender {
    private final SSLContext clientContext;
    private final SSLServerSocket listener;
    private final Protocol protocol;
    /** Conscrypt has no say in the suites of TLS 1.3; that it took the right one is checked afterwards. */
    private final boolean suitesAreFixed;

    JsseSockets(String name, Provider provider, Identity identity, Protocol protocol) throws IOException {
        super(name);
        this.protocol = protocol;
        this.suitesAreFixed = provider != null && protocol == Protocol.TLS_1_3;
        this.clientContext = identity.context(provider, false);
        SSLContext serverContext = identity.context(provider, true);
        listener = (SSLServerSocket)
                serverContext.getServerSocketFactory().createServerSocket(0, 1000, InetAddress.getLoopbackAddress());
        listener.setSSLParameters(parameters(listener.getSSLParameters(), true));
    }

    private SSLParameters parameters(SSLParameters parameters, boolean server) {
        SSLParameters wanted = protocol.parameters(server);
        if (suitesAreFixed) {
            wanted.setCipherSuites(parameters.getCipherSuites());
        }
        return wanted;
    }

    @Override
    End connect() throws IOException {
        Protocol.forgetSessions(clientContext);
        Socket plain = new Socket();
        plain.setTcpNoDelay(true);
        plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort()));
        SSLSocket socket =
                (SSLSocket) clientContext.getSocketFactory().createSocket(plain, Identity.HOST, plain.getPort(), true);
        socket.setSSLParameters(parameters(socket.getSSLParameters(), false));
        socket.startHandshake();
        protocol.requireNegotiated(
                socket.getSession().getProtocol(), socket.getSession().getCipherSuite());
        return new StreamEnd(socket);
    }

    @Override
    End accept() throws IOException {
        SSLSocket socket = (SSLSocket) listener.accept();
        socket.setTcpNoDelay(true);
        socket.startHandshake();
        return new StreamEnd(socket);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        super.close();
    }

    private static final class StreamEnd implements End {
        private final Socket socket;
        private final InputStream input;
        private final OutputStream output;

        StreamEnd(Socket socket) throws IOException {
            this.socket = socket;
            this.input = socket.getInputStream();
            this.output = socket.getOutputStream();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return input.read(target, offset, length);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            output.write(source, offset, length);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
