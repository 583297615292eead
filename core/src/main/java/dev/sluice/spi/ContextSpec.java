package dev.sluice.spi;

import dev.sluice.NamedGroup;
import dev.sluice.ProtocolRange;
import dev.sluice.SessionStore;
import dev.sluice.SignatureScheme;
import dev.sluice.SslCipher;
import dev.sluice.x509.SslCertificate;
import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.crypto.spec.DHParameterSpec;

/**
 * What connections must have in common to share a {@link TlsContext}: the key of the context cache.
 *
 * <p>Two specifications are equal if all components are; trust and verification are the connection's business and no
 * part of it, save the names of issuers that a server sends. Immutable, share freely.
 *
 * @param protocols the versions allowed
 * @param ciphers the suites allowed, in order of preference; never empty, never "the library's defaults"
 * @param groups the key exchange groups allowed, in order of preference; empty for the library's choice, which the
 *     configuration allows only where it was not set by the user
 * @param signatureSchemes the signature schemes allowed, likewise
 * @param identities the keys from which to choose by key type and issuers; empty if this side has none
 * @param acceptedIssuers certificates whose subjects a server names when it asks a client for one; may be empty
 * @param dhParameters the Diffie-Hellman parameters of servers in TLS 1.2; empty for the library's (RFC 7919)
 * @param sessions the store whose sessions may be resumed; empty if nothing is resumed
 */
public record ContextSpec(
        ProtocolRange protocols,
        List<SslCipher> ciphers,
        List<NamedGroup> groups,
        List<SignatureScheme> signatureSchemes,
        List<KeyMaterial> identities,
        List<SslCertificate> acceptedIssuers,
        Optional<DhParameters> dhParameters,
        Optional<SessionStore> sessions) {
    /**
     * Diffie-Hellman parameters that are equal if their numbers are.
     *
     * @param prime the modulus p
     * @param generator the base g
     */
    public record DhParameters(BigInteger prime, BigInteger generator) {
        /**
         * The same parameters in the form of the platform.
         *
         * @return a new parameter specification
         */
        public DHParameterSpec toSpec() {
            return new DHParameterSpec(prime, generator);
        }
    }

    /**
     * Makes a specification; the lists are copied.
     *
     * @param protocols the versions allowed
     * @param ciphers the suites allowed, in order of preference; never empty, never "the library's defaults"
     * @param groups the key exchange groups allowed, in order of preference; empty for the library's choice, which
     *     the configuration allows only where it was not set by the user
     * @param signatureSchemes the signature schemes allowed, likewise
     * @param identities the keys from which to choose by key type and issuers; empty if this side has none
     * @param acceptedIssuers certificates whose subjects a server names when it asks a client for one; may be empty
     * @param dhParameters the Diffie-Hellman parameters of servers in TLS 1.2; empty for the library's (RFC 7919)
     * @param sessions the store whose sessions may be resumed; empty if nothing is resumed
     * @throws IllegalArgumentException if there is no cipher suite
     */
    public ContextSpec {
        Objects.requireNonNull(protocols, "protocols");
        ciphers = List.copyOf(ciphers);
        groups = List.copyOf(groups);
        signatureSchemes = List.copyOf(signatureSchemes);
        identities = List.copyOf(identities);
        acceptedIssuers = List.copyOf(acceptedIssuers);
        Objects.requireNonNull(dhParameters, "dhParameters");
        Objects.requireNonNull(sessions, "sessions");
        if (ciphers.isEmpty()) {
            throw new IllegalArgumentException("list of cipher suites is empty, expected 1 or more");
        }
    }
}
