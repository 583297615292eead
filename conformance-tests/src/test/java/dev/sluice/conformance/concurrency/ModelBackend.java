package dev.sluice.conformance.concurrency;

import dev.sluice.conformance.concurrency.explorer.Hooks;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.LibraryVersion;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import java.util.ArrayList;
import java.util.List;

/** A backend that makes nothing but {@link ModelContext}s, in two steps, or refuses. For explored threads. */
final class ModelBackend implements TlsBackend {
    /** How a creation fails. */
    enum Refusal {
        NONE,
        DECLARED,
        UNEXPECTED,
        ERROR
    }

    /** What {@link Refusal#ERROR} throws. */
    static final class OutOfKeys extends Error {
        private static final long serialVersionUID = 1;

        OutOfKeys() {
            super("out of keys");
        }
    }

    private final List<ModelContext> made = new ArrayList<>();
    private Refusal refusal = Refusal.NONE;
    private int refusals;

    /** This many creations fail, from now on. */
    void refuse(Refusal how, int often) {
        refusal = how;
        refusals = often;
    }

    List<ModelContext> made() {
        return made;
    }

    @Override
    public TlsContext createContext(ContextSpec spec) throws TlsContextException {
        Hooks.write(this, "begin to create a context");
        if (refusals > 0) {
            refusals--;
            refuse();
        }
        ModelContext context = new ModelContext(spec, made.size() + 1);
        made.add(context);
        Hooks.write(this, "end to create a context");
        return context;
    }

    private void refuse() throws TlsContextException {
        switch (refusal) {
            case NONE -> {}
            case DECLARED -> throw new TlsContextException("no keys today", null);
            case UNEXPECTED -> throw new IllegalStateException("no keys today");
            case ERROR -> throw new OutOfKeys();
        }
    }

    @Override
    public String name() {
        return "model";
    }

    @Override
    public LibraryVersion runtimeVersion() {
        return LibraryVersion.of("model 1.0", 1, 0, 0);
    }

    @Override
    public LibraryVersion buildVersion() {
        return runtimeVersion();
    }

    @Override
    public BackendCapabilities capabilities() {
        throw new UnsupportedOperationException("nobody asks a model");
    }
}
