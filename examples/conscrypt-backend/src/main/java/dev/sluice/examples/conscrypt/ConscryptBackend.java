package dev.sluice.examples.conscrypt;

import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.LibraryVersion;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import java.security.Provider;
import org.conscrypt.Conscrypt;

/**
 * TLS by Conscrypt, Google's JSSE provider over BoringSSL.
 *
 * <p>The provider is not installed: nobody else in the process gets another TLS because this backend is there.
 *
 * <p>Immutable, share freely. Native code is loaded when the capabilities or a context are asked for, not before.
 */
public final class ConscryptBackend implements TlsBackend {
    /** Lazily and once: the class loader sees to both. */
    private static final class Library {
        static final Provider PROVIDER = Conscrypt.newProvider();
        static final BackendCapabilities CAPABILITIES = ConscryptCapabilities.probe(PROVIDER);
    }

    /** For {@link java.util.ServiceLoader}. */
    public ConscryptBackend() {}

    @Override
    public String name() {
        return "conscrypt";
    }

    /** The provider itself says 1.0, whatever it is; this reads a file in its jar and creates nothing. */
    @Override
    public LibraryVersion runtimeVersion() {
        Conscrypt.Version version = Conscrypt.version();
        return version(version.major(), version.minor(), version.patch());
    }

    /** The version in the pom; a test compares it with the one that runs. */
    @Override
    public LibraryVersion buildVersion() {
        return version(2, 9, 0);
    }

    private static LibraryVersion version(int major, int minor, int patch) {
        return LibraryVersion.of("Conscrypt " + major + "." + minor + "." + patch, major, minor, patch);
    }

    @Override
    public BackendCapabilities capabilities() {
        return Library.CAPABILITIES;
    }

    @Override
    public TlsContext createContext(ContextSpec spec) throws TlsContextException {
        return ConscryptContext.create(Library.PROVIDER, Library.CAPABILITIES, spec);
    }

    @Override
    public String toString() {
        return "ConscryptBackend";
    }
}
