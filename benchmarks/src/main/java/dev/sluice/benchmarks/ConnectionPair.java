package dev.sluice.benchmarks;

import dev.sluice.AlertDescription;
import dev.sluice.PeerVerifyMode;
import dev.sluice.TlsAlert;
import dev.sluice.connection.Buffers;
import dev.sluice.connection.Connection;
import dev.sluice.connection.ConnectionEvents;
import dev.sluice.connection.ConnectionFailure;
import dev.sluice.connection.ConnectionLimits;
import dev.sluice.connection.ContextCache;
import dev.sluice.connection.ContextLease;
import dev.sluice.connection.NegotiationPolicy;
import dev.sluice.connection.PeerGate;
import dev.sluice.connection.Phase;
import dev.sluice.connection.TlsSetup;
import dev.sluice.connection.VerificationSettings;
import dev.sluice.spi.ClientAuthentication;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.FeatureSettings;
import dev.sluice.spi.KeyMaterial;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import dev.sluice.x509.CertificateVerifier;
import dev.sluice.x509.PeerName;
import dev.sluice.x509.Purpose;
import dev.sluice.x509.RevocationEvidence;
import dev.sluice.x509.SslCertificate;
import dev.sluice.x509.VerificationPolicy;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Two of our connections in one thread, joined by the same wire as {@link EnginePair}: what one lends for draining is
 * copied to where the other lends room. Contexts are shared by all pairs of one {@link Contexts}, as in a program.
 */
final class ConnectionPair implements AutoCloseable {
    private static final ConnectionLimits LIMITS = new ConnectionLimits(1 << 20, 1 << 20, 1 << 16);

    /** Where what arrives goes, the same for all pairs of a thread: an idle pair is charged with no memory of the benchmark's. */
    private static final ThreadLocal<ByteBuf> RECEIVED =
            ThreadLocal.withInitial(() -> Unpooled.wrappedBuffer(new byte[64 * 1024]));

    private final Protocol protocol;
    private final Connection client;
    private final Connection server;

    /** Both contexts, kept alive between pairs. */
    record Contexts(
            TlsBackend backend,
            Protocol protocol,
            List<SslCertificate> anchors,
            ContextSpec clientSpec,
            ContextSpec serverSpec,
            ContextLease client,
            ContextLease server)
            implements AutoCloseable {
        static Contexts create(Identity identity, Protocol protocol, TlsBackend backend) {
            ContextSpec clientSpec = spec(identity, protocol, backend, Side.CLIENT);
            ContextSpec serverSpec = spec(identity, protocol, backend, Side.SERVER);
            try {
                return new Contexts(
                        backend,
                        protocol,
                        List.of(SslCertificate.of(identity.root())),
                        clientSpec,
                        serverSpec,
                        ContextCache.SHARED.lease(backend, clientSpec),
                        ContextCache.SHARED.lease(backend, serverSpec));
            } catch (TlsContextException e) {
                throw new IllegalStateException("cannot make a context", e);
            }
        }

        private static ContextSpec spec(Identity identity, Protocol protocol, TlsBackend backend, Side side) {
            List<KeyMaterial> keys = side == Side.SERVER
                    ? protocol.serverConfiguration(identity, backend).identities()
                    : List.of();
            return new ContextSpec(
                    protocol.range(),
                    protocol.ciphers(),
                    Protocol.groupsFor(backend),
                    List.of(),
                    keys,
                    List.of(),
                    Optional.empty(),
                    Optional.empty());
        }

        @Override
        public void close() {
            client.release();
            server.release();
        }
    }

    ConnectionPair(Contexts contexts) {
        protocol = contexts.protocol();
        client = open(contexts, Side.CLIENT);
        server = open(contexts, Side.SERVER);
    }

    private static Connection open(Contexts contexts, Side side) {
        Connection connection =
                new Connection(Buffers.POOLED, contexts.backend().capabilities().bufferKind(), LIMITS, new Silent());
        try {
            connection.startTls((events, name) -> setup(contexts, side, events), false);
        } catch (TlsContextException e) {
            throw new IllegalStateException("cannot begin", e);
        }
        return connection;
    }

    private static TlsSetup setup(Contexts contexts, Side side, dev.sluice.spi.EngineEvents events)
            throws TlsContextException {
        boolean isClient = side == Side.CLIENT;
        ContextLease lease =
                ContextCache.SHARED.lease(contexts.backend(), isClient ? contexts.clientSpec() : contexts.serverSpec());
        PeerGate gate = new PeerGate(
                new VerificationSettings(
                        CertificateVerifier.strict(),
                        isClient ? PeerVerifyMode.VERIFY_PEER : PeerVerifyMode.VERIFY_NONE,
                        isClient ? PeerName.of(Identity.HOST) : PeerName.NotChecked.DANGEROUSLY_NOT_CHECKED,
                        isClient ? Purpose.SERVER : Purpose.CLIENT,
                        contexts::anchors,
                        OptionalInt.empty(),
                        VerificationPolicy.DEFAULT,
                        List.of(),
                        RevocationEvidence.Stapling.NOT_ASKED_FOR,
                        Set.of(),
                        InstantSource.system(),
                        () -> true),
                (shown, errors) -> new PeerVerdict.Refused(AlertDescription.BAD_CERTIFICATE, errors.toString()));
        TlsEngine engine = lease.context()
                .createEngine(
                        new EngineSpec(
                                side,
                                isClient ? Optional.of(Identity.HOST) : Optional.empty(),
                                Optional.empty(),
                                List.of(),
                                ClientAuthentication.NONE,
                                true,
                                false,
                                false,
                                1 << 16,
                                FeatureSettings.NONE),
                        gate,
                        events);
        NegotiationPolicy policy = new NegotiationPolicy(
                contexts.protocol().range(), contexts.protocol().ciphers(), List.of());
        return new TlsSetup(lease, engine, gate, policy, false);
    }

    /** Runs the handshake and what follows it (tickets), until both ends are at rest. */
    void handshake() {
        boolean moved = true;
        while (moved) {
            moved = step(client);
            moved |= transfer(client, server);
            moved |= step(server);
            moved |= transfer(server, client);
        }
        if (client.phase() != Phase.ESTABLISHED || server.phase() != Phase.ESTABLISHED) {
            throw new IllegalStateException("handshake failed: " + client.failure() + ", " + server.failure());
        }
        protocol.requireNegotiated(client.facts());
    }

    private static boolean step(Connection connection) {
        boolean moved = connection.transmit();
        while (connection.hasTask()) {
            Connection.EngineTask task = connection.takeTask();
            task.run();
            task.finish();
            connection.transmit();
            moved = true;
        }
        return moved;
    }

    private static boolean transfer(Connection from, Connection to) {
        ByteBuffer out = from.beginDrain();
        if (out == null) {
            return false;
        }
        int offered = out.remaining();
        while (out.hasRemaining()) {
            ByteBuffer room = to.beginFill();
            if (room == null) {
                break;
            }
            int bytes = Math.min(out.remaining(), room.remaining());
            int end = out.limit();
            out.limit(out.position() + bytes);
            room.put(out);
            out.limit(end);
            to.endFill(bytes);
            if (out.hasRemaining()) {
                step(to);
            }
        }
        from.endDrain(offered - out.remaining());
        return true;
    }

    /** What the handshake has agreed on. */
    SessionFacts facts() {
        return client.facts();
    }

    /** Sends the readable bytes of the source from client to server and gives how many have arrived. */
    int send(ByteBuf source) {
        return send(source, client, server);
    }

    /** The same from server to client. */
    int sendBack(ByteBuf source) {
        return send(source, server, client);
    }

    private static int send(ByteBuf source, Connection from, Connection to) {
        ByteBuf received = RECEIVED.get();
        int capacity = received.capacity();
        int total = 0;
        while (source.isReadable()) {
            from.encrypt(source);
            ByteBuffer out = from.beginDrain();
            if (out == null) {
                throw new IllegalStateException("nothing was encrypted: " + from.failure());
            }
            int offered = out.remaining();
            while (out.hasRemaining()) {
                ByteBuffer room = to.beginFill();
                if (room == null) {
                    throw new IllegalStateException("receiver takes nothing: " + to.failure());
                }
                int bytes = Math.min(out.remaining(), room.remaining());
                int end = out.limit();
                out.limit(out.position() + bytes);
                room.put(out);
                out.limit(end);
                to.endFill(bytes);
                int decrypted;
                do {
                    received.setIndex(0, 0);
                    decrypted = to.decrypt(received, capacity);
                    total += decrypted;
                } while (decrypted > 0 && to.encryptedBytesAvailable() > 0);
            }
            from.endDrain(offered);
        }
        return total;
    }

    @Override
    public void close() {
        client.release();
        server.release();
    }

    /** Wants to hear nothing. */
    private static final class Silent implements ConnectionEvents {
        @Override
        public void encrypted() {}

        @Override
        public void plaintextReceived(int bytes) {}

        @Override
        public void plaintextSent(int bytes) {}

        @Override
        public void alertSent(TlsAlert alert) {}

        @Override
        public void alertReceived(TlsAlert alert) {}

        @Override
        public void peerHasBegun() {}

        @Override
        public void sessionTicketReceived() {}

        @Override
        public void inboundFinished() {}

        @Override
        public void failed(ConnectionFailure failure) {}
    }
}
