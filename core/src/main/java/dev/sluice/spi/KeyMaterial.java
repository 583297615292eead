package dev.sluice.spi;

import dev.sluice.x509.SslCertificate;
import java.security.PrivateKey;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.X509KeyManager;

/** The means by which a side proves who it is. A closed set: a key with its chain, or a key manager of the user. */
public sealed interface KeyMaterial {
    /**
     * A private key and the chain that certifies it.
     *
     * @param chain the certificates to present, the one of the key first; never empty
     * @param key the private key; may be opaque (of an HSM). Owned by the user, never copied, never printed
     */
    record KeyAndChain(List<SslCertificate> chain, PrivateKey key) implements KeyMaterial {
        /**
         * Makes the pair; the list is copied.
         *
         * @param chain the certificates to present, the one of the key first; never empty
         * @param key the private key; may be opaque (of an HSM). Owned by the user, never copied, never printed
         * @throws IllegalArgumentException if the chain is empty
         */
        public KeyAndChain {
            chain = List.copyOf(chain);
            Objects.requireNonNull(key, "key");
            if (chain.isEmpty()) {
                throw new IllegalArgumentException("certificate chain of the private key is empty, expected 1 or more");
            }
        }

        @Override
        public String toString() {
            return "KeyAndChain[" + chain.get(0) + ", " + key.getAlgorithm() + " key]";
        }
    }

    /**
     * A key manager that the user brought. It is asked with key types and issuers only.
     *
     * @param manager the key manager; thread-safe, owned by the user. Equal only to itself
     */
    record Manager(X509KeyManager manager) implements KeyMaterial {
        /**
         * Makes the wrapper.
         *
         * @param manager the key manager; thread-safe, owned by the user. Equal only to itself
         */
        public Manager {
            Objects.requireNonNull(manager, "manager");
        }

        @Override
        public String toString() {
            return "Manager[" + manager.getClass().getName() + "]";
        }
    }
}
