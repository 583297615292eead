package dev.sluice.bc;

import dev.sluice.NamedGroup;
import dev.sluice.SignatureScheme;
import dev.sluice.SslCipher;
import dev.sluice.SslProtocol;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import io.netty.util.IllegalReferenceCountException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Vector;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.jspecify.annotations.Nullable;

/**
 * What connections of equal specification share: the cryptography, the keys, the sessions. BouncyCastle itself has nothing
 * of the kind.
 *
 * <p>Immutable but for the sessions; share freely.
 */
final class BcContext extends TlsContext {
    /** Longer chains than this are refused unread; the verifier has a budget of its own. */
    static final int MAXIMUM_CHAIN_LENGTH = 100;

    private final HybridTlsCrypto crypto;
    private final ContextSpec spec;
    private final ProtocolVersion[] versions;
    private final int[] suites;
    private final List<NamedGroup> groups;
    private final List<SignatureScheme> schemes;
    private final BcIdentities identities;
    private final List<byte[]> acceptedIssuers;
    private final Optional<BcSessions> sessions;

    private BcContext(HybridTlsCrypto crypto, ContextSpec spec, BcIdentities identities) {
        this.crypto = crypto;
        this.spec = spec;
        List<SslProtocol> protocols = spec.protocols().protocols();
        this.versions = new ProtocolVersion[protocols.size()];
        for (int i = 0; i < versions.length; i++) {
            versions[i] =
                    Groups.version(protocols.get(protocols.size() - 1 - i)); // BouncyCastle wants the latest first
        }
        this.suites = spec.ciphers().stream()
                .filter(cipher -> cipher.protocols().stream().anyMatch(spec.protocols()::contains))
                .mapToInt(SslCipher::id)
                .toArray();
        this.groups = spec.groups().isEmpty() ? Groups.DEFAULTS : spec.groups();
        this.schemes = spec.signatureSchemes().isEmpty() ? Schemes.DEFAULTS : spec.signatureSchemes();
        this.identities = identities;
        this.acceptedIssuers = spec.acceptedIssuers().stream()
                .map(issuer -> issuer.toX509().getSubjectX500Principal().getEncoded())
                .toList();
        this.sessions = spec.sessions().map(store -> new BcSessions(store, System::nanoTime));
    }

    /**
     * Makes a context, all or nothing.
     *
     * @throws TlsContextException if BouncyCastle cannot do what is asked for; the message names it
     */
    static BcContext create(HybridTlsCrypto crypto, BackendCapabilities capabilities, ContextSpec spec)
            throws TlsContextException {
        check("protocol versions", spec.protocols().protocols(), capabilities.protocols());
        check("cipher suites", spec.ciphers(), capabilities.ciphers());
        check("groups", spec.groups(), capabilities.groups());
        check("signature schemes", spec.signatureSchemes(), capabilities.signatureSchemes());
        for (SslProtocol protocol : spec.protocols().protocols()) {
            checkUsable(spec, protocol);
        }
        return new BcContext(crypto, spec, BcIdentities.of(crypto, spec.identities()));
    }

    private static <T> void check(String setting, List<T> wanted, Collection<T> offered) throws TlsContextException {
        List<T> missing = wanted.stream().filter(one -> !offered.contains(one)).toList();
        if (!missing.isEmpty()) {
            throw new TlsContextException(
                    setting + " " + missing + " are not offered by BouncyCastle, expected some of " + offered, null);
        }
    }

    /** A version that is allowed and can never be negotiated is a mistake of whoever allowed it (W19). */
    private static void checkUsable(ContextSpec spec, SslProtocol protocol) throws TlsContextException {
        if (spec.ciphers().stream().noneMatch(cipher -> cipher.protocols().contains(protocol))) {
            throw new TlsContextException(
                    "cipher suites " + spec.ciphers() + " have none of " + protocol.standardName()
                            + ", which the protocol range contains, expected 1 or more",
                    null);
        }
        if (!spec.groups().isEmpty()
                && protocol == SslProtocol.TLS_1_3
                && spec.groups().stream().noneMatch(group -> Groups.isFor(group, protocol))) {
            throw new TlsContextException(
                    "groups " + spec.groups() + " have none of " + protocol.standardName() + ", expected 1 or more",
                    null);
        }
    }

    @Override
    public TlsEngine createEngine(EngineSpec engineSpec, PeerVerifier verifier, EngineEvents events)
            throws TlsContextException {
        if (refCnt() == 0) {
            throw new IllegalReferenceCountException(0);
        }
        return new BcEngine(this, engineSpec, verifier, events);
    }

    HybridTlsCrypto crypto() {
        return crypto;
    }

    ProtocolVersion[] versions() {
        return versions.clone();
    }

    boolean offers(SslProtocol protocol) {
        return spec.protocols().contains(protocol);
    }

    int[] suites() {
        return suites.clone();
    }

    /** Whether one of the suites of TLS 1.3 can go with a pre-shared key, whose hash is SHA-256 (RFC 8446 §4.2.11). */
    boolean hasSha256Suite() {
        return spec.ciphers().stream().anyMatch(cipher -> isSha256Suite(cipher.id()));
    }

    boolean isSha256Suite(int suite) {
        return SslCipher.fromId(suite)
                .filter(cipher -> cipher.protocols().contains(SslProtocol.TLS_1_3)
                        && cipher.name().endsWith("_SHA256"))
                .isPresent();
    }

    List<NamedGroup> groups() {
        return groups;
    }

    List<SignatureScheme> schemes() {
        return schemes;
    }

    BcIdentities identities() {
        return identities;
    }

    /** The names of issuers that a server sends, DER. */
    List<byte[]> acceptedIssuers() {
        return acceptedIssuers;
    }

    Optional<ContextSpec.DhParameters> dhParameters() {
        return spec.dhParameters();
    }

    Optional<BcSessions> sessions() {
        return sessions;
    }

    /** The names for ALPN (RFC 7301) in BouncyCastle's form; null for none. */
    @Nullable
    Vector<ProtocolName> protocolNames(EngineSpec engineSpec) {
        if (engineSpec.applicationProtocols().isEmpty()) {
            return null;
        }
        return Vectors.of(engineSpec.applicationProtocols().stream()
                .map(name -> ProtocolName.asRawBytes(name.getBytes(StandardCharsets.UTF_8)))
                .toList());
    }

    @Override
    protected void deallocate() {
        sessions.ifPresent(BcSessions::wipe);
        // Keys of the platform refuse destroy(); once this reference is gone the user's configuration alone holds them.
        identities.wipe();
    }

    @Override
    public String toString() {
        return "BcContext[" + spec.protocols() + ", " + suites.length + " cipher suites]";
    }
}
