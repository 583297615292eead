package dev.sluice.conformance.concurrency;

import dev.sluice.conformance.saboteurs.DelegatingBackend;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import java.util.concurrent.atomic.AtomicInteger;

/** A backend that counts the contexts it creates and frees (W03). Thread-safe. */
public class CountingBackend extends DelegatingBackend {
    private final AtomicInteger created = new AtomicInteger();
    private final AtomicInteger freed = new AtomicInteger();

    /**
     * Counts for another backend.
     *
     * @param delegate does the work
     */
    public CountingBackend(TlsBackend delegate) {
        super(delegate);
    }

    /**
     * The contexts that were created.
     *
     * @return how many
     */
    public int created() {
        return created.get();
    }

    /**
     * The contexts that were freed.
     *
     * @return how many
     */
    public int freed() {
        return freed.get();
    }

    @Override
    public TlsContext createContext(ContextSpec spec) throws TlsContextException {
        TlsContext context = super.createContext(spec);
        created.incrementAndGet();
        return context;
    }

    @Override
    protected void free(TlsContext context) {
        super.free(context);
        if (context.refCnt() == 0) { // else its own engines, or whoever else, still hold it
            freed.incrementAndGet();
        }
    }
}
