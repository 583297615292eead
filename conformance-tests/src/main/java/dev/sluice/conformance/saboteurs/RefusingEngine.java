package dev.sluice.conformance.saboteurs;

import dev.sluice.AlertDescription;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.TlsEngine;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An engine that can do nothing but begin, and says so afterwards. */
final class RefusingEngine implements TlsEngine {
    private static final int ROOM_BYTES = 20_000;

    private final Exception refusal;
    private final byte[] beginning;
    private boolean begun;

    RefusingEngine(Exception refusal, byte[] beginning) {
        this.refusal = refusal;
        this.beginning = beginning.clone();
    }

    @Override
    public EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext) {
        return EngineStep.failed(refusal, null);
    }

    @Override
    public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
        if (begun) {
            return EngineStep.failed(refusal, null);
        }
        begun = true;
        ciphertext.writeBytes(beginning);
        return EngineStep.NEEDS_WRAP;
    }

    @Override
    public EngineStep runTask() {
        return EngineStep.failed(refusal, null);
    }

    @Override
    public void closeOutbound() {}

    @Override
    public boolean failOutbound(AlertDescription description) {
        return false;
    }

    @Override
    public boolean updateKeys() {
        return false;
    }

    @Override
    public boolean canHalfClose() {
        return false;
    }

    @Override
    public int outputRoomBytes() {
        return ROOM_BYTES;
    }

    @Override
    public SessionFacts sessionFacts() {
        return SessionFacts.NONE;
    }

    @Override
    public Optional<byte[]> exportKeyingMaterial(String label, byte @Nullable [] context, int lengthBytes) {
        return Optional.empty();
    }

    @Override
    public void forgetSession() {}

    @Override
    public void release() {}
}
