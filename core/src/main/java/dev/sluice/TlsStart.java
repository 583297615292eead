package dev.sluice;

import dev.sluice.connection.ConnectionParts;
import dev.sluice.connection.ContextLease;
import dev.sluice.connection.NegotiationPolicy;
import dev.sluice.connection.PeerGate;
import dev.sluice.connection.TlsSetup;
import dev.sluice.connection.VerificationSettings;
import dev.sluice.spi.ClientAuthentication;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.FeatureSettings;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import dev.sluice.x509.HostNames;
import dev.sluice.x509.PeerName;
import dev.sluice.x509.Purpose;
import dev.sluice.x509.RevocationEvidence.Stapling;
import dev.sluice.x509.SslCertificate;
import dev.sluice.x509.TrustAnchors;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Turns a configuration into what a connection needs to begin TLS.
 *
 * <p>Made before the first byte goes out, and holds a lease on the context from then on: whatever the backend refuses is
 * known while the socket is still unconnected. One-shot: either {@link #open} takes the lease over or {@link #discard()}
 * gives it back.
 */
final class TlsStart implements TlsSetup.Source {
    private final ConnectionParts parts;
    private final TlsBackend backend;
    private final SslConfiguration configuration;
    private final Side side;
    private final Target target;
    private final Deciders deciders;
    private final Keys keys;
    /** Grows to {@link Asking#MAY_WAIT} if the configuration that was chosen by name asks for it. */
    private Asking asking;

    private final ContextLease lease;
    private boolean leaseTaken;

    /** Makes the one that decides about a peer's errors by the rules of the configuration that was chosen. */
    @FunctionalInterface
    interface Deciders {
        PeerGate.Decider by(PeerDecisions.Rules rules);
    }

    /** Asks for pre-shared keys by what the configuration says that was chosen. */
    @FunctionalInterface
    interface Keys {
        PskQuestions.Source by(SslConfiguration chosen);
    }

    /** Whether the user may be asked about the peer, or has said before what is to be ignored. */
    enum Asking {
        /** The configuration alone decides. */
        NEVER,
        /** Errors are ignored by a list; such a connection offers no session, for it may come to accept errors. */
        LENIENT,
        /** A handler, an interruption or a pause may make the handshake wait. */
        MAY_WAIT
    }

    /**
     * Whom a client wants to reach.
     *
     * @param host as given by the user; empty on servers and on attached channels
     * @param port 0 if unknown
     * @param verifyName the name that the certificate must have
     */
    record Target(String host, int port, String verifyName) {
        static final Target NONE = new Target("", 0, "");
    }

    private TlsStart(
            ConnectionParts parts,
            TlsBackend backend,
            SslConfiguration configuration,
            Side side,
            Target target,
            Asking asking,
            Deciders deciders,
            Keys keys,
            ContextLease lease) {
        this.parts = parts;
        this.backend = backend;
        this.configuration = configuration;
        this.side = side;
        this.target = target;
        this.asking = asking;
        this.deciders = deciders;
        this.keys = keys;
        this.lease = lease;
    }

    /** Leases the context, so that a refusal of the backend is known now. */
    static TlsStart prepare(
            ConnectionParts parts,
            SslConfiguration configuration,
            Side side,
            Target target,
            Asking asking,
            Deciders deciders,
            Keys keys)
            throws TlsContextException {
        TlsBackend backend = backendOf(configuration);
        ContextLease lease = leaseContext(parts, backend, configuration, side);
        return new TlsStart(parts, backend, configuration, side, target, asking, deciders, keys, lease);
    }

    /** The backend of a configuration: its own or the active one. */
    static TlsBackend backendOf(SslConfiguration configuration) {
        return configuration.backend().orElseGet(SslBackends::active);
    }

    /** Leases the context for a configuration, and keeps it alive with the session store if there is one. */
    static ContextLease leaseContext(
            ConnectionParts parts, TlsBackend backend, SslConfiguration configuration, Side side)
            throws TlsContextException {
        try {
            configuration.requireSupportedBy(backend, side);
        } catch (IllegalArgumentException e) {
            throw new TlsContextException(String.valueOf(e.getMessage()), e);
        }
        ContextSpec spec = contextSpec(backend, configuration, side);
        ContextLease lease = parts.contexts().lease(backend, spec);
        boolean kept = false;
        try {
            if (spec.sessions().isPresent()) {
                SessionLeases.keep(spec.sessions().get(), parts.contexts(), backend, spec);
            }
            kept = true;
        } finally {
            if (!kept) {
                lease.release();
            }
        }
        return lease;
    }

    boolean tasksMayWait() {
        return asking == Asking.MAY_WAIT;
    }

    boolean choosesByServerName() {
        return side == Side.SERVER && !configuration.serverNames().isEmpty();
    }

    /** Gives the lease back if TLS never began. Safe to call at any time. */
    void discard() {
        if (!leaseTaken) {
            lease.release();
        }
    }

    @Override
    public TlsSetup open(EngineEvents events, Optional<String> serverName) throws TlsContextException {
        Optional<SslConfiguration> named = serverName.flatMap(configuration::forServerName);
        SslConfiguration chosen = named.orElse(configuration);
        ContextLease own;
        if (named.isEmpty()) {
            leaseTaken = true;
            own = lease;
        } else {
            own = leaseContext(parts, backend, chosen, side);
            discard();
        }
        boolean opened = false;
        try {
            PeerDecisions.Rules rules = PeerDecisions.Rules.of(chosen, side, asking == Asking.MAY_WAIT);
            Optional<PskQuestions.Source> source =
                    chosen.preSharedKeyEnabled() ? Optional.of(keys.by(chosen)) : Optional.empty();
            PeerGate gate = new PeerGate(parts.verification().apply(verification(chosen, source)), deciders.by(rules));
            asking = rules.mustInterrupt() || source.isPresent() ? Asking.MAY_WAIT : asking;
            TlsEngine engine = createEngine(own.context(), engineSpec(chosen, source), gate, events);
            TlsSetup setup = new TlsSetup(
                    own, engine, gate, negotiation(chosen), openStore(chosen).isPresent());
            opened = true;
            return setup;
        } finally {
            if (!opened) {
                own.release();
            }
        }
    }

    /** An adapter that breaks has refused: whoever connects is told so, as with a context that cannot be created. */
    private TlsEngine createEngine(TlsContext context, EngineSpec spec, PeerGate gate, EngineEvents events)
            throws TlsContextException {
        try {
            return context.createEngine(spec, gate, events);
        } catch (RuntimeException | LinkageError e) {
            throw new TlsContextException(
                    "backend " + backend.name() + " failed to create an engine: " + e.getMessage(), e);
        }
    }

    /** The verify mode with "automatic" resolved as Qt does: clients verify, servers ask. */
    static PeerVerifyMode effectiveMode(SslConfiguration configuration, Side side) {
        PeerVerifyMode mode = configuration.peerVerifyMode();
        if (mode != PeerVerifyMode.AUTO_VERIFY_PEER) {
            return mode;
        }
        return switch (side) {
            case CLIENT -> PeerVerifyMode.VERIFY_PEER;
            case SERVER -> PeerVerifyMode.QUERY_PEER;
        };
    }

    private static ContextSpec contextSpec(TlsBackend backend, SslConfiguration configuration, Side side) {
        List<SslCertificate> issuers =
                side == Side.SERVER && effectiveMode(configuration, side) != PeerVerifyMode.VERIFY_NONE
                        ? configuration.caCertificates()
                        : List.of();
        return new ContextSpec(
                configuration.protocols(),
                ciphers(backend, configuration),
                configuration.groups(),
                configuration.signatureSchemes(),
                configuration.identities(),
                issuers,
                side == Side.SERVER ? configuration.diffieHellmanParameters() : Optional.empty(),
                openStore(configuration));
    }

    /** A store that was closed stores nothing any more, and nothing is resumed from it. */
    private static Optional<SessionStore> openStore(SslConfiguration configuration) {
        return configuration.sessionStore().filter(store -> !store.isClosed());
    }

    /** What the user listed, exactly; or of our own defaults those that the library has. Never the library's defaults. */
    private static List<SslCipher> ciphers(TlsBackend backend, SslConfiguration configuration) {
        if (configuration.hasExplicitCiphers()) {
            return configuration.ciphers();
        }
        List<SslCipher> usable = new ArrayList<>(configuration.ciphers());
        if (configuration.preSharedKeyEnabled()) {
            usable.addAll(CipherSuiteTable.preSharedKeyDefaults());
        }
        usable.retainAll(backend.capabilities().ciphers());
        usable.removeIf(cipher -> cipher.protocols().stream().noneMatch(configuration.protocols()::contains));
        return usable;
    }

    private VerificationSettings verification(SslConfiguration chosen, Optional<PskQuestions.Source> source) {
        boolean client = side == Side.CLIENT;
        return new VerificationSettings(
                chosen.certificateVerifier(),
                effectiveMode(chosen, side),
                client ? PeerName.of(target.verifyName()) : PeerName.NotChecked.DANGEROUSLY_NOT_CHECKED,
                client ? Purpose.SERVER : Purpose.CLIENT,
                () -> trustAnchors(chosen),
                depth(chosen),
                chosen.verificationPolicy(),
                chosen.certificateRevocationLists(),
                client && chosen.ocspStaplingEnabled() ? Stapling.ASKED_FOR : Stapling.NOT_ASKED_FOR,
                chosen.pins(),
                parts.wallClock(),
                () -> source.map(PskQuestions.Source::hasGiven).orElse(false));
    }

    /** In Qt 0 stands for no limit. */
    private static OptionalInt depth(SslConfiguration chosen) {
        return chosen.peerVerifyDepth() == 0 ? OptionalInt.empty() : OptionalInt.of(chosen.peerVerifyDepth());
    }

    private static List<SslCertificate> trustAnchors(SslConfiguration chosen) {
        if (!chosen.systemCaCertificates()) {
            return chosen.caCertificates();
        }
        List<SslCertificate> anchors = new ArrayList<>(chosen.caCertificates());
        anchors.addAll(TrustAnchors.system());
        return anchors;
    }

    private EngineSpec engineSpec(SslConfiguration chosen, Optional<PskQuestions.Source> source) {
        return new EngineSpec(
                side,
                side == Side.CLIENT ? HostNames.toServerName(target.verifyName()) : Optional.empty(),
                sessionIdentity(chosen),
                chosen.allowedApplicationProtocols(),
                clientAuthentication(chosen),
                chosen.serverCipherPreference(),
                chosen.ocspStaplingEnabled(),
                tasksMayWait(),
                chosen.handshakeLimit(),
                features(chosen, source));
    }

    private FeatureSettings features(SslConfiguration chosen, Optional<PskQuestions.Source> source) {
        boolean server = side == Side.SERVER;
        return new FeatureSettings(
                source.map(given -> given),
                server ? chosen.preSharedKeyIdentityHint() : Optional.empty(),
                server ? chosen.stapledOcspResponse() : Optional.empty(),
                server ? OptionalInt.empty() : chosen.maximumFragmentLength(),
                chosen.keyLog().map(GuardedKeyLog::new));
    }

    private ClientAuthentication clientAuthentication(SslConfiguration chosen) {
        if (side == Side.CLIENT) {
            return ClientAuthentication.NONE;
        }
        return switch (effectiveMode(chosen, side)) {
            case VERIFY_NONE -> ClientAuthentication.NONE;
            case QUERY_PEER, AUTO_VERIFY_PEER -> ClientAuthentication.REQUEST;
            case VERIFY_PEER ->
                chosen.missingCertificateIsFatal() ? ClientAuthentication.REQUIRE : ClientAuthentication.REQUEST;
        };
    }

    private NegotiationPolicy negotiation(SslConfiguration chosen) {
        return new NegotiationPolicy(
                chosen.protocols(), ciphers(backend, chosen), chosen.allowedApplicationProtocols());
    }

    /** A session is found again only by a connection that would verify the same peer in the same way. */
    private Optional<String> sessionIdentity(SslConfiguration chosen) {
        if (side == Side.SERVER
                || openStore(chosen).isEmpty()
                || asking != Asking.NEVER
                || target.host().isEmpty()) {
            return Optional.empty();
        }
        MessageDigest digest = sha256();
        update(digest, target.host());
        update(digest, Integer.toString(target.port()));
        update(digest, target.verifyName());
        update(digest, effectiveMode(chosen, side).name());
        update(digest, Integer.toString(chosen.peerVerifyDepth()));
        update(
                digest,
                chosen.verificationPolicy() + " " + chosen.verificationPolicy().hashCode());
        update(digest, Integer.toHexString(System.identityHashCode(chosen.certificateVerifier())));
        chosen.certificateRevocationLists().forEach(list -> digest.update(list.toDer()));
        update(digest, Boolean.toString(chosen.systemCaCertificates()));
        chosen.caCertificates().forEach(certificate -> digest.update(certificate.toDer()));
        chosen.pins().stream().map(SpkiPin::toString).sorted().forEach(pin -> update(digest, pin));
        chosen.allowedApplicationProtocols().forEach(name -> update(digest, name));
        // RFC 6066 §4: what was negotiated "applies for the duration of the session including session resumptions".
        update(digest, chosen.maximumFragmentLength().toString());
        return Optional.of(HexFormat.of().formatHex(digest.digest()));
    }

    private static void update(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((byte) (bytes.length >> 8));
        digest.update((byte) bytes.length);
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing, expected in every Java platform", e);
        }
    }
}
