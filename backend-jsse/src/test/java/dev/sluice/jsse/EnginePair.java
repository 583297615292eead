package dev.sluice.jsse;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.ProtocolRange;
import dev.sluice.SessionStore;
import dev.sluice.SslCipher;
import dev.sluice.TlsAlert;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.ClientAuthentication;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.FeatureSettings;
import dev.sluice.spi.KeyMaterial;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import dev.sluice.testing.TestCertificates;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Two engines that talk in memory, driven through the seam as a connection would. */
final class EnginePair implements AutoCloseable {
    /** Far more than a handshake needs: an engine that takes longer spins. */
    private static final int MAX_CALLS = 500;

    final End client;
    final End server;

    private EnginePair(End client, End server) {
        this.client = client;
        this.server = server;
    }

    /** What a test can set about a pair; all else is the default. */
    static final class Setup {
        private final TlsBackend backend;
        private TlsBackend serverBackend;
        private ProtocolRange protocols = ProtocolRange.TLS_1_2_OR_LATER;
        private List<SslCipher> ciphers;
        private TestCertificates.Issued serverIdentity = TestCertificates.localhost();
        private List<KeyMaterial> clientIdentities = List.of();
        private List<dev.sluice.x509.SslCertificate> acceptedIssuers = List.of();
        private List<dev.sluice.NamedGroup> groups = List.of();
        private Optional<SessionStore> store = Optional.empty();
        private Optional<String> sessionIdentity = Optional.empty();
        private Optional<String> serverName = Optional.empty();
        private List<String> clientAlpn = List.of();
        private List<String> serverAlpn = List.of();
        private ClientAuthentication clientAuthentication = ClientAuthentication.NONE;
        private boolean mayPend;
        private Function<PeerCredentials, PeerVerdict> clientVerifier = c -> PeerVerdict.Accepted.INSTANCE;
        private Function<PeerCredentials, PeerVerdict> serverVerifier = c -> PeerVerdict.Accepted.INSTANCE;

        Setup(TlsBackend backend) {
            this.backend = backend;
            this.serverBackend = backend;
            this.ciphers = usable(backend);
        }

        /** The default suites that the backend has. */
        static List<SslCipher> usable(TlsBackend backend) {
            List<SslCipher> offered = backend.capabilities().ciphers();
            return SslCipher.defaults().stream().filter(offered::contains).toList();
        }

        Setup serverBackend(TlsBackend value) {
            serverBackend = value;
            return this;
        }

        Setup protocols(ProtocolRange value) {
            protocols = value;
            return this;
        }

        Setup ciphers(List<SslCipher> value) {
            ciphers = value;
            return this;
        }

        Setup groups(List<dev.sluice.NamedGroup> value) {
            groups = value;
            return this;
        }

        Setup serverIdentity(TestCertificates.Issued value) {
            serverIdentity = value;
            return this;
        }

        Setup clientIdentity(TestCertificates.Issued value) {
            clientIdentities = List.of(new KeyMaterial.KeyAndChain(value.chain(), value.key()));
            return this;
        }

        Setup clientIdentities(List<KeyMaterial> value) {
            clientIdentities = value;
            return this;
        }

        Setup acceptedIssuers(List<dev.sluice.x509.SslCertificate> value) {
            acceptedIssuers = value;
            return this;
        }

        Setup store(SessionStore value, String identity) {
            store = Optional.of(value);
            sessionIdentity = Optional.of(identity);
            return this;
        }

        Setup sessionIdentity(Optional<String> value) {
            sessionIdentity = value;
            return this;
        }

        Setup serverName(String value) {
            serverName = Optional.of(value);
            return this;
        }

        Setup alpn(List<String> ofClient, List<String> ofServer) {
            clientAlpn = ofClient;
            serverAlpn = ofServer;
            return this;
        }

        Setup clientAuthentication(ClientAuthentication value) {
            clientAuthentication = value;
            return this;
        }

        Setup mayPend() {
            mayPend = true;
            return this;
        }

        Setup clientVerifier(Function<PeerCredentials, PeerVerdict> value) {
            clientVerifier = value;
            return this;
        }

        Setup serverVerifier(Function<PeerCredentials, PeerVerdict> value) {
            serverVerifier = value;
            return this;
        }

        ContextSpec clientContextSpec() {
            return new ContextSpec(
                    protocols, ciphers, groups, List.of(), clientIdentities, List.of(), Optional.empty(), store);
        }

        ContextSpec serverContextSpec() {
            List<SslCipher> serverCiphers =
                    ciphers.stream().filter(usable(serverBackend)::contains).toList();
            return new ContextSpec(
                    protocols,
                    serverBackend == backend ? ciphers : serverCiphers,
                    List.of(),
                    List.of(),
                    List.of(new KeyMaterial.KeyAndChain(serverIdentity.chain(), serverIdentity.key())),
                    acceptedIssuers,
                    Optional.empty(),
                    store);
        }

        Contexts contexts() {
            try {
                return new Contexts(
                        backend.createContext(clientContextSpec()), serverBackend.createContext(serverContextSpec()));
            } catch (TlsContextException e) {
                throw new AssertionError(e);
            }
        }

        EnginePair open() {
            return open(contexts(), true);
        }

        EnginePair open(Contexts contexts) {
            return open(contexts, false);
        }

        private EnginePair open(Contexts contexts, boolean owned) {
            try {
                End client = new End(
                        "client",
                        contexts.client,
                        owned,
                        backend.capabilities().bufferKind(),
                        new EngineSpec(
                                Side.CLIENT,
                                serverName,
                                sessionIdentity,
                                clientAlpn,
                                ClientAuthentication.NONE,
                                true,
                                backend.capabilities().has(dev.sluice.spi.TlsFeature.OCSP_CLIENT),
                                mayPend,
                                65536,
                                FeatureSettings.NONE),
                        clientVerifier);
                End server = new End(
                        "server",
                        contexts.server,
                        owned,
                        serverBackend.capabilities().bufferKind(),
                        new EngineSpec(
                                Side.SERVER,
                                Optional.empty(),
                                Optional.empty(),
                                serverAlpn,
                                clientAuthentication,
                                true,
                                false,
                                mayPend,
                                65536,
                                FeatureSettings.NONE),
                        serverVerifier);
                client.peer = server;
                server.peer = client;
                return new EnginePair(client, server);
            } catch (TlsContextException e) {
                throw new AssertionError(e);
            }
        }
    }

    record Contexts(TlsContext client, TlsContext server) implements AutoCloseable {
        @Override
        public void close() {
            client.release();
            server.release();
        }
    }

    /** Moves bytes between the ends until nothing moves any more. */
    EnginePair pump() {
        boolean moved = true;
        int turns = 0;
        while (moved) {
            moved = client.turn() | server.turn();
            assertTrue(++turns < MAX_CALLS, "the engines go on for ever");
        }
        return this;
    }

    EnginePair handshake() {
        pump();
        assertTrue(client.completed && server.completed, () -> client + "\n" + server);
        return this;
    }

    /** Sends a text each way and checks that it arrives. */
    EnginePair exchange() {
        client.write("ping from the client");
        server.write("pong from the server");
        pump();
        assertTrue(server.takeText().equals("ping from the client"), () -> "server: " + server);
        assertTrue(client.takeText().equals("pong from the server"), () -> "client: " + client);
        return this;
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }

    /** One end: an engine, its buffers and what it has said. */
    static final class End implements EngineEvents, AutoCloseable {
        final String name;
        final TlsEngine engine;
        final List<TlsAlert> sent = new ArrayList<>();
        final List<TlsAlert> received = new ArrayList<>();
        final List<PeerCredentials> judged = new ArrayList<>();
        final ByteBuf inbox;
        final ByteBuf plaintext;
        final ByteBuf toSend = Unpooled.buffer();
        boolean completed;
        int tickets;
        int keyUpdates;
        EngineStep failure;
        boolean inboundClosed;
        boolean outboundClosed;
        private final TlsContext context;
        private final boolean ownsContext;
        private final BufferKind kind;
        private End peer;

        End(
                String name,
                TlsContext context,
                boolean ownsContext,
                BufferKind kind,
                EngineSpec spec,
                Function<PeerCredentials, PeerVerdict> verifier)
                throws TlsContextException {
            this.name = name;
            this.context = context;
            this.ownsContext = ownsContext;
            this.kind = kind;
            this.engine = context.createEngine(
                    spec,
                    credentials -> {
                        judged.add(credentials);
                        return verifier.apply(credentials);
                    },
                    this);
            this.inbox = buffer(1 << 18);
            this.plaintext = buffer(1 << 18);
        }

        private ByteBuf buffer(int bytes) {
            return switch (kind) {
                case HEAP -> Unpooled.buffer(bytes, bytes);
                case DIRECT -> Unpooled.directBuffer(bytes, bytes);
            };
        }

        void write(String text) {
            toSend.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        }

        String takeText() {
            return plaintext
                    .readCharSequence(plaintext.readableBytes(), StandardCharsets.UTF_8)
                    .toString();
        }

        /** Reads, runs tasks, writes; says whether anything moved. */
        boolean turn() {
            boolean moved = false;
            int calls = 0;
            while (true) {
                assertTrue(++calls < MAX_CALLS, () -> name + " spins: " + this);
                int before = inbox.readableBytes() + plaintext.readableBytes();
                int readerBefore = inbox.readerIndex();
                boolean wasCompleted = completed;
                EngineStep step =
                        inboundClosed || failure != null ? EngineStep.NEEDS_INPUT : engine.unwrap(inbox, plaintext);
                moved |= readerBefore != inbox.readerIndex()
                        || before != inbox.readableBytes() + plaintext.readableBytes();
                boolean again = handle(step, Direction.IN);
                again |= flush();
                moved |= wasCompleted != completed;
                if (!again) {
                    return moved;
                }
                moved = true;
            }
        }

        /** Wraps as long as something comes out. */
        private boolean flush() {
            boolean moved = false;
            for (int calls = 0; calls < MAX_CALLS; calls++) {
                ByteBuf room = buffer(engine.outputRoomBytes());
                try {
                    int data = toSend.readableBytes();
                    EngineStep step = engine.wrap(toSend, room);
                    boolean produced = room.isReadable();
                    if (peer != null) {
                        peer.inbox.writeBytes(room);
                    }
                    moved |= produced || data != toSend.readableBytes();
                    boolean again = handle(step, Direction.OUT);
                    if (!produced && !again) {
                        return moved;
                    }
                    moved |= again;
                } finally {
                    room.release();
                }
            }
            throw new AssertionError(name + " wraps for ever: " + this);
        }

        private enum Direction {
            IN,
            OUT
        }

        private boolean handle(EngineStep step, Direction direction) {
            return switch (step.kind()) {
                case PROGRESSED -> direction == Direction.IN;
                case NEEDS_INPUT, NEEDS_UNWRAP, NEEDS_VERIFICATION -> false;
                case NEEDS_WRAP -> direction == Direction.OUT;
                case NEEDS_OUTPUT_ROOM -> throw new AssertionError(name + " wants more room than it said");
                case NEEDS_TASK -> {
                    EngineStep after = engine.runTask();
                    if (after.kind() == EngineStep.Kind.FAILED && failure == null) {
                        failure = after;
                    }
                    yield true;
                }
                case CLOSED -> {
                    if (direction == Direction.IN) {
                        inboundClosed = true;
                    } else {
                        outboundClosed = true;
                    }
                    yield false;
                }
                case FAILED -> {
                    boolean first = failure == null;
                    failure = step;
                    yield first;
                }
            };
        }

        @Override
        public void handshakeCompleted() {
            assertFalse(completed, name + " completed its handshake twice");
            completed = true;
        }

        @Override
        public void alertSent(TlsAlert alert) {
            sent.add(alert);
        }

        @Override
        public void alertReceived(TlsAlert alert) {
            received.add(alert);
        }

        @Override
        public void sessionTicketReceived() {
            tickets++;
        }

        @Override
        public void keyUpdateReceived() {
            keyUpdates++;
        }

        @Override
        public void close() {
            engine.release();
            inbox.release();
            plaintext.release();
            toSend.release();
            if (ownsContext) {
                context.release();
            }
        }

        @Override
        public String toString() {
            return name + " completed=" + completed + " failure=" + failure
                    + (failure == null ? "" : " " + failure.cause().orElse(null)) + " sent=" + sent + " received="
                    + received;
        }
    }
}
