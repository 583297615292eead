package dev.sluice;

import dev.sluice.spi.KeyMaterial.KeyAndChain;
import dev.sluice.x509.SslCertificate;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Reads the private keys of a key store with their chains, all or nothing. */
final class KeyStoreIdentities {
    private KeyStoreIdentities() {}

    /**
     * Reads all private keys; other entries are passed over.
     *
     * @param keyStore the key store, borrowed
     * @param password the password of its keys, borrowed
     * @return the keys by alias; never empty
     * @throws IllegalArgumentException if there is none, or one that cannot be read
     */
    static List<KeyAndChain> read(KeyStore keyStore, char[] password) {
        List<KeyAndChain> identities = new ArrayList<>();
        try {
            List<String> aliases = Collections.list(keyStore.aliases());
            Collections.sort(aliases);
            for (String alias : aliases) {
                if (keyStore.isKeyEntry(alias) && keyStore.getKey(alias, password) instanceof PrivateKey key) {
                    identities.add(new KeyAndChain(chain(keyStore, alias), key));
                }
            }
        } catch (GeneralSecurityException e) {
            // No provider known puts the password into its message; the exception says which entry could not be read.
            throw new IllegalArgumentException("key store cannot be read: " + e.getMessage(), e);
        }
        if (identities.isEmpty()) {
            throw new IllegalArgumentException("key store has no private key, expected 1 or more");
        }
        return identities;
    }

    private static List<SslCertificate> chain(KeyStore keyStore, String alias) throws GeneralSecurityException {
        Certificate[] chain = keyStore.getCertificateChain(alias);
        List<SslCertificate> certificates = new ArrayList<>();
        for (Certificate certificate : chain == null ? new Certificate[0] : chain) {
            if (!(certificate instanceof X509Certificate x509)) {
                throw new IllegalArgumentException("key store entry \"" + alias + "\" has a certificate of type "
                        + certificate.getType() + ", expected X.509");
            }
            certificates.add(SslCertificate.of(x509));
        }
        return certificates;
    }
}
