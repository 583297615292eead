package dev.sluice.conformance;

import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.x509.SslCertificate;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/** A key manager with one key, which it gives to whoever asks for its type. */
final class OneKeyManager extends X509ExtendedKeyManager {
    private static final String ALIAS = "one";

    private final Issued identity;

    OneKeyManager(Issued identity) {
        this.identity = identity;
    }

    private String alias(String keyType) {
        return keyType.startsWith(identity.key().getAlgorithm()) ? ALIAS : null;
    }

    private String alias(String[] keyTypes) {
        return List.of(keyTypes).stream().anyMatch(type -> alias(type) != null) ? ALIAS : null;
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return alias(keyType) == null ? null : new String[] {ALIAS};
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return alias(keyTypes);
    }

    @Override
    public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        return alias(keyTypes);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return getClientAliases(keyType, issuers);
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return alias(keyType);
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        return alias(keyType);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return identity.chain().stream().map(SslCertificate::toX509).toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return identity.key();
    }
}
