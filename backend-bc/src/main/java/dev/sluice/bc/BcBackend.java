package dev.sluice.bc;

import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.LibraryVersion;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import java.security.SecureRandom;
import java.util.List;

/**
 * TLS by BouncyCastle's low-level API. Found by {@link java.util.ServiceLoader} as {@code bc}; touches no class of
 * BouncyCastle until it is asked what it can do, so that a missing or mixed set of jars is reported by name.
 *
 * <p>Immutable, share freely. Installs no provider.
 */
public final class BcBackend implements TlsBackend {
    /** Makes the backend. Creates nothing of BouncyCastle's. */
    public BcBackend() {}

    @Override
    public String name() {
        return "bc";
    }

    /**
     * The version of the jars that are running.
     *
     * @return the version of the oldest; number 0, and the objections for a text, if one is missing, too old, there twice, or
     *     of another release than the others
     */
    @Override
    public LibraryVersion runtimeVersion() {
        BcLibraries libraries = BcLibraries.running();
        List<String> objections = libraries.objections();
        return objections.isEmpty()
                ? libraries.version()
                : new LibraryVersion("BouncyCastle: " + String.join("; ", objections), 0);
    }

    @Override
    public LibraryVersion buildVersion() {
        return BcLibraries.FLOOR;
    }

    @Override
    public BackendCapabilities capabilities() {
        return Loaded.CAPABILITIES;
    }

    @Override
    public TlsContext createContext(ContextSpec spec) throws TlsContextException {
        return BcContext.create(Loaded.CRYPTO, Loaded.CAPABILITIES, spec);
    }

    @Override
    public String toString() {
        return "BcBackend[" + runtimeVersion().text() + "]";
    }

    /** What needs BouncyCastle's classes. The class loader runs this once, when something is first asked for. */
    private static final class Loaded {
        /** One for all: it holds a source of random numbers and nothing of any connection. */
        static final HybridTlsCrypto CRYPTO = new HybridTlsCrypto(new SecureRandom());

        static final BackendCapabilities CAPABILITIES = BcCapabilities.of(CRYPTO);
    }
}
