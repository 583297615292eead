package dev.sluice.testing;

import dev.sluice.AlertDescription;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.TlsEngine;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * An engine that does what a script says, call by call, and leaves the rest to another engine. For the faults that an
 * adapter may have: each is a {@link Call} or an overridden method.
 */
public class ScriptedEngine implements TlsEngine {
    /** What happens in the place of one call to wrap or unwrap. */
    @FunctionalInterface
    public interface Call {
        /**
         * Answers in the place of the honest engine.
         *
         * @param honest to be called or not
         * @param input ciphertext or plaintext
         * @param output the other one
         * @param unwraps true if the call is unwrap
         * @return the step; what it claims may be a lie
         */
        @Nullable
        EngineStep answer(TlsEngine honest, ByteBuf input, ByteBuf output, boolean unwraps);
    }

    /** Calls the honest engine. */
    public static final Call HONEST =
            (honest, input, output, unwraps) -> unwraps ? honest.unwrap(input, output) : honest.wrap(input, output);

    private final TlsEngine honest;
    private final IntFunction<Call> script;
    private int calls;

    /**
     * Makes an engine.
     *
     * @param honest answers what the script leaves to it
     * @param script what to do instead in the call of that number, counted from 0
     */
    public ScriptedEngine(TlsEngine honest, IntFunction<Call> script) {
        this.honest = honest;
        this.script = script;
    }

    /** An engine whose script is for calls to unwrap alone, from one of them on. */
    public static ScriptedEngine fromUnwrap(TlsEngine honest, int first, Call call) {
        int[] unwraps = {0};
        return new ScriptedEngine(
                honest,
                number -> (engine, input, output, unwrap) -> unwrap && unwraps[0]++ >= first
                        ? call.answer(engine, input, output, true)
                        : HONEST.answer(engine, input, output, unwrap));
    }

    /** An engine whose script is for calls to wrap alone, from one of them on. */
    public static ScriptedEngine fromWrap(TlsEngine honest, int first, Call call) {
        int[] wraps = {0};
        return new ScriptedEngine(
                honest,
                number -> (engine, input, output, unwrap) -> !unwrap && wraps[0]++ >= first
                        ? call.answer(engine, input, output, false)
                        : HONEST.answer(engine, input, output, unwrap));
    }

    /** Says something and moves nothing. */
    public static Call says(@Nullable EngineStep step) {
        return (honest, input, output, unwraps) -> step;
    }

    /** Swallows the input, gives nothing, and says something. */
    public static Call swallows(EngineStep step) {
        return (honest, input, output, unwraps) -> {
            input.skipBytes(input.readableBytes());
            return step;
        };
    }

    /** Gives bytes that nobody sent, and says something. */
    public static Call invents(EngineStep step, int bytes) {
        return (honest, input, output, unwraps) -> {
            int count = Math.min(bytes, output.writableBytes());
            output.writeZero(count);
            return step;
        };
    }

    /** Breaks. */
    public static Call breaks() {
        return (honest, input, output, unwraps) -> {
            throw new IllegalStateException("engine broke");
        };
    }

    /** The number of calls to wrap and unwrap. */
    public int calls() {
        return calls;
    }

    /** The engine behind. */
    protected TlsEngine honest() {
        return honest;
    }

    @Override
    @SuppressWarnings("NullAway") // a step that is null is one of the lies
    public EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext) {
        return script.apply(calls++).answer(honest, ciphertext, plaintext, true);
    }

    @Override
    @SuppressWarnings("NullAway") // a step that is null is one of the lies
    public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
        return script.apply(calls++).answer(honest, plaintext, ciphertext, false);
    }

    @Override
    public EngineStep runTask() {
        return honest.runTask();
    }

    @Override
    public void closeOutbound() {
        honest.closeOutbound();
    }

    @Override
    public boolean failOutbound(AlertDescription description) {
        return honest.failOutbound(description);
    }

    @Override
    public boolean updateKeys() {
        return honest.updateKeys();
    }

    @Override
    public boolean canHalfClose() {
        return honest.canHalfClose();
    }

    @Override
    public int outputRoomBytes() {
        return honest.outputRoomBytes();
    }

    @Override
    public SessionFacts sessionFacts() {
        return honest.sessionFacts();
    }

    @Override
    public Optional<byte[]> exportKeyingMaterial(String label, byte @Nullable [] context, int lengthBytes) {
        return honest.exportKeyingMaterial(label, context, lengthBytes);
    }

    @Override
    public void forgetSession() {
        honest.forgetSession();
    }

    @Override
    public void release() {
        honest.release();
    }
}
