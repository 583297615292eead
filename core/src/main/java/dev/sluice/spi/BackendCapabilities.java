package dev.sluice.spi;

import dev.sluice.NamedGroup;
import dev.sluice.SignatureScheme;
import dev.sluice.SslCipher;
import dev.sluice.SslProtocol;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a backend can do with the library that is running.
 *
 * <p>Immutable, share freely. Lists are in the library's order of preference.
 *
 * @param protocols the versions it can speak
 * @param ciphers the suites it can be told to use, each complete
 * @param unmappedSuites names of suites of the library that have no entry in the table of suites; never enabled
 * @param groups the key exchange groups it can use
 * @param signatureSchemes the signature schemes it can use; empty if the library does not tell
 * @param features what else it can do
 * @param bufferKind the kind of buffer with which it is fastest
 */
public record BackendCapabilities(
        Set<SslProtocol> protocols,
        List<SslCipher> ciphers,
        List<String> unmappedSuites,
        List<NamedGroup> groups,
        List<SignatureScheme> signatureSchemes,
        Set<TlsFeature> features,
        BufferKind bufferKind) {
    /**
     * Makes the capabilities; the collections are copied.
     *
     * @param protocols the versions it can speak
     * @param ciphers the suites it can be told to use, each complete
     * @param unmappedSuites names of suites of the library that have no entry in the table of suites; never enabled
     * @param groups the key exchange groups it can use
     * @param signatureSchemes the signature schemes it can use; empty if the library does not tell
     * @param features what else it can do
     * @param bufferKind the kind of buffer with which it is fastest
     */
    public BackendCapabilities {
        protocols = Set.copyOf(protocols);
        ciphers = List.copyOf(ciphers);
        unmappedSuites = List.copyOf(unmappedSuites);
        groups = List.copyOf(groups);
        signatureSchemes = List.copyOf(signatureSchemes);
        features = Set.copyOf(features.isEmpty() ? EnumSet.noneOf(TlsFeature.class) : EnumSet.copyOf(features));
    }

    /**
     * Says whether a feature is there.
     *
     * @param feature the feature asked for
     * @return true if this backend has it
     */
    public boolean has(TlsFeature feature) {
        return features.contains(feature);
    }
}
