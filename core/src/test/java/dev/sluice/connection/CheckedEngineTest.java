package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.AlertDescription;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.TlsEngine;
import dev.sluice.testing.CopyEngine;
import dev.sluice.testing.ScriptedEngine;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.reflect.Proxy;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** W11: what an engine did to the buffers is compared with what it was offered, and undone if it is a lie. */
class CheckedEngineTest {
    private static final byte[] INPUT = {90, 91, 1, 2, 3, 4, 5, 80, 81};
    private static final byte[] OUTPUT = {70, 71, 72};
    private static final int INPUT_START = 2;
    private static final int RECORD = 5;

    private final ByteBuf input = buffer(INPUT, 20);
    private final ByteBuf output = buffer(OUTPUT, 12);

    CheckedEngineTest() {
        input.readerIndex(INPUT_START);
        output.readerIndex(1);
    }

    @AfterEach
    void giveBack() {
        input.release(input.refCnt());
        output.release(output.refCnt());
    }

    private static ByteBuf buffer(byte[] content, int capacity) {
        return new UnpooledByteBufAllocator(false, true)
                .heapBuffer(capacity, capacity)
                .writeBytes(content);
    }

    private static TlsEngine nobody() {
        EngineEvents deaf = (EngineEvents) Proxy.newProxyInstance(
                CheckedEngineTest.class.getClassLoader(),
                new Class<?>[] {EngineEvents.class},
                (proxy, method, arguments) -> null);
        return new CopyEngine(CopyEngine.Options.client(), credentials -> PeerVerdict.Accepted.INSTANCE, deaf);
    }

    private static CheckedEngine engine(ScriptedEngine.Call call) {
        return new CheckedEngine(new ScriptedEngine(nobody(), number -> call));
    }

    /** What an engine must not do to a buffer that it has borrowed. */
    enum Lie {
        INPUT_READ_BACKWARDS((in, out) -> in.readerIndex(in.readerIndex() - 1)),
        INPUT_READ_PAST_ITS_END((in, out) -> {
            in.setIndex(in.readerIndex(), in.capacity());
            in.readerIndex(in.writerIndex());
        }),
        INPUT_LENGTHENED((in, out) -> in.writerIndex(in.writerIndex() + 1)),
        INPUT_SHORTENED((in, out) -> in.writerIndex(in.writerIndex() - 1)),
        INPUT_SHRUNK((in, out) -> in.capacity(4)),
        INPUT_CAPACITY((in, out) -> in.capacity(in.capacity() - 1)),
        INPUT_RETAINED((in, out) -> in.retain()),
        OUTPUT_READ((in, out) -> out.skipBytes(1)),
        OUTPUT_REWOUND((in, out) -> out.writerIndex(out.writerIndex() - 1)),
        OUTPUT_CLEARED((in, out) -> out.clear()),
        OUTPUT_SHRUNK((in, out) -> out.capacity(1)),
        OUTPUT_CAPACITY((in, out) -> out.capacity(out.capacity() - 1)),
        OUTPUT_RETAINED((in, out) -> out.retain());

        private final BiConsumer<ByteBuf, ByteBuf> act;

        Lie(BiConsumer<ByteBuf, ByteBuf> act) {
            this.act = act;
        }
    }

    private ScriptedEngine.Call lies(Lie lie) {
        return (honest, in, out, unwraps) -> {
            lie.act.accept(in, out);
            return EngineStep.PROGRESSED;
        };
    }

    private void assertAsBefore() {
        assertEquals(20, input.capacity());
        assertEquals(12, output.capacity());
        assertEquals(INPUT_START, input.readerIndex());
        assertEquals(INPUT.length, input.writerIndex());
        assertEquals(1, output.readerIndex());
        assertEquals(OUTPUT.length, output.writerIndex());
    }

    @ParameterizedTest
    @EnumSource
    void w11_aLieOfUnwrapIsAFailureAndIsUndone(Lie lie) {
        CheckedEngine engine = engine(lies(lie));
        EngineStep step = engine.unwrap(input, RECORD, output);
        assertEquals(EngineStep.Kind.FAILED, step.kind());
        assertTrue(step.cause().orElseThrow().getMessage().startsWith("engine moved unwrap buffers"));
        assertEquals(0, engine.consumed());
        assertEquals(0, engine.produced());
        assertAsBefore();
    }

    @ParameterizedTest
    @EnumSource
    void w11_aLieOfWrapIsAFailureAndIsUndone(Lie lie) {
        CheckedEngine engine = engine(lies(lie));
        EngineStep step = engine.wrap(input, output);
        assertEquals(EngineStep.Kind.FAILED, step.kind());
        assertEquals(0, engine.consumed());
        assertEquals(0, engine.produced());
        assertAsBefore();
    }

    @Test
    void w11_theEngineSeesOneRecordAndNoMore() {
        byte[][] seen = new byte[1][];
        CheckedEngine engine = engine((honest, in, out, unwraps) -> {
            seen[0] = ByteBufUtil.getBytes(in);
            in.skipBytes(3);
            out.writeShort(7);
            return EngineStep.NEEDS_WRAP;
        });
        assertSame(EngineStep.NEEDS_WRAP, engine.unwrap(input, RECORD, output));
        assertArrayEquals(new byte[] {1, 2, 3, 4, 5}, seen[0]);
        assertEquals(3, engine.consumed());
        assertEquals(2, engine.produced());
        assertEquals(INPUT.length, input.writerIndex(), "what was hidden is there again");
        assertEquals(INPUT_START + 3, input.readerIndex());
    }

    @Test
    void anHonestWrapIsCounted() {
        CheckedEngine engine = engine((honest, in, out, unwraps) -> {
            out.writeBytes(in, 4);
            return EngineStep.PROGRESSED;
        });
        assertSame(EngineStep.PROGRESSED, engine.wrap(input, output));
        assertEquals(4, engine.consumed());
        assertEquals(4, engine.produced());
    }

    @Test
    void w16_anEngineThatThrowsOrGivesNullHasFailed() {
        CheckedEngine broken = engine(ScriptedEngine.breaks());
        EngineStep thrown = broken.unwrap(input, RECORD, output);
        assertEquals("engine broke", thrown.cause().orElseThrow().getMessage());
        assertAsBefore();
        EngineStep absent = engine(ScriptedEngine.says(null)).wrap(input, output);
        assertEquals(EngineStep.Kind.FAILED, absent.kind());
        assertAsBefore();
    }

    @Test
    void w11_theRoomAnEngineAsksForIsBounded() {
        for (int claimed : new int[] {Integer.MIN_VALUE, -1, 0, 1, 20_000, 60_000, 100_000, Integer.MAX_VALUE}) {
            CheckedEngine engine = new CheckedEngine(new ScriptedEngine(nobody(), n -> ScriptedEngine.HONEST) {
                @Override
                public int outputRoomBytes() {
                    return claimed;
                }
            });
            int record = InboundCiphertext.RECORD_BYTES;
            assertEquals(
                    Math.max(record, Math.min(claimed, 4 * record)), engine.outputRoomBytes(), "claims " + claimed);
        }
    }

    @Test
    void theOtherMethodsReachTheEngine() {
        StringBuilder calls = new StringBuilder();
        CheckedEngine engine = new CheckedEngine(new ScriptedEngine(nobody(), n -> ScriptedEngine.HONEST) {
            @Override
            public void closeOutbound() {
                calls.append("close ");
            }

            @Override
            public boolean failOutbound(AlertDescription description) {
                calls.append(description).append(' ');
                return true;
            }

            @Override
            public boolean updateKeys() {
                calls.append("update ");
                return true;
            }

            @Override
            public boolean canHalfClose() {
                calls.append("half ");
                return true;
            }

            @Override
            public void forgetSession() {
                calls.append("forget ");
            }

            @Override
            public void release() {
                calls.append("release");
            }
        });
        engine.closeOutbound();
        assertTrue(engine.failOutbound(AlertDescription.DECODE_ERROR));
        assertTrue(engine.updateKeys());
        assertTrue(engine.canHalfClose());
        engine.forgetSession();
        engine.release();
        assertEquals("close DECODE_ERROR update half forget release", calls.toString());
    }
}
