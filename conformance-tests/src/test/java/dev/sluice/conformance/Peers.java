package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.AlertDescription;
import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SessionStore;
import dev.sluice.SocketState;
import dev.sluice.SslBackends;
import dev.sluice.SslConfiguration;
import dev.sluice.SslError;
import dev.sluice.SslEventLoop;
import dev.sluice.SslMode;
import dev.sluice.SslSocket;
import dev.sluice.SslTransport;
import dev.sluice.conformance.harness.Trace;
import dev.sluice.conformance.harness.Wire;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsFeature;
import dev.sluice.testing.TestCertificates;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A client and a server with their traces, over memory or over loopback, in either driver.
 *
 * <p>Caller-driven sockets are pumped by the test's own thread inside {@link #until}; nothing else moves them. Closing
 * ends both sides and asserts what holds for every test: no trace has a violation, and nothing of the library is alive.
 */
final class Peers implements AutoCloseable {
    /** Who moves the bytes. */
    enum Driving {
        CALLER,
        LOOP
    }

    /** A driver and a protocol version, the two dimensions that nearly every test runs in. */
    record World(Driving driving, ProtocolRange range) {
        static Stream<World> all() {
            return Stream.of(Driving.values())
                    .flatMap(driving -> Stream.of(ProtocolRange.TLS_1_2, ProtocolRange.TLS_1_3)
                            .map(range -> new World(driving, range)));
        }

        boolean isTls13() {
            return range.equals(ProtocolRange.TLS_1_3);
        }

        Peers peers() {
            return new Peers(this);
        }

        /** Says whether an engine reports a fatal alert that it has sent encrypted. */
        boolean reportsEncryptedAlerts() {
            return EncryptedAlerts.REPORTED;
        }

        /** The alert for a peer who is refused with an error, as exactly as the engine can send it (D04). */
        int refusal(SslError.Code code) {
            return backend().capabilities().has(TlsFeature.EXACT_VERIFICATION_ALERT)
                    ? code.alert().number()
                    : AlertDescription.CERTIFICATE_UNKNOWN.number();
        }

        /** Whether sessions can be resumed in this version. A store is refused where they never can. */
        boolean canResume() {
            return backend()
                    .capabilities()
                    .has(isTls13() ? TlsFeature.RESUMPTION_TLS_1_3 : TlsFeature.RESUMPTION_TLS_1_2);
        }

        /** The fatal alert that a client sends on refusing a server, if its engine reports it. */
        List<String> alertSent(int number) {
            return isTls13() && !reportsEncryptedAlerts() ? List.of() : List.of("alertSent(FATAL " + number + ")");
        }

        @Override
        public String toString() {
            return driving + (isTls13() ? " TLS 1.3" : " TLS 1.2");
        }
    }

    /** Seen once, in a refused TLS 1.3 handshake: JDK 17 does not tell which alert it has sent encrypted, JDK 25 does. */
    private static final class EncryptedAlerts {
        private static final boolean REPORTED = seen();

        private static boolean seen() {
            try (Peers peers = new World(Driving.CALLER, ProtocolRange.TLS_1_3)
                    .peers()
                    .identity(TestCertificates.server("localhost").freshKey().selfSigned())) {
                peers.start().ended();
                boolean reported = peers.clientTrace.has("alertSent");
                // What the backend claims must be true; that it claims too little is not for these tests to judge.
                assertTrue(reported || !backend().capabilities().has(TlsFeature.ALERTS_SENT), peers::toString);
                return reported;
            }
        }
    }

    static final ProtocolRange[] VERSIONS = {ProtocolRange.TLS_1_2, ProtocolRange.TLS_1_3};

    /** Under which both sides know a pre-shared key. */
    static final String IDENTITY = "Client_identity \u00e9";

    final World world;
    final Wire wire = new Wire(true);
    final Trace clientTrace = new Trace("client");
    final Trace serverTrace = new Trace("server");
    final SslSocket client;
    final SslSocket server;
    private final SslEventLoop loop;
    private SslConfiguration clientConfiguration;
    private SslConfiguration serverConfiguration;
    private final boolean ownsLoop;
    private final List<Runnable> endings = new ArrayList<>();
    private boolean checksLeaks = true;

    Peers(World world) {
        this(world, null);
    }

    /** Peers on a loop that others use as well; null for a loop of their own. */
    Peers(World world, SslEventLoop sharedLoop) {
        this.world = world;
        ownsLoop = sharedLoop == null && world.driving() == Driving.LOOP;
        clientConfiguration = clientConfiguration(world.range());
        serverConfiguration = serverConfiguration(world.range());
        try {
            loop = ownsLoop ? SslEventLoop.start("peers") : sharedLoop;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        client = open();
        server = open();
        client.setListener(clientTrace);
        server.setListener(serverTrace);
    }

    /** The backend under test: the tests run once with each, by a system property. */
    static TlsBackend backend() {
        return SslBackends.active();
    }

    /** One more socket of the same driver. Whoever asks for it closes it. */
    SslSocket open() {
        return loop == null ? SslSocket.open() : SslSocket.open(loop);
    }

    SslEventLoop loop() {
        return loop;
    }

    static SslConfiguration clientConfiguration(ProtocolRange range) {
        return SslConfiguration.builder(backend())
                .protocols(range)
                .addCaCertificate(TestCertificates.localhost().root())
                .build();
    }

    static SslConfiguration serverConfiguration(ProtocolRange range) {
        return serverConfiguration(range, TestCertificates.localhost());
    }

    static SslConfiguration serverConfiguration(ProtocolRange range, TestCertificates.Issued identity) {
        return SslConfiguration.builder(backend())
                .protocols(range)
                .localCertificate(identity.chain(), identity.key())
                .peerVerifyMode(PeerVerifyMode.VERIFY_NONE)
                .build();
    }

    Peers client(UnaryOperator<SslConfiguration.Builder> change) {
        clientConfiguration = change.apply(clientConfiguration.toBuilder()).build();
        return this;
    }

    Peers server(UnaryOperator<SslConfiguration.Builder> change) {
        serverConfiguration = change.apply(serverConfiguration.toBuilder()).build();
        return this;
    }

    /** The server shows another identity. */
    Peers identity(TestCertificates.Issued identity) {
        return server(builder -> builder.identities(List.of()).localCertificate(identity.chain(), identity.key()));
    }

    Peers wire(Consumer<Wire> change) {
        change.accept(wire);
        return this;
    }

    /** Both sides know a key, made for the occasion, under one identity; it is used where a suite or the version asks for it. */
    Peers shareKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        clientTrace.keys(asked -> {
            asked.setIdentity(IDENTITY);
            asked.setPreSharedKey(key);
        });
        serverTrace.keys(asked -> {
            if (asked.identity().equals(IDENTITY)) {
                asked.setPreSharedKey(key);
            }
        });
        return this;
    }

    /** Attaches both ends to the wire, encrypted from the first byte. */
    Peers start() {
        configure();
        server.attachEncrypted(wire.server(), SslMode.SERVER);
        client.setPeerVerifyName("localhost");
        client.attachEncrypted(wire.client(), SslMode.CLIENT);
        return this;
    }

    /** Attaches both ends to the wire, in the clear. */
    Peers startPlain() {
        configure();
        server.attach(wire.server());
        client.setPeerVerifyName("localhost");
        client.attach(wire.client());
        return this;
    }

    /** Connects through TCP instead of through the wire. */
    Peers startLoopback() throws IOException {
        configure();
        try (ServerSocketChannel listening = listen()) {
            connectLoopback(listening, "localhost");
        }
        return this;
    }

    void connectLoopback(ServerSocketChannel listening, String host) throws IOException {
        client.connectToHostEncrypted(host, ((InetSocketAddress) listening.getLocalAddress()).getPort());
        if (loop == null) {
            until(() -> client.state() == SocketState.CONNECTED, "TCP connection");
        }
        server.attachEncrypted(SslTransport.of(listening.accept()), SslMode.SERVER); // waits
    }

    static ServerSocketChannel listen() throws IOException {
        return ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    void configure() {
        client.setSslConfiguration(clientConfiguration);
        server.setSslConfiguration(serverConfiguration);
    }

    Peers encrypted() {
        until(
                () -> (clientTrace.has("encrypted") && serverTrace.has("encrypted"))
                        || clientTrace.has("disconnected")
                        || serverTrace.has("disconnected"),
                "encrypted on both sides");
        assertTrue(clientTrace.has("encrypted") && serverTrace.has("encrypted"), this::toString);
        return this;
    }

    /** Moves both sides until something holds. */
    void until(BooleanSupplier condition, String what) {
        if (!eventually(condition)) {
            throw new AssertionError("waited in vain for: " + what + "\n" + this);
        }
    }

    boolean eventually(BooleanSupplier condition) {
        return Leaks.eventually(() -> {
            pump();
            return condition.getAsBoolean();
        });
    }

    /** Ends the connection as a pulled cable does, seen by both ends once they have read what had arrived. */
    void kill() {
        wire.toServer().fin();
        wire.toClient().fin();
    }

    /** One turn of both sides. Does nothing on a loop. */
    void pump() {
        if (loop == null) {
            client.flush();
            server.flush();
        }
    }

    /** Moves both sides until both are unconnected and have said so. */
    Peers ended() {
        until(
                () -> client.state() == SocketState.UNCONNECTED
                        && server.state() == SocketState.UNCONNECTED
                        && isOver(clientTrace)
                        && isOver(serverTrace),
                "the end of both sides");
        return this;
    }

    private static boolean isOver(Trace trace) {
        return trace.has("disconnected");
    }

    /** Sends bytes from one to the other and waits until they were read. */
    void transfer(SslSocket from, SslSocket to, byte[] bytes) throws IOException {
        byte[] received = new byte[bytes.length];
        int sent = 0;
        int got = 0;
        long deadline = System.nanoTime() + Leaks.PATIENCE_NANOS;
        while (got < bytes.length) {
            if (sent < bytes.length) {
                sent += from.write(java.nio.ByteBuffer.wrap(bytes, sent, bytes.length - sent));
            }
            pump();
            int n = to.read(java.nio.ByteBuffer.wrap(received, got, bytes.length - got));
            assertTrue(n >= 0, () -> "end of stream after fewer bytes than were sent\n" + this);
            got += n;
            assertTrue(System.nanoTime() - deadline < 0, () -> "transfer stands still\n" + this);
        }
        org.junit.jupiter.api.Assertions.assertArrayEquals(bytes, received);
    }

    /** Sessions can be resumed; for both sides a store that ends with these peers. */
    Peers resumable() {
        if (!world.canResume()) {
            return this;
        }
        SessionStore ofClient = SessionStore.create();
        SessionStore ofServer = SessionStore.create();
        endings.add(ofClient::close);
        endings.add(ofServer::close);
        return client(builder -> builder.sessionStore(ofClient)).server(builder -> builder.sessionStore(ofServer));
    }

    /** Other peers are alive, so that the live counts cannot be zero at the end of these. */
    Peers amongOthers() {
        checksLeaks = false;
        return this;
    }

    @Override
    public String toString() {
        return world + "\n" + clientTrace + serverTrace + "client " + client + " " + client.errorString() + "\nserver "
                + server + " " + server.errorString() + "\nto server "
                + wire.toServer().written() + ", to client "
                + wire.toClient().written() + " bytes; " + Leaks.live();
    }

    @Override
    public void close() {
        client.abort();
        server.abort();
        endings.forEach(Runnable::run);
        if (ownsLoop) {
            loop.close();
        }
        assertEquals(List.of(), clientTrace.violations(), this::toString);
        assertEquals(List.of(), serverTrace.violations(), this::toString);
        if (checksLeaks) {
            Leaks.assertNone();
        }
    }

    static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }
}
