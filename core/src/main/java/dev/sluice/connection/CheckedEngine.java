package dev.sluice.connection;

import dev.sluice.spi.EngineStep;
import dev.sluice.spi.TlsEngine;
import io.netty.buffer.ByteBuf;

/**
 * Calls an engine and believes nothing that it has not checked.
 *
 * <p>Indices, capacity and reference count of both buffers are noted before each call and compared afterwards; an engine
 * that reports more than it was offered, moves what it must not move, or throws, has failed. The buffers are then put
 * back as they were, so that no later reader looks past the end.
 */
final class CheckedEngine {
    private final TlsEngine engine;

    /** Bytes taken from the input by the last call. */
    private int consumed;
    /** Bytes appended to the output by the last call. */
    private int produced;

    CheckedEngine(TlsEngine engine) {
        this.engine = engine;
    }

    TlsEngine engine() {
        return engine;
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
