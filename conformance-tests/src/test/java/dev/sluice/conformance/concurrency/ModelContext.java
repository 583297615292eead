package dev.sluice.conformance.concurrency;

import dev.sluice.conformance.concurrency.explorer.Hooks;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsEngine;
import io.netty.util.ReferenceCounted;

/** A context that knows whether it was freed; each use of its count is a step. */
final class ModelContext extends TlsContext {
    private final ContextSpec spec;
    private final int number;
    /** Stands for what is inside, as opposed to the count. */
    private final Object inside = new Object();

    private int freed;

    ModelContext(ContextSpec spec, int number) {
        this.spec = spec;
        this.number = number;
    }

    ContextSpec spec() {
        return spec;
    }

    int freed() {
        return freed;
    }

    /** The model of an engine is none: what counts is whether one may be had. */
    @Override
    public TlsEngine createEngine(EngineSpec unused, PeerVerifier verifier, EngineEvents events) {
        Hooks.read(inside, "use " + this);
        if (freed > 0) {
            throw new AssertionError("W17: " + this + " was freed and is used");
        }
        return null;
    }

    @Override
    public int refCnt() {
        Hooks.read(this, "count " + this);
        return super.refCnt();
    }

    @Override
    public ReferenceCounted retain() {
        Hooks.write(this, "retain " + this);
        return super.retain();
    }

    @Override
    public ReferenceCounted retain(int times) {
        Hooks.write(this, "retain " + this + ", " + times + " times");
        return super.retain(times);
    }

    @Override
    public boolean release() {
        Hooks.write(this, "release " + this);
        return super.release();
    }

    @Override
    protected void deallocate() {
        Hooks.write(inside, "free " + this);
        freed++;
    }

    @Override
    public String toString() {
        return "context " + number;
    }
}
