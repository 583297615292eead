package dev.sluice.conformance.contracts;

import dev.sluice.conformance.saboteurs.DelegatingEngine;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.TlsEngine;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** An engine that works, and at some call says something of the buffers that cannot be. One thread at a time. */
final class LyingEngine extends DelegatingEngine {
    private final Script script;

    private LyingEngine(TlsEngine delegate, Script script) {
        super(delegate);
        this.script = script;
    }

    /** What can be said wrongly of buffers. */
    enum Lie {
        /** A buffer was kept that was only lent. */
        OUTPUT_IS_KEPT,
        /** Bytes were taken that had been taken before. */
        INPUT_GOES_BACK,
        /** There was more input than was offered. */
        INPUT_GROWS,
        /** Output disappears that was there before. */
        OUTPUT_GOES_BACK,
        /** Output was read by the engine. */
        OUTPUT_IS_READ,
        /** A buffer was released that was only lent. */
        INPUT_IS_RELEASED
    }

    /** When to lie, and how. */
    static final class Script {
        private final Lie lie;
        private final boolean inUnwrap;
        private final List<ByteBuf> kept = new ArrayList<>();
        private boolean due;
        private boolean told;

        Script(Lie lie, boolean inUnwrap) {
            this.lie = lie;
            this.inUnwrap = inUnwrap;
        }

        TlsEngine around(TlsEngine engine) {
            return new LyingEngine(engine, this);
        }

        void now() {
            due = true;
        }

        boolean isTold() {
            return told;
        }

        /** Gives back what it has kept. */
        void giveBack() {
            kept.forEach(ByteBuf::release);
            kept.clear();
        }

        @Override
        public String toString() {
            return lie + " in " + (inUnwrap ? "unwrap" : "wrap");
        }
    }

    @Override
    public EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext) {
        int start = ciphertext.readerIndex();
        int outputStart = plaintext.writerIndex();
        EngineStep step = super.unwrap(ciphertext, plaintext);
        if (script.due && script.inUnwrap && !script.told) {
            script.told = tell(ciphertext, start, plaintext, outputStart);
        }
        return step;
    }

    @Override
    public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
        int start = plaintext.readerIndex();
        int outputStart = ciphertext.writerIndex();
        EngineStep step = super.wrap(plaintext, ciphertext);
        if (script.due && !script.inUnwrap && !script.told && plaintext.readerIndex() > start) {
            script.told = tell(plaintext, start, ciphertext, outputStart);
        }
        return step;
    }

    /** True if the lie could be told of these buffers. */
    private boolean tell(ByteBuf input, int inputStart, ByteBuf output, int outputStart) {
        switch (script.lie) {
            case INPUT_GOES_BACK -> {
                if (inputStart == 0) {
                    return false;
                }
                input.readerIndex(inputStart - 1);
            }
            case INPUT_GROWS -> {
                if (!input.isWritable()) {
                    return false;
                }
                input.writerIndex(input.writerIndex() + 1);
            }
            case OUTPUT_GOES_BACK -> {
                if (outputStart == output.readerIndex()) {
                    return false;
                }
                output.writerIndex(outputStart - 1);
            }
            case OUTPUT_IS_READ -> {
                if (!output.isReadable()) {
                    return false;
                }
                output.skipBytes(1);
            }
            case INPUT_IS_RELEASED -> input.release();
            case OUTPUT_IS_KEPT -> script.kept.add(output.retain());
        }
        return true;
    }
}
