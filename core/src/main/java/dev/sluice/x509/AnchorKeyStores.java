package dev.sluice.x509;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.Security;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Trust anchors in key stores: the trusted-certificate entries, and nothing else. The certificates beside a private key say
 * who the holder of the key is, not whom it trusts.
 */
final class AnchorKeyStores {
    private static final System.Logger LOGGER = System.getLogger(AnchorKeyStores.class.getName());

    private AnchorKeyStores() {}

    /** The trusted certificates of a store in a file, at least one. */
    static List<SslCertificate> read(Path file, String type, char[] password) throws TrustAnchorsException {
        try {
            byte[] content = CertificateFiles.bytesOf(file);
            try {
                KeyStore store = KeyStore.getInstance(type);
                store.load(new ByteArrayInputStream(content), password);
                return read(store);
            } finally {
                // The user may have named a store with private keys.
                Arrays.fill(content, (byte) 0);
            }
        } catch (TrustAnchorsException e) {
            throw new TrustAnchorsException(file + ": " + e.getMessage(), e);
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            // Run-time exceptions as well: what parses the file is any provider's.
            throw new TrustAnchorsException(
                    "key store " + file + " cannot be read as " + type + ": " + e.getMessage(), e);
        }
    }

    /** The trusted certificates of a store that is loaded, at least one. */
    static List<SslCertificate> read(KeyStore store) throws TrustAnchorsException {
        Set<SslCertificate> certificates = new LinkedHashSet<>();
        try {
            for (String alias : trustedEntries(store)) {
                Certificate certificate = store.getCertificate(alias);
                if (certificate == null) {
                    throw new TrustAnchorsException("key store has a trusted entry without a certificate");
                }
                certificates.add(SslCertificate.fromDer(certificate.getEncoded()));
            }
        } catch (GeneralSecurityException | RuntimeException e) {
            // Such as that of a store that was not loaded, and whatever any provider's classes throw.
            throw new TrustAnchorsException("key store cannot be read: " + e.getMessage(), e);
        }
        if (certificates.isEmpty()) {
            throw new TrustAnchorsException("key store has no trusted certificate");
        }
        return List.copyOf(certificates);
    }

    /**
     * What can be read of a key store of the operating system.
     *
     * @return the trusted certificates; empty if this JDK knows no store of this type
     */
    static Optional<List<SslCertificate>> readSystem(String type) {
        if (Security.getProviders("KeyStore." + type) == null) {
            return Optional.empty();
        }
        try {
            KeyStore store = KeyStore.getInstance(type);
            store.load(null, null);
            return Optional.of(trustedEntries(store).stream()
                    .map(alias -> systemCertificate(store, alias))
                    .flatMap(Optional::stream)
                    .distinct()
                    .toList());
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, "the trust anchors in key store " + type + " cannot be read", e);
            return Optional.of(List.of());
        }
    }

    private static Optional<SslCertificate> systemCertificate(KeyStore store, String alias) {
        try {
            return toCertificate(store.getCertificate(alias));
        } catch (KeyStoreException | RuntimeException e) {
            LOGGER.log(Level.DEBUG, "a trust anchor of the system is left out", e);
            return Optional.empty();
        }
    }

    /** A certificate of the system; empty, with a note in the log, if it cannot be read. */
    static Optional<SslCertificate> toCertificate(@Nullable Certificate certificate) {
        try {
            return certificate == null
                    ? Optional.empty()
                    : Optional.of(SslCertificate.fromDer(certificate.getEncoded()));
        } catch (GeneralSecurityException | RuntimeException e) {
            LOGGER.log(Level.DEBUG, "a trust anchor of the system is left out", e);
            return Optional.empty();
        }
    }

    private static List<String> trustedEntries(KeyStore store) throws KeyStoreException {
        List<String> aliases = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            if (store.isCertificateEntry(alias)) {
                aliases.add(alias);
            }
        }
        if (aliases.size() > AnchorFiles.MAXIMUM_CERTIFICATES) {
            throw new KeyStoreException(aliases.size() + " trusted certificates, expected "
                    + AnchorFiles.MAXIMUM_CERTIFICATES + " at most");
        }
        return aliases;
    }
}
