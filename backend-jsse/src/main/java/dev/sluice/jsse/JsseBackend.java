package dev.sluice.jsse;

import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.LibraryVersion;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import java.security.Provider;
import org.jspecify.annotations.Nullable;

/**
 * TLS by a JSSE provider: that of the platform, or any other that is installed or handed over.
 *
 * <p>Immutable but for the capabilities, which are probed once, when first asked for; share freely.
 */
public final class JsseBackend implements TlsBackend {
    private final JsseProvider provider;
    private final Rehearsals rehearsals = new Rehearsals();
    private final Object lock = new Object();

    /** What the provider can do; null until asked for. Guarded by the lock while it is found out. */
    private volatile CapabilityProbe.@Nullable Findings findings;

    /** Takes the provider that the platform prefers for TLS. Found by {@link java.util.ServiceLoader}. */
    public JsseBackend() {
        this(JsseProvider.platformDefault());
    }

    private JsseBackend(JsseProvider provider) {
        this.provider = provider;
    }

    /**
     * Takes an installed provider.
     *
     * @param providerName the name of the provider, {@code Conscrypt} for example
     * @return a backend over it
     * @throws IllegalArgumentException if no provider of this name is installed, or it offers no TLS
     */
    public static JsseBackend withProvider(String providerName) {
        return new JsseBackend(JsseProvider.named(providerName));
    }

    /**
     * Takes a provider that need not be installed.
     *
     * @param provider the provider
     * @return a backend over it
     * @throws IllegalArgumentException if it offers no TLS
     */
    public static JsseBackend withProvider(Provider provider) {
        return new JsseBackend(JsseProvider.of(provider));
    }

    @Override
    public String name() {
        return "jsse";
    }

    @Override
    public LibraryVersion runtimeVersion() {
        return provider.runtimeVersion();
    }

    @Override
    public LibraryVersion buildVersion() {
        return provider.buildVersion();
    }

    @Override
    public BackendCapabilities capabilities() {
        return findings().capabilities();
    }

    @Override
    public TlsContext createContext(ContextSpec spec) throws TlsContextException {
        CapabilityProbe.Findings found = findings();
        return JsseContext.create(provider, found.capabilities(), found.suiteNames(), rehearsals, spec);
    }

    private CapabilityProbe.Findings findings() {
        CapabilityProbe.Findings known = findings;
        if (known != null) {
            return known;
        }
        synchronized (lock) {
            CapabilityProbe.Findings foundMeanwhile = findings;
            if (foundMeanwhile != null) {
                return foundMeanwhile;
            }
            CapabilityProbe.Findings found = CapabilityProbe.probe(provider);
            findings = found;
            return found;
        }
    }

    @Override
    public String toString() {
        return "JsseBackend[" + provider + "]";
    }
}
