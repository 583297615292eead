package dev.sluice;

import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.LibraryVersion;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsFeature;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A backend that says what it can do and does nothing. */
record FakeBackend(String name, int runtimeMajor, int buildMajor, BackendCapabilities capabilities)
        implements TlsBackend {

    /** A backend of a supported version that can do everything. */
    static FakeBackend named(String name) {
        return new FakeBackend(name, 2, 2, capabilities(SslCipher.all(), EnumSet.allOf(TlsFeature.class)));
    }

    /** A backend that can do everything but some features. */
    static FakeBackend without(TlsFeature... missing) {
        Set<TlsFeature> features = EnumSet.allOf(TlsFeature.class);
        features.removeAll(Set.of(missing));
        return named("limited").withCapabilities(capabilities(SslCipher.all(), features));
    }

    static BackendCapabilities capabilities(List<SslCipher> ciphers, Set<TlsFeature> features) {
        return new BackendCapabilities(
                Set.of(SslProtocol.TLS_1_2, SslProtocol.TLS_1_3),
                ciphers,
                List.of(),
                List.of(NamedGroup.X25519, NamedGroup.SECP256R1),
                List.of(SignatureScheme.RSA_PSS_RSAE_SHA256, SignatureScheme.ECDSA_SECP256R1_SHA256),
                features,
                BufferKind.HEAP);
    }

    FakeBackend withVersions(int runtime, int build) {
        return new FakeBackend(name, runtime, build, capabilities);
    }

    FakeBackend withCapabilities(BackendCapabilities others) {
        return new FakeBackend(name, runtimeMajor, buildMajor, others);
    }

    @Override
    public LibraryVersion runtimeVersion() {
        return LibraryVersion.of("FakeTLS " + runtimeMajor, runtimeMajor, 0, 0);
    }

    @Override
    public LibraryVersion buildVersion() {
        return LibraryVersion.of("FakeTLS " + buildMajor, buildMajor, 0, 0);
    }

    @Override
    public TlsContext createContext(ContextSpec spec) throws TlsContextException {
        throw new UnsupportedOperationException("this backend does nothing");
    }
}
