package dev.sluice.testing;

import dev.sluice.NamedGroup;
import dev.sluice.SignatureScheme;
import dev.sluice.SslCipher;
import dev.sluice.SslProtocol;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.LibraryVersion;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsFeature;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** A backend of {@link CopyEngine}s that counts the contexts it makes. Thread-safe. */
public class CopyBackend implements TlsBackend {
    private final AtomicInteger created = new AtomicInteger();
    private final AtomicInteger freed = new AtomicInteger();

    /** How many contexts were made. */
    public int created() {
        return created.get();
    }

    /** How many contexts were freed. */
    public int freed() {
        return freed.get();
    }

    @Override
    public String name() {
        return "copy";
    }

    @Override
    public LibraryVersion runtimeVersion() {
        return LibraryVersion.of("CopyTLS 1.0", 1, 0, 0);
    }

    @Override
    public LibraryVersion buildVersion() {
        return runtimeVersion();
    }

    @Override
    public BackendCapabilities capabilities() {
        return new BackendCapabilities(
                Set.of(SslProtocol.TLS_1_2, SslProtocol.TLS_1_3),
                SslCipher.defaults(),
                List.of(),
                List.of(NamedGroup.X25519, NamedGroup.SECP256R1),
                List.of(SignatureScheme.RSA_PSS_RSAE_SHA256, SignatureScheme.ECDSA_SECP256R1_SHA256),
                Set.of(TlsFeature.values()),
                BufferKind.HEAP);
    }

    @Override
    public TlsContext createContext(ContextSpec spec) throws TlsContextException {
        CopyContext context = new CopyContext(freed::incrementAndGet);
        created.incrementAndGet();
        return context;
    }
}
