package dev.sluice.examples.conscrypt;

import dev.sluice.spi.KeyMaterial;
import dev.sluice.x509.SslCertificate;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Offers the identities of a context to Conscrypt, in the user's order, by key type and issuers.
 *
 * <p>An alias is the position of the identity, a colon, and the alias inside a key manager of the user, if it is one.
 *
 * <p>Immutable but for {@link #forgetKeys()}; thread-safe.
 */
final class IdentityKeyManager extends X509ExtendedKeyManager {
    private volatile List<KeyMaterial> identities;

    IdentityKeyManager(List<KeyMaterial> identities) {
        this.identities = List.copyOf(identities);
    }

    /** Keys of the platform refuse to be destroyed. The user's configuration goes on holding them, this does not. */
    void forgetKeys() {
        identities = List.of();
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        List<KeyMaterial> now = identities;
        for (int i = 0; i < now.size(); i++) {
            String inner = clientAlias(now.get(i), keyTypes, issuers);
            if (inner != null) {
                return i + ":" + inner;
            }
        }
        return null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        List<KeyMaterial> now = identities;
        for (int i = 0; i < now.size(); i++) {
            String inner = serverAlias(now.get(i), keyType, issuers);
            if (inner != null) {
                return i + ":" + inner;
            }
        }
        return null;
    }

    private static @Nullable String clientAlias(
            KeyMaterial identity, String[] keyTypes, Principal @Nullable [] issuers) {
        if (identity instanceof KeyMaterial.Manager users) {
            return users.manager().chooseClientAlias(keyTypes, issuers, null);
        }
        KeyMaterial.KeyAndChain own = (KeyMaterial.KeyAndChain) identity;
        return Arrays.asList(keyTypes).contains(keyType(own)) && isIssuedByOneOf(own, issuers) ? "" : null;
    }

    private static @Nullable String serverAlias(KeyMaterial identity, String keyType, Principal @Nullable [] issuers) {
        if (identity instanceof KeyMaterial.Manager users) {
            return users.manager().chooseServerAlias(keyType, issuers, null);
        }
        // A client's list of authorities is a hint (RFC 8446 §4.2.4), and Conscrypt passes none.
        return keyType.equals(keyType((KeyMaterial.KeyAndChain) identity)) ? "" : null;
    }

    /** {@code RSA} or {@code EC}: the names by which Conscrypt asks. */
    static String keyType(KeyMaterial.KeyAndChain identity) {
        return identity.chain().get(0).toX509().getPublicKey().getAlgorithm();
    }

    /** No issuer at all means that any will do (RFC 5246 §7.4.4). */
    private static boolean isIssuedByOneOf(KeyMaterial.KeyAndChain identity, Principal @Nullable [] issuers) {
        return issuers == null
                || issuers.length == 0
                || identity.chain().stream()
                        .map(certificate -> certificate.toX509().getIssuerX500Principal())
                        .anyMatch(Arrays.asList(issuers)::contains);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        KeyMaterial identity = identity(alias);
        if (identity instanceof KeyMaterial.Manager users) {
            return users.manager().getCertificateChain(inner(alias));
        }
        return identity instanceof KeyMaterial.KeyAndChain own
                ? own.chain().stream().map(SslCertificate::toX509).toArray(X509Certificate[]::new)
                : null;
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        KeyMaterial identity = identity(alias);
        if (identity instanceof KeyMaterial.Manager users) {
            return users.manager().getPrivateKey(inner(alias));
        }
        return identity instanceof KeyMaterial.KeyAndChain own ? own.key() : null;
    }

    /** Null once the keys were forgotten. */
    private @Nullable KeyMaterial identity(String alias) {
        List<KeyMaterial> now = identities;
        int position = Integer.parseInt(alias.substring(0, alias.indexOf(':')));
        return position < now.size() ? now.get(position) : null;
    }

    private static String inner(String alias) {
        return alias.substring(alias.indexOf(':') + 1);
    }

    // ---- what Conscrypt's engine does not call ----

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
        String alias = chooseEngineServerAlias(keyType, issuers, null);
        return alias == null ? null : new String[] {alias};
    }
}
