package dev.sluice.jsse;

import dev.sluice.spi.KeyMaterial;
import dev.sluice.x509.SslCertificate;
import java.net.Socket;
import java.security.AlgorithmParameters;
import java.security.NoSuchAlgorithmException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.InvalidParameterSpecException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among the identities of a context by key type and issuers. Remembers nothing: an alias is the position of the
 * identity, followed by the alias of the user's key manager where there is one.
 *
 * <p>It is also where a server decides about resumption, since here JSSE shows a session before it sends a ticket.
 *
 * <p>Immutable but for {@link #wipe()}; thread-safe.
 */
final class JsseKeyManager extends X509ExtendedKeyManager {
    /** What servers do with a new session. */
    enum ServerSessions {
        /** Nothing is resumed. */
        NONE,
        /** Sessions are kept by the context. */
        KEPT
    }

    /**
     * The name of the value that keeps a session in the server's cache; see {@link #decideResumption}. The value is an
     * object of its own for each full handshake; all sessions that come of it have it too.
     */
    private static final String LINEAGE = "dev.sluice.jsse.lineage";

    private static final char ALIAS_SEPARATOR = ':';

    private final ServerSessions serverSessions;
    private final JsseProvider.Kind provider;
    private volatile List<Identity> identities;

    JsseKeyManager(List<KeyMaterial> materials, ServerSessions serverSessions, JsseProvider.Kind provider) {
        List<Identity> made = new ArrayList<>(materials.size());
        for (KeyMaterial material : materials) {
            if (material instanceof KeyMaterial.KeyAndChain own) {
                made.add(new OwnIdentity(own));
            } else if (material instanceof KeyMaterial.Manager user) {
                made.add(new UserIdentity(user.manager()));
            } else {
                throw new IllegalArgumentException(
                        "key material of unknown kind " + material.getClass().getName());
            }
        }
        this.identities = List.copyOf(made);
        this.serverSessions = serverSessions;
        this.provider = provider;
    }

    /** Whether two sessions of a server come of the same full handshake. False if that cannot be told. */
    static boolean isSameLineage(SSLSession one, SSLSession other) {
        Object lineage = one.getValue(LINEAGE);
        return lineage != null && lineage == other.getValue(LINEAGE);
    }

    /** Lets go of the keys. */
    void wipe() {
        identities = List.of();
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        // By the peer's order of key types first, by the user's order of identities second.
        for (String keyType : keyTypes) {
            String alias = choose(identity -> identity.clientAlias(keyType, issuers));
            if (alias != null) {
                return alias;
            }
        }
        return null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        if (engine != null) {
            decideResumption(engine);
        }
        return choose(identity -> identity.serverAlias(keyType, issuers));
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineClientAlias(keyTypes, issuers, null);
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = chooseEngineClientAlias(new String[] {keyType}, issuers, null);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = choose(identity -> identity.serverAlias(keyType, issuers));
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        Identity identity = identity(alias);
        return identity == null ? null : identity.chain(innerAlias(alias));
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        Identity identity = identity(alias);
        return identity == null ? null : identity.key(innerAlias(alias));
    }

    /**
     * Decides whether the session that a server is making can be resumed.
     *
     * <p>Without a store it is invalidated at once. SunJSSE (17 to 25) then neither caches it nor sends a ticket at
     * TLS 1.3; there is no setting for this short of system properties that hold for the whole process. At TLS 1.2 its
     * ServerHello has promised a ticket by now, and clients such as OpenSSL end the handshake if none follows (RFC 5077
     * §3.3: "the server MUST send a NewSessionTicket" then). A session with values gets a ticket of length zero, which says
     * that there is none; the session is invalidated at the end of the handshake, before a client can come back.
     *
     * <p>With a store, at TLS 1.3, a value is put into it. SunJSSE makes no stateless ticket for a session with values:
     * the session stays in the cache of the context, bounded by the store, and can be forgotten later, which a stateless
     * ticket could not be. JDK 25 sends a second ticket then. TLS 1.2 is left alone: there (17 to 25) a session with values is never resumed. To be revisited
     * when SunJSSE has an interface for tickets.
     */
    private void decideResumption(SSLEngine engine) {
        SSLSession session = engine.getHandshakeSession();
        if (session == null) {
            return; // JDK 25 asks again on resumption, to find the certificate of the session: nothing to decide
        }
        switch (serverSessions) {
            case NONE -> {
                if (provider == JsseProvider.Kind.SUN && session.getProtocol().equals("TLSv1.2")) {
                    session.putValue(LINEAGE, new Object());
                } else {
                    session.invalidate();
                }
            }
            case KEPT -> {
                if (provider == JsseProvider.Kind.SUN && session.getProtocol().equals("TLSv1.3")) {
                    session.putValue(LINEAGE, new Object());
                }
            }
        }
    }

    private @Nullable String choose(AliasChooser chooser) {
        List<Identity> candidates = identities;
        for (int i = 0; i < candidates.size(); i++) {
            String inner = chooser.choose(candidates.get(i));
            if (inner != null) {
                return Integer.toString(i) + ALIAS_SEPARATOR + inner;
            }
        }
        return null;
    }

    private @Nullable Identity identity(String alias) {
        List<Identity> candidates = identities;
        int separator = alias.indexOf(ALIAS_SEPARATOR);
        for (int i = 0; i < candidates.size(); i++) {
            if (separator > 0 && alias.substring(0, separator).equals(Integer.toString(i))) {
                return candidates.get(i);
            }
        }
        return null;
    }

    private static String innerAlias(String alias) {
        return alias.substring(alias.indexOf(ALIAS_SEPARATOR) + 1);
    }

    @FunctionalInterface
    private interface AliasChooser {
        @Nullable
        String choose(Identity identity);
    }

    /** One of the identities, whoever holds its key. */
    private interface Identity {
        @Nullable
        String clientAlias(String keyType, Principal @Nullable [] issuers);

        @Nullable
        String serverAlias(String keyType, Principal @Nullable [] issuers);

        X509Certificate @Nullable [] chain(String alias);

        @Nullable
        PrivateKey key(String alias);
    }

    /** A key that the configuration holds. Its inner alias is empty. */
    private static final class OwnIdentity implements Identity {
        private final PrivateKey key;
        private final List<X509Certificate> chain;
        private final String keyType;
        private final Set<String> fittingTypes;

        OwnIdentity(KeyMaterial.KeyAndChain material) {
            this.key = material.key();
            this.chain = material.chain().stream().map(SslCertificate::toX509).toList();
            PublicKey publicKey = chain.get(0).getPublicKey();
            // The platform calls both Edwards curves "EdDSA"; the name of the curve tells them apart.
            this.keyType = publicKey instanceof EdECPublicKey edwards
                    ? edwards.getParams().getName()
                    : publicKey.getAlgorithm();
            this.fittingTypes = fittingTypes(keyType, publicKey);
        }

        /**
         * The names under which providers ask for a key of this algorithm. SunJSSE: EC, EdDSA, RSA, RSASSA-PSS;
         * Conscrypt: EC, RSA; BCJSSE (1.84): Ed25519, Ed448, for TLS 1.3 the curve as in EC/secp256r1, and for servers of
         * TLS 1.2 names of key exchanges.
         */
        private static Set<String> fittingTypes(String algorithm, PublicKey publicKey) {
            return switch (algorithm.toUpperCase(Locale.ROOT)) {
                case "EC", "ECDSA" -> Set.of("EC", "ECDSA", "EC_EC", "ECDHE_ECDSA", "EC/" + curveOf(publicKey));
                case "ED25519" -> Set.of("EdDSA", "Ed25519");
                case "ED448" -> Set.of("EdDSA", "Ed448");
                case "RSA" -> Set.of("RSA", "DHE_RSA", "ECDHE_RSA");
                case "RSASSA-PSS" -> Set.of("RSASSA-PSS");
                default -> Set.of(algorithm);
            };
        }

        /** The curve of a key by the name that TLS gives it, or its object identifier. */
        private static String curveOf(PublicKey publicKey) {
            if (!(publicKey instanceof ECPublicKey key)) {
                return publicKey.getAlgorithm();
            }
            try {
                AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
                parameters.init(key.getParams());
                String identifier =
                        parameters.getParameterSpec(ECGenParameterSpec.class).getName();
                return switch (identifier) {
                    case "1.2.840.10045.3.1.7" -> "secp256r1";
                    case "1.3.132.0.34" -> "secp384r1";
                    case "1.3.132.0.35" -> "secp521r1";
                    default -> identifier;
                };
            } catch (NoSuchAlgorithmException | InvalidParameterSpecException e) {
                return "unnamed"; // a curve that the platform does not know has no name to be asked for by
            }
        }

        @Override
        public @Nullable String clientAlias(String requestedType, Principal @Nullable [] issuers) {
            return fittingTypes.contains(requestedType) && isIssuedByOneOf(issuers) ? "" : null;
        }

        @Override
        public @Nullable String serverAlias(String requestedType, Principal @Nullable [] issuers) {
            // A client's certificate_authorities is a hint (RFC 8446 §4.2.4): a server with another chain sends that.
            return fittingTypes.contains(requestedType) ? "" : null;
        }

        @Override
        public X509Certificate[] chain(String alias) {
            return chain.toArray(new X509Certificate[0]);
        }

        @Override
        public PrivateKey key(String alias) {
            return key;
        }

        private boolean isIssuedByOneOf(Principal @Nullable [] issuers) {
            if (issuers == null || issuers.length == 0) {
                return true; // any authority will do (RFC 5246 §7.4.4)
            }
            for (X509Certificate certificate : chain) {
                for (Principal issuer : issuers) {
                    if (certificate.getIssuerX500Principal().equals(issuer)) {
                        return true;
                    }
                }
            }
            return false;
        }

        @Override
        public String toString() {
            return keyType + " key";
        }
    }

    /** A key manager of the user; it is asked with key types and issuers only. */
    private record UserIdentity(X509KeyManager manager) implements Identity {
        @Override
        public @Nullable String clientAlias(String keyType, Principal @Nullable [] issuers) {
            return manager.chooseClientAlias(new String[] {keyType}, issuers, null);
        }

        @Override
        public @Nullable String serverAlias(String keyType, Principal @Nullable [] issuers) {
            return manager.chooseServerAlias(keyType, issuers, null);
        }

        @Override
        public X509Certificate @Nullable [] chain(String alias) {
            return manager.getCertificateChain(alias);
        }

        @Override
        public @Nullable PrivateKey key(String alias) {
            return manager.getPrivateKey(alias);
        }
    }
}
