package dev.sluice.connection;

import dev.sluice.AlertDescription;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.TlsEngine;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls an engine and believes nothing that it has not checked.
 *
 * <p>Indices, capacity and reference count of both buffers are noted before each call and compared afterwards; an engine
 * that reports more than it was offered, moves what it must not move, or throws, has failed. The buffers are then put
 * back as they were, so that no later reader looks past the end.
 */
final class CheckedEngine {
    /** One record of the largest size. */
    private static final int MIN_OUTPUT_ROOM_BYTES = InboundCiphertext.RECORD_BYTES;

    private static final int MAX_OUTPUT_ROOM_BYTES = 4 * MIN_OUTPUT_ROOM_BYTES;

    private final TlsEngine engine;
    private final int outputRoomBytes;

    /** Bytes taken from the input by the last call. */
    private int consumed;
    /** Bytes appended to the output by the last call. */
    private int produced;

    CheckedEngine(TlsEngine engine) {
        this.engine = engine;
        this.outputRoomBytes = roomOf(engine);
    }

    int consumed() {
        return consumed;
    }

    int produced() {
        return produced;
    }

    /** Offers exactly one record; further bytes behind it are hidden from the engine. */
    EngineStep unwrap(ByteBuf ciphertext, int recordBytes, ByteBuf plaintext) {
        int hiddenEnd = ciphertext.writerIndex();
        ciphertext.writerIndex(ciphertext.readerIndex() + recordBytes);
        EngineStep step = call(ciphertext, plaintext, true);
        if (ciphertext.refCnt() > 0) {
            ciphertext.writerIndex(hiddenEnd);
        }
        return step;
    }

    EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
        return call(plaintext, ciphertext, false);
    }

    // ---- the other methods: an exception from one of them is a defect of the adapter and harms nobody but it ----

    /** The room an engine may count on. What it says is taken within bounds that any TLS engine fits into. */
    int outputRoomBytes() {
        return outputRoomBytes;
    }

    void closeOutbound() {
        guarded("closeOutbound", engine::closeOutbound);
    }

    boolean failOutbound(AlertDescription alert) {
        return asked("failOutbound", () -> engine.failOutbound(alert));
    }

    boolean updateKeys() {
        return asked("updateKeys", engine::updateKeys);
    }

    boolean canHalfClose() {
        return asked("canHalfClose", engine::canHalfClose);
    }

    Optional<byte[]> exportKeyingMaterial(String label, byte @Nullable [] context, int lengthBytes) {
        try {
            return engine.exportKeyingMaterial(label, context, lengthBytes)
                    .filter(material -> material.length == lengthBytes);
        } catch (RuntimeException | Error e) {
            log("exportKeyingMaterial", e);
            return Optional.empty();
        }
    }

    void forgetSession() {
        guarded("forgetSession", engine::forgetSession);
    }

    void release() {
        guarded("release", engine::release);
    }

    private static void guarded(String what, Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            log(what, e);
        }
    }

    private static boolean asked(String what, BooleanSupplier call) {
        try {
            return call.getAsBoolean();
        } catch (RuntimeException | Error e) {
            log(what, e);
            return false;
        }
    }

    private static void log(String what, Throwable e) {
        System.getLogger(CheckedEngine.class.getName())
                .log(System.Logger.Level.WARNING, "engine broke in " + what + "; expected no exception", e);
    }

    private static int roomOf(TlsEngine engine) {
        try {
            return Math.max(MIN_OUTPUT_ROOM_BYTES, Math.min(engine.outputRoomBytes(), MAX_OUTPUT_ROOM_BYTES));
        } catch (RuntimeException | Error e) {
            log("outputRoomBytes", e);
            return MIN_OUTPUT_ROOM_BYTES;
        }
    }

    // ---- wrap and unwrap ----

    private EngineStep call(ByteBuf input, ByteBuf output, boolean inbound) {
        int inputStart = input.readerIndex();
        int inputEnd = input.writerIndex();
        int outputReader = output.readerIndex();
        int outputStart = output.writerIndex();
        int inputCapacity = input.capacity();
        int outputCapacity = output.capacity();
        int inputReferences = input.refCnt();
        int outputReferences = output.refCnt();
        EngineStep step;
        try {
            step = inbound ? engine.unwrap(input, output) : engine.wrap(input, output);
        } catch (RuntimeException | Error e) {
            // An adapter turns failures into steps; an exception is its defect, and ends this connection alone. An
            // error
            // does, too: a native library that cannot be linked, say, must not leave the connection standing.
            step = EngineStep.failed(e, null);
        }
        if (step == null) {
            step = EngineStep.failed(new IllegalStateException("engine returned null, expected a step"), null);
        }
        boolean honest = input.refCnt() == inputReferences
                && output.refCnt() == outputReferences
                && input.capacity() == inputCapacity
                && output.capacity() == outputCapacity
                && output.readerIndex() == outputReader
                && input.writerIndex() == inputEnd
                && input.readerIndex() >= inputStart
                && input.readerIndex() <= inputEnd
                && output.writerIndex() >= outputStart;
        if (!honest) {
            String report = "engine moved " + (inbound ? "unwrap" : "wrap") + " buffers to input "
                    + input.readerIndex() + ".." + input.writerIndex() + " and output " + output.readerIndex() + ".."
                    + output.writerIndex() + ", offered were input " + inputStart + ".." + inputEnd
                    + " and output from " + outputStart + " of " + outputCapacity;
            restore(input, inputCapacity, inputStart, inputEnd);
            restore(output, outputCapacity, outputReader, outputStart);
            consumed = 0;
            produced = 0;
            return EngineStep.failed(new IllegalStateException(report), null);
        }
        consumed = input.readerIndex() - inputStart;
        produced = output.writerIndex() - outputStart;
        return step;
    }

    /** Makes a buffer look as before, as far as the engine has left anything of it. */
    private static void restore(ByteBuf buffer, int capacity, int readerIndex, int writerIndex) {
        if (buffer.refCnt() == 0) {
            buffer.setIndex(0, 0); // freed: nothing of it may be read any more
            return;
        }
        if (buffer.capacity() != capacity) {
            buffer.capacity(capacity);
        }
        buffer.setIndex(readerIndex, writerIndex);
    }
}
