package dev.sluice.conformance;

import dev.sluice.conformance.saboteurs.DelegatingBackend;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.LibraryVersion;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import java.util.concurrent.atomic.AtomicInteger;

/** A backend that counts what it is asked for, and can be told to fail or to dawdle. */
final class SteppedBackend extends DelegatingBackend {
    private final AtomicInteger created = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Runnable beforeCreation = () -> {};
    private volatile String refusal = "";
    private volatile LibraryVersion runtimeVersion;

    SteppedBackend(TlsBackend delegate) {
        super(delegate);
        runtimeVersion = delegate.runtimeVersion();
    }

    /** Runs on the creating thread. */
    SteppedBackend beforeCreation(Runnable work) {
        beforeCreation = work;
        return this;
    }

    /** From now on no context is created. */
    SteppedBackend refuse(String why) {
        refusal = why;
        return this;
    }

    SteppedBackend runtimeVersion(LibraryVersion version) {
        runtimeVersion = version;
        return this;
    }

    int created() {
        return created.get();
    }

    int asked() {
        return asked.get();
    }

    @Override
    public String name() {
        return "stepped";
    }

    @Override
    public LibraryVersion runtimeVersion() {
        return runtimeVersion;
    }

    @Override
    public TlsContext createContext(ContextSpec spec) throws TlsContextException {
        asked.incrementAndGet();
        beforeCreation.run();
        if (!refusal.isEmpty()) {
            throw new TlsContextException(refusal, null);
        }
        TlsContext context = super.createContext(spec);
        created.incrementAndGet();
        return context;
    }
}
