package dev.sluice.examples.conscrypt;

import dev.sluice.SslCipher;
import dev.sluice.SslProtocol;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.FeatureSettings;
import dev.sluice.spi.KeyMaterial;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsContextException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Refuses by name whatever Conscrypt (2.9) would ignore, before anything is made.
 *
 * <p>The library refuses already what a backend does not declare. A backend checks all the same: it is asked directly, too,
 * and some limits have no {@link dev.sluice.spi.TlsFeature}.
 */
final class ContextChecks {
    private static final Set<String> KEY_TYPES = Set.of("EC", "RSA");

    private ContextChecks() {}

    static void check(ContextSpec spec, BackendCapabilities capabilities, Provider provider)
            throws TlsContextException {
        requireOffered("protocol versions", spec.protocols().protocols(), capabilities.protocols());
        requireOffered("cipher suites", spec.ciphers(), capabilities.ciphers());
        requireFixedSuites(spec, capabilities);
        requireUnset("groups", spec.groups().isEmpty());
        requireUnset("signature schemes", spec.signatureSchemes().isEmpty());
        requireUnset("Diffie-Hellman parameters", spec.dhParameters().isEmpty());
        requireUnset("a session store", spec.sessions().isEmpty());
        for (KeyMaterial identity : spec.identities()) {
            if (identity instanceof KeyMaterial.KeyAndChain own) {
                requireUsableKey(own, provider);
            }
        }
    }

    static void check(EngineSpec engineSpec, ContextSpec spec) throws TlsContextException {
        FeatureSettings features = engineSpec.features();
        requireUnset("pre-shared keys", features.preSharedKeys().isEmpty());
        requireUnset("an identity hint", features.identityHint().isEmpty());
        requireUnset("an OCSP response to staple", features.stapledResponse().isEmpty());
        requireUnset(
                "a maximum fragment length", features.maximumFragmentBytes().isEmpty());
        requireUnset("a key log", features.keyLog().isEmpty());
        if (engineSpec.side() == Side.SERVER) {
            requireUnset("the client's order of cipher suites", engineSpec.serverCipherPreference());
            // It asks for a key of each type that its suites know, in no order, and serves the one it got last.
            requireUnset("a second identity of a server", spec.identities().size() < 2);
        }
    }

    /**
     * Which versions to enable: those of which there is a suite. Conscrypt takes an empty list of suites and goes by its
     * own for TLS 1.3.
     */
    static List<SslProtocol> versions(ContextSpec spec) {
        return spec.protocols().protocols().stream()
                .filter(version -> !suitesOf(version, spec.ciphers()).isEmpty())
                .toList();
    }

    /** The suites of TLS 1.3 cannot be chosen: the setting must be what Conscrypt does anyhow. Nor can their order. */
    private static void requireFixedSuites(ContextSpec spec, BackendCapabilities capabilities)
            throws TlsContextException {
        List<SslProtocol> versions = versions(spec);
        if (versions.isEmpty()) {
            throw new TlsContextException(
                    "cipher suites " + spec.ciphers() + " are of other protocol versions, expected 1 or more of "
                            + spec.protocols(),
                    null);
        }
        Set<String> wanted = suitesOf(SslProtocol.TLS_1_3, spec.ciphers());
        Set<String> fixed = suitesOf(SslProtocol.TLS_1_3, capabilities.ciphers());
        if (versions.contains(SslProtocol.TLS_1_3) && !wanted.equals(fixed)) {
            throw new TlsContextException(
                    "cipher suites of TLSv1.3 are " + wanted + ", expected all of " + fixed
                            + ": Conscrypt cannot leave out any",
                    null);
        }
    }

    private static Set<String> suitesOf(SslProtocol version, Collection<SslCipher> ciphers) {
        return ciphers.stream()
                .filter(cipher -> cipher.protocols().contains(version))
                .map(SslCipher::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Asks the library itself whether it knows such keys. The public key does: the private one may be opaque. */
    private static void requireUsableKey(KeyMaterial.KeyAndChain identity, Provider provider)
            throws TlsContextException {
        String type = IdentityKeyManager.keyType(identity);
        try {
            if (!KEY_TYPES.contains(type)) {
                throw new TlsContextException(
                        "key of " + identity + " is of type " + type + ", expected one of " + new TreeSet<>(KEY_TYPES),
                        null);
            }
            byte[] encoded = identity.chain().get(0).toX509().getPublicKey().getEncoded();
            KeyFactory.getInstance(type, provider).generatePublic(new X509EncodedKeySpec(encoded));
            if (identity.key().getEncoded() == null) {
                // Opaque, of a hardware module perhaps: Conscrypt has a provider of the platform sign digests with it.
                Signature.getInstance(type.equals("EC") ? "NONEwithECDSA" : "NONEwithRSA")
                        .initSign(identity.key());
            }
        } catch (GeneralSecurityException e) {
            throw new TlsContextException("key of " + identity + " is of a kind that Conscrypt cannot use", e);
        }
    }

    private static <T> void requireOffered(String setting, Collection<T> wanted, Collection<T> offered)
            throws TlsContextException {
        List<T> missing =
                wanted.stream().filter(Predicate.not(offered::contains)).toList();
        if (!missing.isEmpty()) {
            throw new TlsContextException(
                    setting + " " + missing + " are not offered by Conscrypt, expected some of " + offered, null);
        }
    }

    private static void requireUnset(String setting, boolean isUnset) throws TlsContextException {
        if (!isUnset) {
            throw new TlsContextException(setting + " cannot be set in this backend, expected none", null);
        }
    }
}
