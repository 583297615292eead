package dev.sluice;

import dev.sluice.spi.ContextSpec.DhParameters;
import dev.sluice.spi.KeyMaterial;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsBackend;
import dev.sluice.x509.CertificateRevocationList;
import dev.sluice.x509.CertificateVerifier;
import dev.sluice.x509.KeyType;
import dev.sluice.x509.Pkcs12;
import dev.sluice.x509.SslCertificate;
import dev.sluice.x509.SslKey;
import dev.sluice.x509.VerificationPolicy;
import java.nio.ByteBuffer;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Executor;
import javax.crypto.spec.DHParameterSpec;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * What a connection is allowed and has to do (as QSslConfiguration). What each setting means is said at its setter in
 * {@link Builder}.
 *
 * <p>A configuration that was made with no setting at all is safe: TLS 1.2 and 1.3, authenticated ciphers with forward
 * secrecy, the peer of a client is verified against the authorities that the system trusts, nothing is resumed. What would
 * weaken that beyond repair cannot be built, and what weakens it carries {@code dangerously} in its name. An unusable
 * setting is refused where it is made or in {@link Builder#build}, never while connecting; whether a backend can do what is
 * asked is checked as soon as the backend is known, see {@link Builder#backend(TlsBackend)} and {@link #requireSupportedBy}.
 *
 * <pre>{@code
 * SslConfiguration configuration = SslConfiguration.builder()
 *         .protocols(ProtocolRange.TLS_1_3)
 *         .localCertificate(chain, key)
 *         .build();
 * }</pre>
 *
 * <p>Immutable, share freely. Two configurations are equal if all their values are; keys, verifiers, executors, stores and
 * backends are compared by their own {@code equals}. The text form shows no secret.
 */
public final class SslConfiguration {
    private static final SslConfiguration SAFE = builder().build();

    /** What {@link #defaults} returns. */
    private static volatile SslConfiguration defaults = SAFE;

    private final ConfigurationValues values;

    private SslConfiguration(ConfigurationValues values) {
        this.values = values;
    }

    /**
     * The configuration of sockets that are given none. Safe unless {@link #setDefault} was called.
     *
     * @return the configuration that holds for this process
     */
    public static SslConfiguration defaults() {
        return defaults;
    }

    /**
     * Sets the configuration of sockets that are given none, for this process. Sockets that exist keep theirs.
     *
     * @param configuration the new default
     */
    public static void setDefault(SslConfiguration configuration) {
        defaults = Objects.requireNonNull(configuration, "configuration");
    }

    /**
     * Starts a configuration from the safe values of this library, whatever {@link #setDefault} has set.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder(new ConfigurationValues());
    }

    /**
     * Starts a configuration for a backend; the same as {@code builder().backend(backend)}.
     *
     * @param backend the backend against which the configuration is checked and with which it is used
     * @return a new builder
     */
    public static Builder builder(TlsBackend backend) {
        return builder().backend(backend);
    }

    /**
     * Starts a configuration for a backend; the same as {@code builder().backend(name)}.
     *
     * @param backendName the backend against which the configuration is checked and with which it is used
     * @return a new builder
     * @throws IllegalArgumentException as {@link SslBackends#byName}
     */
    public static Builder builder(String backendName) {
        return builder().backend(backendName);
    }

    /**
     * Starts a configuration from the values of this one.
     *
     * @return a new builder; what it makes unchanged is equal to this
     */
    public Builder toBuilder() {
        return new Builder(values.copy());
    }

    /**
     * Checks that a backend can do all that is set here, whichever the side. Never silently less.
     *
     * @param backend the backend
     * @throws IllegalArgumentException if it cannot; the message names every setting that it does not support
     */
    public void requireSupportedBy(TlsBackend backend) {
        requireSupportedBy(backend, Optional.empty());
    }

    /**
     * Checks that a backend can do all that is set here and has an effect on one side.
     *
     * @param backend the backend
     * @param side the side on which this configuration is used
     * @throws IllegalArgumentException if it cannot; the message names every setting that it does not support
     */
    public void requireSupportedBy(TlsBackend backend, Side side) {
        requireSupportedBy(backend, Optional.of(side));
    }

    private void requireSupportedBy(TlsBackend backend, Optional<Side> side) {
        List<String> unsupported = BackendRequirements.unsupported(this, backend.capabilities(), side);
        if (!unsupported.isEmpty()) {
            throw new IllegalArgumentException(
                    "TLS backend \"" + backend.name() + "\" does not support " + String.join("; ", unsupported));
        }
    }

    /** {@return the protocol versions allowed} */
    public ProtocolRange protocols() {
        return values.protocols;
    }

    /** {@return the cipher suites allowed, in order of preference; never empty, {@link SslCipher#defaults} unless set} */
    public List<SslCipher> ciphers() {
        return hasExplicitCiphers() ? values.ciphers : SslCipher.defaults();
    }

    /** {@return true if the cipher suites were set, so that none of them may be left out} */
    public boolean hasExplicitCiphers() {
        return !values.ciphers.isEmpty();
    }

    /** {@return the key exchange groups allowed, in order of preference; empty unless set: the engine's choice} */
    public List<NamedGroup> groups() {
        return values.groups;
    }

    /** {@return the signature schemes allowed, in order of preference; empty unless set: the engine's choice} */
    public List<SignatureScheme> signatureSchemes() {
        return values.signatureSchemes;
    }

    /** {@return how much a peer has to prove} */
    public PeerVerifyMode peerVerifyMode() {
        return values.peerVerifyMode;
    }

    /** {@return how many certificates a chain may have; 0 for no limit but the verifier's own} */
    public int peerVerifyDepth() {
        return values.peerVerifyDepth;
    }

    /** {@return the name that the peer's certificate has to bear; empty unless set: that of the host connected to} */
    public Optional<String> peerVerifyName() {
        return Optional.ofNullable(values.peerVerifyName);
    }

    /** {@return the authorities trusted besides those of the system; empty unless set} */
    public List<SslCertificate> caCertificates() {
        return values.caCertificates;
    }

    /** {@return true if the authorities of the system are trusted: as set, else only where no others were set} */
    public boolean systemCaCertificates() {
        return values.systemCaCertificates != null ? values.systemCaCertificates : values.caCertificates.isEmpty();
    }

    /** {@return the pinned public keys, of which the peer's chain has to have one; empty unless set: not pinned} */
    public Set<SpkiPin> pins() {
        return values.pins;
    }

    /** {@return what judges the peer's certificates; {@link CertificateVerifier#strict} unless set} */
    public CertificateVerifier certificateVerifier() {
        return values.certificateVerifier;
    }

    /** {@return how strong the peer's certificates have to be} */
    public VerificationPolicy verificationPolicy() {
        return values.verificationPolicy;
    }

    /**
     * The revocation lists by which certificates of the peer are judged.
     *
     * @return the lists; empty if none were set
     */
    public List<CertificateRevocationList> certificateRevocationLists() {
        return values.certificateRevocationLists;
    }

    /** {@return true if a stapled OCSP response is asked for} */
    public boolean ocspStaplingEnabled() {
        return values.ocspStaplingEnabled;
    }

    /** {@return true if the handshake waits at the first error of verification} */
    public boolean handshakeMustInterruptOnError() {
        return values.handshakeMustInterruptOnError;
    }

    /** {@return true if a peer without a certificate cannot be accepted by ignoring errors} */
    public boolean missingCertificateIsFatal() {
        return values.missingCertificateIsFatal;
    }

    /** {@return the means by which this side proves who it is, in order of preference; empty unless set} */
    public List<KeyMaterial> identities() {
        return values.identities;
    }

    /** {@return on servers, the configurations for names that clients ask for, by normalized pattern; empty unless set} */
    public Map<String, SslConfiguration> serverNames() {
        return values.serverNames;
    }

    /**
     * Finds the configuration for a name that a client asked for (RFC 6066 §3).
     *
     * @param serverName the name as it was sent; anything may be in it
     * @return the configuration of this very name, else that of the wildcard for its left-most label, else empty
     */
    public Optional<SslConfiguration> forServerName(String serverName) {
        return ServerNames.find(values.serverNames, serverName);
    }

    /** {@return true if on a server its own order of cipher suites decides, and not the client's} */
    public boolean serverCipherPreference() {
        return values.serverCipherPreference;
    }

    /** {@return the Diffie-Hellman parameters of a server in TLS 1.2; empty unless set: those of RFC 7919} */
    public Optional<DhParameters> diffieHellmanParameters() {
        return Optional.ofNullable(values.diffieHellmanParameters);
    }

    /**
     * Whether a pre-shared key may be asked for and used.
     *
     * @return true if it was set, and if anything else was that makes sense with such keys alone: a suite of theirs, or an
     *     identity hint
     */
    public boolean preSharedKeyEnabled() {
        return values.preSharedKeyEnabled
                || values.preSharedKeyIdentityHint != null
                || values.ciphers.stream().anyMatch(SslCipher::usesPreSharedKey);
    }

    /** {@return what a server staples; a copy, empty unless set} */
    public Optional<byte[]> stapledOcspResponse() {
        return Optional.ofNullable(values.stapledOcspResponse).map(response -> {
            byte[] copy = new byte[response.remaining()];
            response.duplicate().get(copy);
            return copy;
        });
    }

    /** {@return the longest plaintext of a record that a client asks for, in bytes; empty unless set} */
    public OptionalInt maximumFragmentLength() {
        return values.maximumFragmentLength == 0 ? OptionalInt.empty() : OptionalInt.of(values.maximumFragmentLength);
    }

    /** {@return where secrets are logged; empty unless set} */
    public Optional<SslKeyLog> keyLog() {
        return Optional.ofNullable(values.keyLog);
    }

    /** {@return what a server says to help clients choose an identity for a pre-shared key; empty unless set} */
    public Optional<String> preSharedKeyIdentityHint() {
        return Optional.ofNullable(values.preSharedKeyIdentityHint);
    }

    /** {@return which pre-shared keys are good enough} */
    public PskPolicy pskPolicy() {
        return values.pskPolicy;
    }

    /** {@return the application protocols for ALPN, in order of preference; empty unless set: not negotiated} */
    public List<String> allowedApplicationProtocols() {
        return values.allowedApplicationProtocols;
    }

    /** {@return where sessions are kept; empty unless set: nothing is resumed} */
    public Optional<SessionStore> sessionStore() {
        return Optional.ofNullable(values.sessionStore);
    }

    /** {@return how long name resolution and the connection of the transport may take} */
    public Duration connectTimeout() {
        return values.connectTimeout;
    }

    /** {@return how long the handshake may take, verification and questions to the user included} */
    public Duration handshakeTimeout() {
        return values.handshakeTimeout;
    }

    /** {@return how long a write that waits may wait for the transport to take anything} */
    public Duration writeTimeout() {
        return values.writeTimeout;
    }

    /** {@return how long closing may wait for data to go out and for the peer to close too} */
    public Duration closeTimeout() {
        return values.closeTimeout;
    }

    /** {@return how long a failed connection may wait for its alert to go out} */
    public Duration alertFlushTimeout() {
        return values.alertFlushTimeout;
    }

    /** {@return how many bytes of plaintext may wait to be read before receiving stops; 0 for no limit} */
    public int readBufferLimit() {
        return values.readBufferLimit;
    }

    /** {@return how many bytes of plaintext may wait to be sent before nothing more is taken} */
    public int writeBufferLimit() {
        return values.writeBufferLimit;
    }

    /** {@return the largest handshake message accepted, in bytes} */
    public int handshakeLimit() {
        return values.handshakeLimit;
    }

    /** {@return what runs the long tasks of the engine; empty unless set: the thread that moves the bytes} */
    public Optional<Executor> taskExecutor() {
        return Optional.ofNullable(values.taskExecutor);
    }

    /** {@return the backend to use; empty unless set: the one that is {@linkplain SslBackends#active active} then} */
    public Optional<TlsBackend> backend() {
        return Optional.ofNullable(values.backend);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SslConfiguration configuration && values.equals(configuration.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    /** Tells the values that differ from the safe ones, and no secret. */
    @Override
    public String toString() {
        return "SslConfiguration[" + values + "]";
    }

    /**
     * Makes a configuration. Each setter returns this builder, replaces what was set before unless its name begins with
     * {@code add}, and leaves the builder as it was when it throws.
     *
     * <p>One thread at a time. Collections are copied.
     */
    public static final class Builder {
        private final ConfigurationValues values;

        private Builder(ConfigurationValues values) {
            this.values = values;
        }

        /**
         * Sets the protocol versions allowed; {@link ProtocolRange#SECURE} unless set. Ranges below TLS 1.2 and empty ones
         * cannot be made.
         *
         * @param protocols the range
         * @return this builder
         */
        public Builder protocols(ProtocolRange protocols) {
            values.protocols = Objects.requireNonNull(protocols, "protocols");
            return this;
        }

        /**
         * Sets the cipher suites allowed, for all protocol versions; {@link SslCipher#defaults} unless set, as far as the
         * backend has them. {@link #build} demands that each suite can be used in a version that is allowed and that each
         * version that is allowed has a suite: nothing is ever left out silently.
         *
         * @param ciphers the suites in order of preference; not empty, no duplicates
         * @return this builder
         * @throws IllegalArgumentException if the list is empty or has a suite twice
         */
        public Builder ciphers(List<SslCipher> ciphers) {
            values.ciphers = ConfigurationChecks.requireList(ciphers, "cipher suite");
            return this;
        }

        /**
         * Sets the cipher suites allowed by their names.
         *
         * @param colonSeparatedNames names of IANA or OpenSSL with colons between; keywords of OpenSSL such as {@code HIGH}
         *     are no names
         * @return this builder
         * @throws IllegalArgumentException if a name is not known, telling which, or a suite is named twice
         * @see #ciphers(List)
         */
        public Builder ciphers(String colonSeparatedNames) {
            return ciphers(Arrays.stream(colonSeparatedNames.split(":", -1))
                    .map(ConfigurationChecks::cipherByName)
                    .toList());
        }

        /**
         * Allows cipher suites that are {@linkplain SslCipher#isWeak weak} to be set; false unless set. It enables none.
         *
         * @param allowed true to let {@link #build} accept them
         * @return this builder
         */
        public Builder dangerouslyAllowWeakCiphers(boolean allowed) {
            values.weakCiphersAllowed = allowed;
            return this;
        }

        /**
         * Sets the key exchange groups allowed; the engine's choice unless set. (Qt calls them elliptic curves.)
         *
         * @param groups the groups in order of preference; not empty, no duplicates
         * @return this builder
         * @throws IllegalArgumentException if the list is empty or has a group twice
         */
        public Builder groups(List<NamedGroup> groups) {
            values.groups = ConfigurationChecks.requireList(groups, "group");
            return this;
        }

        /**
         * Sets the signature schemes allowed; the engine's choice unless set.
         *
         * @param schemes the schemes in order of preference; not empty, no duplicates, none that is
         *     {@linkplain SignatureScheme#isLegacy legacy}
         * @return this builder
         * @throws IllegalArgumentException if the list is empty, has a scheme twice or a legacy one (RFC 9155 §2)
         */
        public Builder signatureSchemes(List<SignatureScheme> schemes) {
            List<SignatureScheme> checked = ConfigurationChecks.requireList(schemes, "signature scheme");
            for (SignatureScheme scheme : checked) {
                if (scheme.isLegacy()) {
                    throw new IllegalArgumentException("signature scheme " + scheme.standardName()
                            + " is legacy, expected none with SHA-1, SHA-224 or DSA (RFC 9155 §2)");
                }
            }
            values.signatureSchemes = checked;
            return this;
        }

        /**
         * Sets how much a peer has to prove; {@link PeerVerifyMode#AUTO_VERIFY_PEER} unless set.
         *
         * @param mode the mode
         * @return this builder
         */
        public Builder peerVerifyMode(PeerVerifyMode mode) {
            values.peerVerifyMode = Objects.requireNonNull(mode, "mode");
            return this;
        }

        /**
         * Sets how many certificates a peer's chain may have, the peer's own included; 0 unless set.
         *
         * @param depth the number of certificates; 0 for no limit but the verifier's own
         * @return this builder
         * @throws IllegalArgumentException if the number is negative
         */
        public Builder peerVerifyDepth(int depth) {
            values.peerVerifyDepth = ConfigurationChecks.requireAtLeast(depth, 0, "peerVerifyDepth");
            return this;
        }

        /**
         * Sets the name that the peer's certificate has to bear, in place of that of the host connected to. On a server,
         * the name that a client's certificate has to bear; there none is demanded unless set.
         *
         * @param name a host name or the literal of an IP address
         * @return this builder
         * @throws IllegalArgumentException if the name is empty or has white space or control characters
         */
        public Builder peerVerifyName(String name) {
            if (name.isEmpty() || name.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))) {
                throw new IllegalArgumentException(
                        "peerVerifyName is \"" + name + "\", expected a host name or an IP address");
            }
            values.peerVerifyName = name;
            return this;
        }

        /**
         * Sets the authorities trusted. Those of the system are no longer trusted then, unless {@link #systemCaCertificates}
         * says so.
         *
         * @param certificates the certificates of the authorities; not empty. To trust none, call {@code
         *     systemCaCertificates(false)}
         * @return this builder
         * @throws IllegalArgumentException if there is no certificate
         */
        public Builder caCertificates(Collection<SslCertificate> certificates) {
            if (certificates.isEmpty()) {
                throw new IllegalArgumentException("collection of CA certificates is empty, expected 1 or more"
                        + " (to trust none: systemCaCertificates(false))");
            }
            values.caCertificates = List.copyOf(new LinkedHashSet<>(certificates));
            return this;
        }

        /**
         * Adds an authority to those trusted, see {@link #caCertificates}.
         *
         * @param certificate the certificate of the authority
         * @return this builder
         */
        public Builder addCaCertificate(SslCertificate certificate) {
            return addCaCertificates(List.of(certificate));
        }

        /**
         * Adds authorities to those trusted, see {@link #caCertificates}.
         *
         * @param certificates the certificates of the authorities; not empty
         * @return this builder
         * @throws IllegalArgumentException if there is no certificate
         */
        public Builder addCaCertificates(Collection<SslCertificate> certificates) {
            if (certificates.isEmpty()) {
                throw new IllegalArgumentException("collection of CA certificates to add is empty, expected 1 or more");
            }
            List<SslCertificate> all = new ArrayList<>(values.caCertificates);
            all.addAll(certificates);
            return caCertificates(all);
        }

        /**
         * Sets whether the authorities of the system are trusted; unless set they are if no others were set.
         *
         * @param trusted true to trust them
         * @return this builder
         */
        public Builder systemCaCertificates(boolean trusted) {
            values.systemCaCertificates = trusted;
            return this;
        }

        /**
         * Sets the pinned public keys: in addition to all else the peer's chain has to have one of them (as RFC 7469 §2.6
         * checks it). Have a back-up pin.
         *
         * @param pins the pins; not empty, since a set without pins could never match
         * @return this builder
         * @throws IllegalArgumentException if there is no pin
         */
        public Builder pins(Collection<SpkiPin> pins) {
            if (pins.isEmpty()) {
                throw new IllegalArgumentException(
                        "collection of pins is empty and could never match, expected 1 or more");
            }
            values.pins = Collections.unmodifiableSet(new LinkedHashSet<>(List.copyOf(pins)));
            return this;
        }

        /**
         * Sets what judges the peer's certificates; {@link CertificateVerifier#strict} unless set. Dangerous: no other
         * check of the certificates takes place but that of the pins.
         *
         * @param verifier the verifier; thread-safe, owned by the caller
         * @return this builder
         */
        public Builder certificateVerifier(CertificateVerifier verifier) {
            values.certificateVerifier = Objects.requireNonNull(verifier, "verifier");
            return this;
        }

        /**
         * Sets by which rules the peer's certificates are judged and how strong they have to be; {@link
         * VerificationPolicy#DEFAULT} unless set.
         *
         * @param policy the policy
         * @return this builder
         */
        public Builder verificationPolicy(VerificationPolicy policy) {
            values.verificationPolicy = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Sets the revocation lists (RFC 5280 §5) by which certificates of the peer are judged; none unless set. They are not
         * fetched or renewed: when they change, make another configuration. What it means if there is none for a certificate is
         * said by {@link VerificationPolicy#revocation}.
         *
         * @param lists the lists, of any issuers, in any order; may be empty
         * @return this builder
         */
        public Builder certificateRevocationLists(Collection<CertificateRevocationList> lists) {
            values.certificateRevocationLists = List.copyOf(lists);
            return this;
        }

        /**
         * Sets whether a stapled OCSP response is asked for (RFC 6066 §8); false unless set. As in Qt, a response is then
         * demanded of the peer, unless the {@link VerificationPolicy#revocation} of the policy accepts its absence.
         *
         * @param enabled true to ask for it
         * @return this builder
         */
        public Builder ocspStaplingEnabled(boolean enabled) {
            values.ocspStaplingEnabled = enabled;
            return this;
        }

        /**
         * Sets whether the handshake waits at the first error of verification until the user lets it go on, see {@link
         * SslSocketListener#handshakeInterruptedOnError}; false unless set.
         *
         * @param interrupt true to wait
         * @return this builder
         */
        public Builder handshakeMustInterruptOnError(boolean interrupt) {
            values.handshakeMustInterruptOnError = interrupt;
            return this;
        }

        /**
         * Sets whether a peer without a certificate ends the handshake even where errors are ignored; false unless set.
         *
         * @param fatal true to make it final
         * @return this builder
         */
        public Builder missingCertificateIsFatal(boolean fatal) {
            values.missingCertificateIsFatal = fatal;
            return this;
        }

        /**
         * Adds an identity: a private key with the chain that certifies it. With several, the engine chooses by what the
         * peer accepts. Unlike other setters this one adds; {@link #identities} replaces.
         *
         * @param chain the certificates to present, the one of the key first; not empty
         * @param key the private key, owned by the caller and not copied; may be opaque, of a hardware module for example
         * @return this builder
         * @throws IllegalArgumentException if the chain is empty or the key does not belong to its first certificate
         */
        public Builder localCertificate(List<SslCertificate> chain, PrivateKey key) {
            return addIdentities(List.of(new KeyMaterial.KeyAndChain(chain, key)));
        }

        /**
         * Adds an identity, as {@link #localCertificate(List, PrivateKey)} does.
         *
         * <p>The builder takes a copy of the key, or the object itself if the key is opaque: closing the key afterwards changes
         * nothing for this builder and the configurations that are built from it. The copy is gone when they are.
         *
         * @param chain the certificates to present, the one of the key first; not empty
         * @param key the private key, borrowed
         * @return this builder
         * @throws IllegalArgumentException if the chain is empty, or the key is public or does not belong to its first
         *     certificate
         * @throws IllegalStateException if the key is closed
         */
        public Builder localCertificate(List<SslCertificate> chain, SslKey key) {
            if (key.type() != KeyType.PRIVATE) {
                throw new IllegalArgumentException("key is public, expected a private one");
            }
            return localCertificate(chain, key.toPrivateKey());
        }

        /**
         * Adds the identity of a PKCS #12 file: its key with its chain.
         *
         * @param identity the content of the file, borrowed; closing it afterwards changes nothing, as for {@link
         *     #localCertificate(List, SslKey)}
         * @return this builder
         * @throws IllegalArgumentException if the file has no certificate for its key, or one of another key
         * @throws IllegalStateException if it is closed
         */
        public Builder localCertificate(Pkcs12 identity) {
            return localCertificate(identity.chain(), identity.key());
        }

        /**
         * Adds an identity for each private key of a key store.
         *
         * @param keyStore the key store, borrowed
         * @param password the password of its keys, borrowed and not kept
         * @return this builder
         * @throws IllegalArgumentException if the store has no private key, or one that cannot be read, or one that does not
         *     belong to its certificate
         */
        public Builder keyStore(KeyStore keyStore, char[] password) {
            return addIdentities(KeyStoreIdentities.read(keyStore, password));
        }

        /**
         * Adds a key manager, which chooses and holds keys itself.
         *
         * @param manager the key manager; thread-safe, owned by the caller
         * @return this builder
         */
        public Builder keyManager(X509KeyManager manager) {
            return addIdentities(List.of(new KeyMaterial.Manager(manager)));
        }

        /**
         * Sets all identities at once; none unless set.
         *
         * @param identities the identities in order of preference; may be empty, for none
         * @return this builder
         * @throws IllegalArgumentException if a key does not belong to its certificate
         */
        public Builder identities(List<KeyMaterial> identities) {
            List<KeyMaterial> copied = List.copyOf(identities);
            copied.forEach(ConfigurationChecks::requireMatch);
            values.identities = copied;
            return this;
        }

        private Builder addIdentities(List<? extends KeyMaterial> added) {
            added.forEach(ConfigurationChecks::requireMatch);
            List<KeyMaterial> all = new ArrayList<>(values.identities);
            all.addAll(added);
            values.identities = List.copyOf(all);
            return this;
        }

        /**
         * Sets, for servers, the configuration of connections whose client asks for a name (RFC 6066 §3). A name goes before
         * a wildcard; where no pattern fits, this configuration holds.
         *
         * @param pattern a host name, or {@code *.} and a host name, which stands for exactly one label more; U-labels and
         *     upper case are normalized
         * @param configuration the configuration for this name; has no server names of its own
         * @return this builder
         * @throws IllegalArgumentException if the pattern is neither, or the configuration has server names or chooses
         *     another backend
         */
        public Builder serverName(String pattern, SslConfiguration configuration) {
            String normalized = ServerNames.normalizePattern(pattern);
            if (!configuration.serverNames().isEmpty()) {
                throw new IllegalArgumentException(
                        "configuration for server name \"" + pattern + "\" has server names of its own, expected none");
            }
            Map<String, SslConfiguration> all = new LinkedHashMap<>(values.serverNames);
            all.put(normalized, configuration);
            values.serverNames = Collections.unmodifiableMap(all);
            return this;
        }

        /**
         * Sets whether on a server its own order of cipher suites decides; true unless set.
         *
         * @param preferServer false to let the client's order decide
         * @return this builder
         */
        public Builder serverCipherPreference(boolean preferServer) {
            values.serverCipherPreference = preferServer;
            return this;
        }

        /**
         * Sets the Diffie-Hellman parameters of a server in TLS 1.2; those of RFC 7919 unless set, which is the better
         * choice.
         *
         * @param parameters a prime of 2048 to 8192 bits and a generator between 2 and the prime less 2
         * @return this builder
         * @throws IllegalArgumentException if they are anything else
         */
        public Builder diffieHellmanParameters(DHParameterSpec parameters) {
            values.diffieHellmanParameters = DiffieHellmanCheck.require(parameters);
            return this;
        }

        /**
         * Sets whether pre-shared keys may be used (RFC 4279, RFC 8446 §4.2.11); false unless set. The listener is then
         * asked for the key inside the handshake, see {@link SslSocketListener#preSharedKeyAuthenticationRequired}; who
         * gives none goes on with certificates, as far as there are any. A peer that proves to know the key counts as
         * authenticated by it, without a certificate, unless there are {@linkplain #pins pins}.
         *
         * <p>In TLS 1.3 this is all. In TLS 1.2 the key exchange belongs to the cipher suite: unless {@linkplain #ciphers
         * suites} are set, those with a pre-shared key, forward secrecy and an authenticated cipher follow the defaults.
         * Such a connection neither stores nor offers a session: each one asks for its key.
         *
         * @param enabled true to use them
         * @return this builder
         */
        public Builder preSharedKeyEnabled(boolean enabled) {
            values.preSharedKeyEnabled = enabled;
            return this;
        }

        /**
         * Sets the OCSP response that a server staples for clients that ask for one (RFC 6066 §8, RFC 8446 §4.4.2.1);
         * nothing unless set. It is not fetched or renewed: when there is a newer one, make another configuration.
         *
         * @param response an {@code OCSPResponse} (RFC 6960 §4.2.1) for the certificate of this server, DER; copied
         * @return this builder
         * @throws IllegalArgumentException if it is no successful response in form, or has 65,536 bytes or more. Whether it is
         *     for this server's certificate, signed by the right one and still valid, is for clients to judge
         */
        public Builder stapledOcspResponse(byte[] response) {
            byte[] copy = ConfigurationChecks.requireStaple(response);
            values.stapledOcspResponse = ByteBuffer.wrap(copy).asReadOnlyBuffer();
            return this;
        }

        /**
         * Sets the longest plaintext of a record that a client asks its server for (RFC 6066 §4), for want of memory; 2^14
         * bytes unless set. A server that does not know the extension sends longer ones all the same.
         *
         * @param bytes 512, 1024, 2048 or 4096
         * @return this builder
         * @throws IllegalArgumentException for any other number
         */
        public Builder maximumFragmentLength(int bytes) {
            if (bytes != 512 && bytes != 1024 && bytes != 2048 && bytes != 4096) {
                throw new IllegalArgumentException(
                        "maximum fragment length is " + bytes + ", expected 512, 1024, 2048 or 4096 (RFC 6066 §4)");
            }
            values.maximumFragmentLength = bytes;
            return this;
        }

        /**
         * Sets where the secrets of connections are logged, for a program that decrypts captured traffic; nowhere unless set.
         * Dangerous: whoever reads the log reads the connections.
         *
         * @param keyLog takes the lines; thread-safe, owned by the caller. What it throws is logged and harms no connection
         * @return this builder
         */
        public Builder dangerouslyKeyLog(SslKeyLog keyLog) {
            values.keyLog = Objects.requireNonNull(keyLog, "keyLog");
            return this;
        }

        /**
         * Sets what a server says to help clients choose an identity for a pre-shared key (RFC 4279 §2); nothing unless set.
         * It goes over the network in clear.
         *
         * @param hint 1 to 128 bytes of UTF-8, the length that every client has to support (RFC 4279 §5.3)
         * @return this builder
         * @throws IllegalArgumentException if it is empty or longer
         */
        public Builder preSharedKeyIdentityHint(String hint) {
            int length = WireText.utf8Length(hint, "preSharedKeyIdentityHint");
            if (length < 1 || length > 128) {
                throw new IllegalArgumentException("preSharedKeyIdentityHint has " + length
                        + " bytes of UTF-8, expected 1 to 128 (RFC 4279 §5.3)");
            }
            values.preSharedKeyIdentityHint = hint;
            return this;
        }

        /**
         * Sets which pre-shared keys are good enough; {@link PskPolicy#DEFAULT} unless set.
         *
         * @param policy the policy
         * @return this builder
         */
        public Builder pskPolicy(PskPolicy policy) {
            values.pskPolicy = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Sets the application protocols for ALPN (RFC 7301); not negotiated unless set. The order of the client counts, as
         * in Qt: a server takes the first of the client's that it has as well, and without any fails the handshake.
         *
         * @param protocols the names in order of preference, {@code h2} for example; not empty, no duplicates, each 1 to 255
         *     bytes of UTF-8
         * @return this builder
         * @throws IllegalArgumentException if the list or a name is anything else
         */
        public Builder allowedApplicationProtocols(List<String> protocols) {
            List<String> checked = ConfigurationChecks.requireList(protocols, "application protocol");
            WireText.requireProtocolNames(checked);
            values.allowedApplicationProtocols = checked;
            return this;
        }

        /**
         * Sets where sessions are kept and found again; unless set nothing is resumed.
         *
         * @param store the store, owned by the caller, who closes it
         * @return this builder
         */
        public Builder sessionStore(SessionStore store) {
            values.sessionStore = Objects.requireNonNull(store, "store");
            return this;
        }

        /**
         * Sets how long name resolution and the connection of the transport may take; 30 seconds unless set.
         *
         * @param timeout more than zero, at most 365 days
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder connectTimeout(Duration timeout) {
            values.connectTimeout = ConfigurationChecks.requireTimeout(timeout, "connectTimeout");
            return this;
        }

        /**
         * Sets how long the handshake may take, verification and questions to the user included; 30 seconds unless set.
         *
         * @param timeout more than zero, at most 365 days
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder handshakeTimeout(Duration timeout) {
            values.handshakeTimeout = ConfigurationChecks.requireTimeout(timeout, "handshakeTimeout");
            return this;
        }

        /**
         * Sets how long a write that waits may wait for the transport to take anything; 30 seconds unless set.
         *
         * @param timeout more than zero, at most 365 days
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder writeTimeout(Duration timeout) {
            values.writeTimeout = ConfigurationChecks.requireTimeout(timeout, "writeTimeout");
            return this;
        }

        /**
         * Sets how long closing may wait for data to go out and for the peer to close too; 2 seconds unless set.
         *
         * @param timeout more than zero, at most 365 days
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder closeTimeout(Duration timeout) {
            values.closeTimeout = ConfigurationChecks.requireTimeout(timeout, "closeTimeout");
            return this;
        }

        /**
         * Sets how long a failed connection may wait for its alert to go out; 1 second unless set.
         *
         * @param timeout more than zero, at most 365 days
         * @return this builder
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder alertFlushTimeout(Duration timeout) {
            values.alertFlushTimeout = ConfigurationChecks.requireTimeout(timeout, "alertFlushTimeout");
            return this;
        }

        /**
         * Sets how many bytes of plaintext may wait to be read before receiving stops; 0 unless set. What waits can exceed
         * the limit by one record.
         *
         * @param limitBytes the number of bytes; 0 for no limit
         * @return this builder
         * @throws IllegalArgumentException if it is negative
         */
        public Builder readBufferLimit(int limitBytes) {
            values.readBufferLimit = ConfigurationChecks.requireAtLeast(limitBytes, 0, "readBufferLimit");
            return this;
        }

        /**
         * Sets how many bytes of plaintext may wait to be sent before nothing more is taken; 1 MiB unless set.
         *
         * @param limitBytes the number of bytes, 1 or more
         * @return this builder
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder writeBufferLimit(int limitBytes) {
            values.writeBufferLimit = ConfigurationChecks.requireAtLeast(limitBytes, 1, "writeBufferLimit");
            return this;
        }

        /**
         * Sets the largest handshake message to accept; 64 KiB unless set.
         *
         * @param limitBytes the number of bytes, 1024 or more
         * @return this builder
         * @throws IllegalArgumentException if it is below 1024
         */
        public Builder handshakeLimit(int limitBytes) {
            values.handshakeLimit = ConfigurationChecks.requireAtLeast(limitBytes, 1024, "handshakeLimit");
            return this;
        }

        /**
         * Sets what runs the long tasks of the engine, such as key operations of the handshake; unless set the thread that
         * moves the bytes runs them.
         *
         * @param executor the executor; thread-safe, owned by the caller
         * @return this builder
         */
        public Builder taskExecutor(Executor executor) {
            values.taskExecutor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /**
         * Sets the backend by its name; unless set, the one that is {@linkplain SslBackends#active active} when a connection
         * begins.
         *
         * @param name the name of the backend
         * @return this builder
         * @throws IllegalArgumentException as {@link SslBackends#byName}
         * @see #backend(TlsBackend)
         */
        public Builder backend(String name) {
            return backend(SslBackends.byName(name));
        }

        /**
         * Sets the backend. {@link #build} then checks that it can do all that is set here.
         *
         * @param backend the backend; need not be one that {@link SslBackends} has found
         * @return this builder
         * @throws IllegalArgumentException if its library is older than the oldest that it supports, see {@link SslBackends}
         */
        public Builder backend(TlsBackend backend) {
            SslBackends.requireSupportedVersion(backend);
            values.backend = backend;
            return this;
        }

        /**
         * Makes the configuration. The builder can be used on and does not change it any more.
         *
         * @return a new configuration
         * @throws IllegalArgumentException if a cipher suite is weak and weak ones are not allowed; if one fits no version
         *     of the protocol that is allowed, or a version has no suite; if the backend that was set cannot do everything,
         *     naming each setting that it cannot; if a configuration for a server name chooses another backend
         */
        public SslConfiguration build() {
            ConfigurationChecks.requireUsableCiphers(values);
            ConfigurationChecks.requireOneBackend(values);
            SslConfiguration built = new SslConfiguration(values.copy());
            if (values.backend != null) {
                built.requireSupportedBy(values.backend);
            }
            return built;
        }
    }
}
