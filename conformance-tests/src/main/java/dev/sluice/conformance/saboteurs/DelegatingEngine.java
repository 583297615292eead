package dev.sluice.conformance.saboteurs;

import dev.sluice.AlertDescription;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.TlsEngine;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An engine that leaves everything to another; saboteurs override one thing. One thread at a time. */
public class DelegatingEngine implements TlsEngine {
    private final TlsEngine delegate;

    /**
     * An engine like another.
     *
     * @param delegate does the work; taken
     */
    public DelegatingEngine(TlsEngine delegate) {
        this.delegate = delegate;
    }

    /** What does the work. */
    protected final TlsEngine delegate() {
        return delegate;
    }

    @Override
    public EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext) {
        return delegate.unwrap(ciphertext, plaintext);
    }

    @Override
    public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
        return delegate.wrap(plaintext, ciphertext);
    }

    @Override
    public EngineStep runTask() {
        return delegate.runTask();
    }

    @Override
    public void closeOutbound() {
        delegate.closeOutbound();
    }

    @Override
    public boolean failOutbound(AlertDescription description) {
        return delegate.failOutbound(description);
    }

    @Override
    public boolean updateKeys() {
        return delegate.updateKeys();
    }

    @Override
    public boolean canHalfClose() {
        return delegate.canHalfClose();
    }

    @Override
    public int outputRoomBytes() {
        return delegate.outputRoomBytes();
    }

    @Override
    public SessionFacts sessionFacts() {
        return delegate.sessionFacts();
    }

    @Override
    public Optional<byte[]> exportKeyingMaterial(String label, byte @Nullable [] context, int lengthBytes) {
        return delegate.exportKeyingMaterial(label, context, lengthBytes);
    }

    @Override
    public void forgetSession() {
        delegate.forgetSession();
    }

    @Override
    public void release() {
        delegate.release();
    }
}
