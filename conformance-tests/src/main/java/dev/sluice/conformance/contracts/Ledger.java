package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.conformance.concurrency.CountingBackend;
import dev.sluice.conformance.saboteurs.DelegatingEngine;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A backend that keeps account of what it has made and what has come back, and refuses a step when told to.
 *
 * <p>Thread-safe.
 */
final class Ledger extends CountingBackend {
    private final List<AtomicInteger> releases = new CopyOnWriteArrayList<>();
    private volatile @Nullable Refusal refusal;
    private volatile Runnable whileCreating = () -> {};

    Ledger(TlsBackend delegate) {
        super(delegate);
    }

    /** From now on a step fails, or none if null. */
    Ledger refuse(@Nullable Refusal newRefusal) {
        refusal = newRefusal;
        return this;
    }

    /** Does something on the thread that creates a context, while it is being created. */
    Ledger whileCreating(Runnable work) {
        whileCreating = work;
        return this;
    }

    @Override
    public TlsContext createContext(ContextSpec spec) throws TlsContextException {
        whileCreating.run();
        fail(Refusal.CONTEXT_REFUSED, Refusal.CONTEXT_BREAKS);
        return super.createContext(spec);
    }

    @Override
    protected TlsEngine createEngine(TlsContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events)
            throws TlsContextException {
        fail(Refusal.ENGINE_REFUSED, Refusal.ENGINE_BREAKS);
        TlsEngine engine = super.createEngine(context, spec, verifier, events);
        AtomicInteger count = new AtomicInteger();
        releases.add(count);
        return new DelegatingEngine(engine) {
            @Override
            public void release() {
                if (count.incrementAndGet() == 1) {
                    super.release();
                }
            }
        };
    }

    private void fail(Refusal refused, Refusal broken) throws TlsContextException {
        if (refusal == refused) {
            throw new TlsContextException("the ledger refuses", null);
        }
        if (refusal == broken) {
            throw new IllegalStateException("the ledger breaks");
        }
    }

    /** Every context that was created is destroyed. */
    void checkContextsBack(String when) {
        check(
                created() == freed(),
                () -> created() + " contexts were created and " + freed() + " destroyed " + when
                        + ", expected as many");
    }

    /** Every engine that was created was released, exactly once. */
    void checkEnginesBack(String when) {
        for (AtomicInteger count : releases) {
            check(count.get() > 0, () -> "an engine was never released " + when + ", expected once");
            check(
                    count.get() == 1,
                    () -> "an engine was released " + count.get() + " times " + when + ", expected once");
        }
    }
}
