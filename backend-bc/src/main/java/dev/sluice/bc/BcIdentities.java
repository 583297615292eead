package dev.sluice.bc;

import dev.sluice.SignatureScheme;
import dev.sluice.spi.KeyMaterial;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsContextException;
import dev.sluice.x509.CertificateFormatException;
import dev.sluice.x509.SslCertificate;
import java.io.IOException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.X509KeyManager;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a context with their chains, and the choice among them: by the signature schemes that the peer accepts and,
 * for clients, by the issuers that it names.
 *
 * <p>Thread-safe; lets go of the keys when {@linkplain #wipe() wiped}.
 */
final class BcIdentities {
    private final TlsCrypto crypto;
    private volatile List<Source> sources;

    /** Where an identity comes from. */
    private interface Source {
        Stream<BcIdentity> candidates(Set<X500Principal> issuers, Side side);
    }

    /**
     * An identity and the scheme with which it signs.
     *
     * @param identity the key and its chain
     * @param scheme the scheme
     */
    record Choice(BcIdentity identity, SignatureScheme scheme) {}

    private BcIdentities(TlsCrypto crypto, List<Source> sources) {
        this.crypto = crypto;
        this.sources = sources;
    }

    /**
     * Takes the identities of a context.
     *
     * @throws TlsContextException if a chain cannot be read by BouncyCastle, or no scheme of TLS fits a key
     */
    static BcIdentities of(TlsCrypto crypto, List<KeyMaterial> materials) throws TlsContextException {
        List<Source> sources = new ArrayList<>();
        for (KeyMaterial material : materials) {
            if (material instanceof KeyMaterial.KeyAndChain own) {
                sources.add(new OwnSource(own(crypto, own)));
            } else if (material instanceof KeyMaterial.Manager user) {
                sources.add(new ManagerSource(crypto, user.manager()));
            } else {
                throw new IllegalArgumentException(
                        "key material of unknown kind " + material.getClass().getName());
            }
        }
        return new BcIdentities(crypto, List.copyOf(sources));
    }

    private static BcIdentity own(TlsCrypto crypto, KeyMaterial.KeyAndChain own) throws TlsContextException {
        try {
            BcIdentity identity = BcIdentity.of(crypto, own.chain(), own.key());
            if (identity.schemes(true).isEmpty() && identity.schemes(false).isEmpty()) {
                throw new TlsContextException(
                        "a key of algorithm " + own.key().getAlgorithm() + " with certificate "
                                + own.chain().get(0) + " signs with no scheme of TLS 1.2 or later",
                        null);
            }
            return identity;
        } catch (IOException e) {
            throw new TlsContextException(
                    "certificate chain of " + own.chain().get(0) + " cannot be read by BouncyCastle: " + e.getMessage(),
                    e);
        }
    }

    boolean isEmpty() {
        return sources.isEmpty();
    }

    /**
     * Chooses an identity: by the order of the schemes first, by the user's order of identities second.
     *
     * @param schemes the schemes that may be used, the preferred one first
     * @param issuers who must have certified it, empty for anybody
     * @param side who asks
     * @param isTls13 the version
     */
    Optional<Choice> choose(List<SignatureScheme> schemes, Set<X500Principal> issuers, Side side, boolean isTls13) {
        List<BcIdentity> candidates = sources.stream()
                .flatMap(source -> source.candidates(issuers, side))
                .toList();
        for (SignatureScheme scheme : schemes) {
            for (BcIdentity candidate : candidates) {
                if (candidate.schemes(isTls13).contains(scheme)) {
                    return Optional.of(new Choice(candidate, scheme));
                }
            }
        }
        return Optional.empty();
    }

    /** Lets go of the keys. */
    void wipe() {
        sources = List.of();
    }

    @Override
    public String toString() {
        return "BcIdentities[" + sources.size() + " by " + crypto.getClass().getSimpleName() + "]";
    }

    private record OwnSource(BcIdentity identity) implements Source {
        @Override
        public Stream<BcIdentity> candidates(Set<X500Principal> issuers, Side side) {
            // A client's certificate_authorities is a hint (RFC 8446 §4.2.4): a server with another chain sends that.
            return side == Side.SERVER || identity.isIssuedByOneOf(issuers) ? Stream.of(identity) : Stream.empty();
        }
    }

    /** A key manager of the user's, asked in each handshake with key types and issuers only. */
    private record ManagerSource(TlsCrypto crypto, X509KeyManager manager) implements Source {
        /** The names by which the platform's key managers know keys, the better ones first. */
        private static final List<String> KEY_TYPES = List.of("EC", "EdDSA", "Ed25519", "Ed448", "RSA", "RSASSA-PSS");

        @Override
        public Stream<BcIdentity> candidates(Set<X500Principal> issuers, Side side) {
            X500Principal[] names = issuers.isEmpty() ? null : issuers.toArray(X500Principal[]::new);
            return KEY_TYPES.stream()
                    .map(type -> side == Side.SERVER
                            ? manager.chooseServerAlias(type, names, null)
                            : manager.chooseClientAlias(new String[] {type}, names, null))
                    .distinct()
                    .flatMap(alias -> alias == null ? Stream.empty() : identity(alias).stream());
        }

        /** What the manager keeps under an alias; empty if that is not whole or cannot be used. */
        private Optional<BcIdentity> identity(String alias) {
            X509Certificate @Nullable [] chain = manager.getCertificateChain(alias);
            PrivateKey key = manager.getPrivateKey(alias);
            if (chain == null || chain.length == 0 || key == null) {
                return Optional.empty();
            }
            try {
                List<SslCertificate> certificates = new ArrayList<>();
                for (X509Certificate certificate : chain) {
                    certificates.add(SslCertificate.fromDer(certificate.getEncoded()));
                }
                return Optional.of(BcIdentity.of(crypto, certificates, key));
            } catch (CertificateFormatException | CertificateEncodingException | IOException e) {
                System.getLogger(BcIdentities.class.getName())
                        .log(System.Logger.Level.WARNING, "an identity of the key manager cannot be used", e);
                return Optional.empty();
            }
        }
    }
}
