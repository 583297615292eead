package dev.sluice.connection;

import dev.sluice.AlertDescription;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.TlsEngine;
import io.netty.buffer.ByteBuf;
import java.util.function.BooleanSupplier;

/**
 * Calls an engine and believes nothing that it has not checked.
 *
 * <p>Indices, capacity and reference count of both buffers are noted before each call and compared afterwards; an engine
 * that reports more than it was offered, moves what it must not move, or throws, has failed. The buffers are then put
 * back as they were, so that no later reader looks past the end.
 */
final class CheckedEngine {
    /** Four of the largest records: an engine that says it needs more has lied. */
    private static final int MAX_OUTPUT_ROOM_BYTES = 4 * (16 * 1024 + 2048 + 5);

    private static final System.Logger LOGGER = System.getLogger(CheckedEngine.class.getName());

    private final TlsEngine engine;
    private final int outputRoomBytes;

    /** Bytes taken from the input by the last call. */
    private int consumed;
    /** Bytes appended to the output by the last call. */
    private int produced;

    CheckedEngine(TlsEngine engine) {
        this.engine = engine;
        this.outputRoomBytes = Math.min(Math.max(engine.outputRoomBytes(), 1), MAX_OUTPUT_ROOM_BYTES);
    }

    int outputRoomBytes() {
        return outputRoomBytes;
    }

    /** Asks for close_notify; if the engine breaks over it, the next wrap will say so. */
    void closeOutbound() {
        guarded("closeOutbound", () -> {
            engine.closeOutbound();
            return true;
        });
    }

    boolean failOutbound(AlertDescription alert) {
        return guarded("failOutbound", () -> engine.failOutbound(alert));
    }

    boolean updateKeys() {
        return guarded("updateKeys", engine::updateKeys);
    }

    boolean canHalfClose() {
        return guarded("canHalfClose", engine::canHalfClose);
    }

    void forgetSession() {
        guarded("forgetSession", () -> {
            engine.forgetSession();
            return true;
        });
    }

    void release() {
        guarded("release", () -> {
            engine.release();
            return true;
        });
    }

    /** An exception is a defect of the adapter; it must not keep the connection from ending and from giving back the rest. */
    private static boolean guarded(String method, BooleanSupplier call) {
        try {
            return call.getAsBoolean();
        } catch (RuntimeException e) {
            LOGGER.log(System.Logger.Level.WARNING, "engine failed in " + method, e);
            return false;
        }
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
        ciphertext.writerIndex(hiddenEnd);
        return step;
    }

    EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
        return call(plaintext, ciphertext, false);
    }

    private EngineStep call(ByteBuf input, ByteBuf output, boolean inbound) {
        int inputStart = input.readerIndex();
        int inputEnd = input.writerIndex();
        int outputReader = output.readerIndex();
        int outputStart = output.writerIndex();
        int outputCapacity = output.capacity();
        int inputReferences = input.refCnt();
        int outputReferences = output.refCnt();
        EngineStep step;
        try {
            step = inbound ? engine.unwrap(input, output) : engine.wrap(input, output);
        } catch (RuntimeException e) {
            // An adapter turns failures into steps; an exception is its defect, and ends this connection alone.
            step = EngineStep.failed(e, null);
        }
        boolean honest = input.refCnt() == inputReferences
                && output.refCnt() == outputReferences
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
            input.setIndex(inputStart, inputEnd);
            output.setIndex(outputReader, outputStart);
            consumed = 0;
            produced = 0;
            return EngineStep.failed(new IllegalStateException(report), null);
        }
        consumed = input.readerIndex() - inputStart;
        produced = output.writerIndex() - outputStart;
        return step;
    }
}
