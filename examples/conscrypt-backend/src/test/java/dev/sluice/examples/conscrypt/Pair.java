package dev.sluice.examples.conscrypt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SocketState;
import dev.sluice.SslConfiguration;
import dev.sluice.SslDiagnostics;
import dev.sluice.SslMode;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketListener;
import dev.sluice.TlsAlert;
import dev.sluice.spi.TlsBackend;
import dev.sluice.testing.TestCertificates;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A client and a server over a wire in memory, moved by the test's own thread. Closing ends both and asserts that nothing of
 * the library is alive.
 */
final class Pair implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** What happened to a socket, in order. */
    static final class Events implements SslSocketListener {
        final List<String> all = new ArrayList<>();

        @Override
        public synchronized void encrypted(SslSocket socket) {
            all.add("encrypted");
        }

        @Override
        public synchronized void readChannelFinished(SslSocket socket) {
            all.add("readChannelFinished");
        }

        @Override
        public synchronized void errorOccurred(SslSocket socket, SslSocketError error) {
            all.add("error " + error);
        }

        @Override
        public synchronized void alertSent(SslSocket socket, TlsAlert alert) {
            all.add("sent " + alert.number());
        }

        @Override
        public synchronized void alertReceived(SslSocket socket, TlsAlert alert) {
            all.add("received " + alert.number());
        }

        @Override
        public synchronized void disconnected(SslSocket socket) {
            all.add("disconnected");
        }

        synchronized boolean has(String event) {
            return all.contains(event);
        }

        @Override
        public synchronized String toString() {
            return all.toString();
        }
    }

    final SslSocket client = SslSocket.open();
    final SslSocket server = SslSocket.open();
    final Events clientEvents = new Events();
    final Events serverEvents = new Events();
    private SslConfiguration clientConfiguration;
    private SslConfiguration serverConfiguration;

    Pair(TlsBackend clientBackend, TlsBackend serverBackend, ProtocolRange range) {
        TestCertificates.Issued identity = TestCertificates.localhost();
        clientConfiguration = SslConfiguration.builder(clientBackend)
                .protocols(range)
                .addCaCertificate(identity.root())
                .build();
        serverConfiguration = SslConfiguration.builder(serverBackend)
                .protocols(range)
                .localCertificate(identity.chain(), identity.key())
                .peerVerifyMode(PeerVerifyMode.VERIFY_NONE)
                .build();
        client.setListener(clientEvents);
        server.setListener(serverEvents);
    }

    Pair client(UnaryOperator<SslConfiguration.Builder> change) {
        clientConfiguration = change.apply(clientConfiguration.toBuilder()).build();
        return this;
    }

    Pair server(UnaryOperator<SslConfiguration.Builder> change) {
        serverConfiguration = change.apply(serverConfiguration.toBuilder()).build();
        return this;
    }

    /** The server shows another identity. */
    Pair identity(TestCertificates.Issued identity) {
        return server(builder -> builder.identities(List.of()).localCertificate(identity.chain(), identity.key()));
    }

    Pair start() {
        return start("localhost");
    }

    Pair start(String host) {
        Pipe[] ends = Pipe.ends();
        client.setSslConfiguration(clientConfiguration);
        server.setSslConfiguration(serverConfiguration);
        server.attachEncrypted(ends[1], SslMode.SERVER);
        client.setPeerVerifyName(host);
        client.attachEncrypted(ends[0], SslMode.CLIENT);
        return this;
    }

    Pair encrypted() {
        until(() -> (clientEvents.has("encrypted") && serverEvents.has("encrypted")) || isOver());
        assertEquals("encrypted", clientEvents.all.get(0), this::toString);
        assertEquals("encrypted", serverEvents.all.get(0), this::toString);
        return this;
    }

    Pair ended() {
        until(this::isOver);
        return this;
    }

    private boolean isOver() {
        return clientEvents.has("disconnected")
                && serverEvents.has("disconnected")
                && client.state() == SocketState.UNCONNECTED
                && server.state() == SocketState.UNCONNECTED;
    }

    /** Moves both sides until something holds. */
    void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean()) {
            client.flush();
            server.flush();
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited in vain\n" + this);
            }
        }
    }

    /** Sends bytes from one side to the other, in pieces that fit. */
    void transfer(SslSocket from, SslSocket to, byte[] bytes) throws IOException {
        ByteBuffer source = ByteBuffer.wrap(bytes);
        ByteBuffer received = ByteBuffer.allocate(bytes.length);
        until(() -> {
            try {
                from.write(source);
            } catch (IOException e) {
                throw new AssertionError("refused\n" + this, e);
            }
            if (to.read(received) < 0) {
                throw new AssertionError("ended after " + received.position() + " bytes\n" + this);
            }
            return !received.hasRemaining();
        });
        assertArrayEquals(bytes, received.array());
    }

    boolean isWithoutError() {
        return Stream.concat(clientEvents.all.stream(), serverEvents.all.stream())
                .noneMatch(event -> event.startsWith("error"));
    }

    @Override
    public String toString() {
        return "client " + clientEvents + " " + client.errorString() + "\nserver " + serverEvents + " "
                + server.errorString();
    }

    @Override
    public void close() {
        client.abort();
        server.abort();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (live() != 0 && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(100_000); // a helper thread gives back what it holds as it ends
        }
        assertEquals(
                0,
                live(),
                () -> "contexts " + SslDiagnostics.liveContexts() + ", engines " + SslDiagnostics.liveEngines()
                        + ", buffers " + SslDiagnostics.liveBuffers() + ", helper threads "
                        + SslDiagnostics.helperThreads());
    }

    private static long live() {
        return SslDiagnostics.liveContexts()
                + SslDiagnostics.liveEngines()
                + SslDiagnostics.liveBuffers()
                + SslDiagnostics.helperThreads();
    }
}
