package dev.sluice.x509;

import java.security.InvalidAlgorithmParameterException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.Provider;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.TrustManagerFactorySpi;
import org.jspecify.annotations.Nullable;

/**
 * A factory of {@link VerifyingTrustManager}s, for frameworks that take a {@code TrustManagerFactory}, as Netty's {@code
 * SslContextBuilder.trustManager} does. It comes from no registered provider: make one and pass it on.
 *
 * <ul>
 *   <li>Without a call of {@code init} it gives the trust manager that it was made with.
 *   <li>{@code init(KeyStore)} replaces the trust anchors by the trusted certificates of the key store and keeps all else;
 *       with null they are those of the {@linkplain TrustAnchors#system() system}. The certificates of private keys in the key
 *       store are not trusted. It throws {@code KeyStoreException} if there is no trusted certificate, or one that cannot be
 *       read.
 *   <li>{@code init(ManagerFactoryParameters)} takes {@link Parameters} and throws {@code InvalidAlgorithmParameterException}
 *       for any others.
 * </ul>
 *
 * <p>A failed {@code init} changes nothing. One thread at a time, as all such factories; the trust managers can be shared.
 */
public final class VerifyingTrustManagerFactory extends TrustManagerFactory {
    private static final String ALGORITHM = "Sluice";

    /**
     * Makes a factory that trusts whom the {@linkplain TrustAnchors#system() system} trusts, until it is initialised otherwise.
     */
    public VerifyingTrustManagerFactory() {
        this(VerifyingTrustManager.ofSystem());
    }

    /**
     * Makes a factory that gives a certain trust manager, until it is initialised otherwise.
     *
     * @param trustManager the trust manager
     */
    public VerifyingTrustManagerFactory(VerifyingTrustManager trustManager) {
        super(new Spi(Objects.requireNonNull(trustManager, "trustManager")), new Unregistered(), ALGORITHM);
    }

    /**
     * The trust manager that a factory is to give.
     *
     * @param trustManager the trust manager
     */
    public record Parameters(VerifyingTrustManager trustManager) implements ManagerFactoryParameters {
        /**
         * Makes the parameters.
         *
         * @param trustManager the trust manager
         */
        public Parameters {
            Objects.requireNonNull(trustManager, "trustManager");
        }
    }

    private static final class Spi extends TrustManagerFactorySpi {
        private VerifyingTrustManager trustManager;

        Spi(VerifyingTrustManager trustManager) {
            this.trustManager = trustManager;
        }

        @Override
        protected void engineInit(@Nullable KeyStore keyStore) throws KeyStoreException {
            if (keyStore == null) {
                trustManager = trustManager.withTrustAnchors(TrustAnchors::system);
            } else {
                List<SslCertificate> anchors = trustedCertificates(keyStore);
                trustManager = trustManager.withTrustAnchors(() -> anchors);
            }
        }

        @Override
        protected void engineInit(@Nullable ManagerFactoryParameters parameters)
                throws InvalidAlgorithmParameterException {
            if (!(parameters instanceof Parameters ours)) {
                String given =
                        parameters == null ? "null" : parameters.getClass().getName();
                throw new InvalidAlgorithmParameterException(
                        "parameters are " + given + ", expected " + Parameters.class.getName());
            }
            trustManager = ours.trustManager();
        }

        @Override
        protected TrustManager[] engineGetTrustManagers() {
            return new TrustManager[] {trustManager};
        }

        private static List<SslCertificate> trustedCertificates(KeyStore keyStore) throws KeyStoreException {
            List<SslCertificate> certificates = new ArrayList<>();
            for (String alias : Collections.list(keyStore.aliases())) {
                Certificate certificate = keyStore.isCertificateEntry(alias) ? keyStore.getCertificate(alias) : null;
                if (certificate != null) {
                    certificates.add(read(certificate, alias));
                }
            }
            if (certificates.isEmpty()) {
                throw new KeyStoreException("key store has no trusted certificate, expected 1 or more: nobody could be"
                        + " trusted (certificates of private keys do not count)");
            }
            return List.copyOf(certificates);
        }

        private static SslCertificate read(Certificate certificate, String alias) throws KeyStoreException {
            try {
                return SslCertificate.fromDer(certificate.getEncoded());
            } catch (CertificateFormatException | CertificateEncodingException e) {
                throw new KeyStoreException("trusted certificate \"" + alias + "\" cannot be read", e);
            }
        }
    }

    /** Only bears the name: a factory has to come from some provider. */
    private static final class Unregistered extends Provider {
        private static final long serialVersionUID = 1L;

        Unregistered() {
            super("Sluice", "1", "trust managers around the verifier of Sluice; not registered");
        }
    }
}
