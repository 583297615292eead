package dev.sluice.conformance.certificates;

import dev.sluice.x509.SslCertificate;
import java.security.KeyPair;
import java.util.List;

/**
 * A key with its certificate and those above it.
 *
 * <p>Immutable, share freely.
 *
 * @param path the certificate, its issuer and so on; the self-signed one last
 * @param keys the key pair of the certificate
 */
public record Identity(List<SslCertificate> path, KeyPair keys) {
    /**
     * Makes an identity; the list is copied.
     *
     * @param path the certificate, its issuer and so on; the self-signed one last
     * @param keys the key pair of the certificate
     */
    public Identity {
        path = List.copyOf(path);
    }

    /**
     * The certificate of the key.
     *
     * @return the first of the path
     */
    public SslCertificate certificate() {
        return path.get(0);
    }

    /**
     * What a peer is shown: all but the root.
     *
     * @return the chain; the certificate alone if it signed itself
     */
    public List<SslCertificate> chain() {
        return path.size() == 1 ? path : path.subList(0, path.size() - 1);
    }

    /**
     * The certificate that signed itself.
     *
     * @return the last of the path
     */
    public SslCertificate root() {
        return path.get(path.size() - 1);
    }

    @Override
    public String toString() {
        return "Identity[" + certificate() + "]";
    }
}
