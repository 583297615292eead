package dev.sluice.testing;

import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsEngine;
import io.netty.util.IllegalReferenceCountException;

/** A context of {@link CopyEngine}s that can tell how often it was freed. */
public final class CopyContext extends TlsContext {
    private final Runnable onFreed;
    private volatile int freed;

    /** A context that nobody watches. */
    public CopyContext() {
        this(() -> {});
    }

    /**
     * Makes a context with a reference count of one.
     *
     * @param onFreed called when the last reference goes
     */
    public CopyContext(Runnable onFreed) {
        this.onFreed = onFreed;
    }

    /** How often this context was freed. */
    public int freed() {
        return freed;
    }

    @Override
    public TlsEngine createEngine(EngineSpec spec, PeerVerifier verifier, EngineEvents events) {
        if (refCnt() == 0) {
            throw new IllegalReferenceCountException(0);
        }
        CopyEngine.Options options =
                spec.side() == Side.CLIENT ? CopyEngine.Options.client() : CopyEngine.Options.server();
        CopyEngine.Verification where =
                spec.tasksMayWait() ? CopyEngine.Verification.TASK : CopyEngine.Verification.INLINE;
        return new CopyEngine(options.withVerification(where, PeerCredentials.NONE), verifier, events);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // the reference count lets one thread in, or the test fails
    protected void deallocate() {
        freed++;
        onFreed.run();
    }
}
