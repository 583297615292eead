package dev.sluice.conformance.harness;

import dev.sluice.ProtocolRange;
import dev.sluice.SessionStore;
import dev.sluice.SslCipher;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.spi.ClientAuthentication;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.FeatureSettings;
import dev.sluice.spi.KeyMaterial;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Two engines of one backend, client and server, at the seam: made by {@link TlsBackend#createContext} and {@link
 * TlsContext#createEngine}, joined in memory.
 *
 * <p>One thread at a time.
 */
public final class EnginePair implements AutoCloseable {
    private static final int HANDSHAKE_LIMIT_BYTES = 64 * 1024;
    private static final int MAX_TURNS = 200;

    private final EngineEnd client;
    private final EngineEnd server;

    private EnginePair(EngineEnd client, EngineEnd server) {
        this.client = client;
        this.server = server;
    }

    /** The two contexts of a backend from which pairs are made. One thread at a time. */
    public static final class Contexts implements AutoCloseable {
        private final TlsBackend backend;
        private final TlsContext ofClient;
        private final TlsContext ofServer;

        /**
         * Makes both contexts.
         *
         * @param backend the backend
         * @param ofClient what the client's is for
         * @param ofServer what the server's is for
         * @throws TlsContextException if the backend refuses
         */
        public Contexts(TlsBackend backend, ContextSpec ofClient, ContextSpec ofServer) throws TlsContextException {
            this.backend = backend;
            this.ofClient = backend.createContext(ofClient);
            boolean whole = false;
            try {
                this.ofServer = backend.createContext(ofServer);
                whole = true;
            } finally {
                if (!whole) {
                    this.ofClient.release();
                }
            }
        }

        /**
         * Makes a pair.
         *
         * @param ofClient what the client's engine is for
         * @param ofServer what the server's engine is for
         * @param verdict what the client says of the server
         * @return a new pair; nothing has moved
         * @throws TlsContextException if the backend refuses
         */
        public EnginePair pair(EngineSpec ofClient, EngineSpec ofServer, PeerVerdict verdict)
                throws TlsContextException {
            var kind = backend.capabilities().bufferKind();
            EngineEnd client = new EngineEnd(this.ofClient, ofClient, kind, verdict);
            boolean whole = false;
            try {
                EngineEnd server = new EngineEnd(this.ofServer, ofServer, kind, PeerVerdict.Accepted.INSTANCE);
                whole = true;
                return new EnginePair(client, server);
            } finally {
                if (!whole) {
                    client.close();
                }
            }
        }

        @Override
        public void close() {
            ofClient.release();
            ofServer.release();
        }
    }

    /**
     * The specification of a client.
     *
     * @param backend whose suites are meant
     * @param range which versions
     * @return with the library's default suites, as far as the backend has them
     */
    public static ContextSpec clientContext(TlsBackend backend, ProtocolRange range) {
        return context(backend, range, List.of());
    }

    /**
     * The specification of a server that is {@link Identities#server()}.
     *
     * @param backend whose suites are meant
     * @param range which versions
     * @return with the library's default suites, as far as the backend has them
     */
    public static ContextSpec serverContext(TlsBackend backend, ProtocolRange range) {
        return context(backend, range, List.of(serverKey()));
    }

    private static KeyMaterial serverKey() {
        return new KeyMaterial.KeyAndChain(
                Identities.server().chain(), Identities.server().keys().getPrivate());
    }

    private static ContextSpec context(TlsBackend backend, ProtocolRange range, List<KeyMaterial> identities) {
        return new ContextSpec(
                range,
                suites(backend, range),
                List.of(),
                List.of(),
                identities,
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * The library's default suites that a backend has and that fit a range.
     *
     * @param backend the backend
     * @param range the range
     * @return the suites
     */
    public static List<SslCipher> suites(TlsBackend backend, ProtocolRange range) {
        List<SslCipher> usable = new ArrayList<>(SslCipher.defaults());
        usable.retainAll(backend.capabilities().ciphers());
        usable.removeIf(cipher -> cipher.protocols().stream().noneMatch(range::contains));
        return usable;
    }

    /**
     * The same specification with sessions.
     *
     * @param spec the specification
     * @param store where they are kept
     * @return the new one
     */
    public static ContextSpec with(ContextSpec spec, SessionStore store) {
        return new ContextSpec(
                spec.protocols(),
                spec.ciphers(),
                spec.groups(),
                spec.signatureSchemes(),
                spec.identities(),
                spec.acceptedIssuers(),
                spec.dhParameters(),
                Optional.of(store));
    }

    /**
     * What an engine is asked for, one thing after the other. Immutable, share freely.
     *
     * @param side for which side
     * @param serverName the name to send, on clients
     * @param sessionIdentity names what must be equal for a session to be resumed, on clients
     * @param applicationProtocols for ALPN
     * @param clientAuthentication whether a server asks for a certificate
     * @param ocspStapling whether a client asks for a stapled response
     * @param features what only some engines can do
     */
    public record Wishes(
            Side side,
            Optional<String> serverName,
            Optional<String> sessionIdentity,
            List<String> applicationProtocols,
            ClientAuthentication clientAuthentication,
            boolean ocspStapling,
            FeatureSettings features) {
        /**
         * Nothing beside TLS itself.
         *
         * @param side for which side
         * @return the wishes
         */
        public static Wishes none(Side side) {
            return new Wishes(
                    side,
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    ClientAuthentication.NONE,
                    false,
                    FeatureSettings.NONE);
        }

        /**
         * The same with a name to send.
         *
         * @param name the name
         * @return the new wishes
         */
        public Wishes serverName(String name) {
            return new Wishes(
                    side,
                    Optional.of(name),
                    sessionIdentity,
                    applicationProtocols,
                    clientAuthentication,
                    ocspStapling,
                    features);
        }

        /**
         * The same with sessions, where the side is a client.
         *
         * @param identity what its sessions are found by
         * @return the new wishes
         */
        public Wishes sessionIdentity(String identity) {
            return new Wishes(
                    side,
                    serverName,
                    side == Side.CLIENT ? Optional.of(identity) : Optional.empty(),
                    applicationProtocols,
                    clientAuthentication,
                    ocspStapling,
                    features);
        }

        /**
         * The same with application protocols.
         *
         * @param names the names
         * @return the new wishes
         */
        public Wishes applicationProtocols(List<String> names) {
            return new Wishes(side, serverName, sessionIdentity, names, clientAuthentication, ocspStapling, features);
        }

        /**
         * The same with a demand for a certificate.
         *
         * @param demand how strong
         * @return the new wishes
         */
        public Wishes clientAuthentication(ClientAuthentication demand) {
            return new Wishes(side, serverName, sessionIdentity, applicationProtocols, demand, ocspStapling, features);
        }

        /**
         * The same with stapled OCSP responses.
         *
         * @return the new wishes
         */
        public Wishes withStapling() {
            return new Wishes(
                    side, serverName, sessionIdentity, applicationProtocols, clientAuthentication, true, features);
        }

        /**
         * The same with what only some engines can do.
         *
         * @param settings what
         * @return the new wishes
         */
        public Wishes features(FeatureSettings settings) {
            return new Wishes(
                    side,
                    serverName,
                    sessionIdentity,
                    applicationProtocols,
                    clientAuthentication,
                    ocspStapling,
                    settings);
        }

        EngineSpec spec() {
            return new EngineSpec(
                    side,
                    serverName,
                    sessionIdentity,
                    applicationProtocols,
                    clientAuthentication,
                    true,
                    ocspStapling,
                    features.preSharedKeys().isPresent(),
                    HANDSHAKE_LIMIT_BYTES,
                    features);
        }
    }

    /**
     * Makes a pair with both contexts, uses it, and gives all back.
     *
     * @param contexts from which; the caller's
     * @param ofClient changes what the client is asked for
     * @param ofServer changes what the server is asked for
     * @param verdict what the client says of the server
     * @return a new pair; nothing has moved
     * @throws TlsContextException if the backend refuses
     */
    public static EnginePair of(
            Contexts contexts, UnaryOperator<Wishes> ofClient, UnaryOperator<Wishes> ofServer, PeerVerdict verdict)
            throws TlsContextException {
        return contexts.pair(
                ofClient.apply(Wishes.none(Side.CLIENT)).spec(),
                ofServer.apply(Wishes.none(Side.SERVER)).spec(),
                verdict);
    }

    /**
     * The client.
     *
     * @return its end
     */
    public EngineEnd client() {
        return client;
    }

    /**
     * The server.
     *
     * @return its end
     */
    public EngineEnd server() {
        return server;
    }

    /**
     * Says whether the handshake has ended on both sides.
     *
     * @return true if so
     */
    public boolean isEstablished() {
        return client.isEstablished() && server.isEstablished();
    }

    /**
     * Moves both ends until nothing moves any more.
     *
     * @return this
     */
    public EnginePair pump() {
        pump(client, server);
        return this;
    }

    static void pump(EngineEnd one, EngineEnd other) {
        boolean moved = true;
        for (int turns = 0; moved; turns++) {
            moved = one.turn();
            one.deliverTo(other);
            moved |= other.turn();
            other.deliverTo(one);
            int count = turns;
            Verdict.check(count < MAX_TURNS, () -> "two engines talk without end");
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
