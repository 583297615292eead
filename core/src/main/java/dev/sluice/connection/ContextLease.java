package dev.sluice.connection;

import dev.sluice.spi.TlsContext;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One holder's right to use a {@link TlsContext}. Nobody else touches the context's reference count.
 *
 * <p>One-shot: {@link #release()} gives the right back once; a second call is a no-op that can never take the reference
 * of another holder.
 *
 * <p>Thread-safe.
 */
public final class ContextLease {
    private final TlsContext context;
    private final Consumer<TlsContext> giveBack;
    private final AtomicBoolean released = new AtomicBoolean();

    /**
     * Makes a lease.
     *
     * @param context retained for this lease by the maker
     * @param giveBack takes the reference back; called at most once
     */
    public ContextLease(TlsContext context, Consumer<TlsContext> giveBack) {
        this.context = context;
        this.giveBack = giveBack;
    }

    /**
     * The context.
     *
     * @return the context, usable until {@link #release()}
     * @throws IllegalStateException after the release
     */
    public TlsContext context() {
        if (released.get()) {
            throw new IllegalStateException("context lease was released already");
        }
        return context;
    }

    /**
     * Gives the right back.
     *
     * @return true if this call did it; false if it was done before, which is harmless
     */
    public boolean release() {
        if (!released.compareAndSet(false, true)) {
            return false;
        }
        giveBack.accept(context);
        return true;
    }
}
