package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sluice.AlertDescription;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.TlsEngine;
import dev.sluice.testing.CopyEngine;
import dev.sluice.testing.ScriptedEngine;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** W16: methods of an engine that break or lie are told to operators, and answered as if the engine could not do it. */
class CheckedEngineFaultTest {
    private static TlsEngine nobody() {
        EngineEvents deaf = (EngineEvents) Proxy.newProxyInstance(
                CheckedEngineFaultTest.class.getClassLoader(),
                new Class<?>[] {EngineEvents.class},
                (proxy, method, arguments) -> null);
        return new CopyEngine(CopyEngine.Options.client(), credentials -> PeerVerdict.Accepted.INSTANCE, deaf);
    }

    /** An engine in which every method breaks but wrap and unwrap. */
    private static final class BrokenEngine extends ScriptedEngine {
        private final boolean cannotLink;

        BrokenEngine(boolean cannotLink) {
            super(nobody(), number -> HONEST);
            this.cannotLink = cannotLink;
        }

        private RuntimeException broken() {
            if (cannotLink) {
                throw new UnsatisfiedLinkError("no such symbol");
            }
            return new IllegalStateException("broke");
        }

        @Override
        public void closeOutbound() {
            throw broken();
        }

        @Override
        public boolean failOutbound(AlertDescription description) {
            throw broken();
        }

        @Override
        public boolean updateKeys() {
            throw broken();
        }

        @Override
        public boolean canHalfClose() {
            throw broken();
        }

        @Override
        public int outputRoomBytes() {
            throw broken();
        }

        @Override
        public Optional<byte[]> exportKeyingMaterial(String label, byte @Nullable [] context, int lengthBytes) {
            throw broken();
        }

        @Override
        public void forgetSession() {
            throw broken();
        }

        @Override
        public void release() {
            throw broken();
        }
    }

    private static void assertTold(String method, Runnable call) {
        try (LogCapture log = new LogCapture(CheckedEngine.class)) {
            call.run();
            log.assertOneWarning("engine broke in " + method + "; expected no exception");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void w16_whatBreaksIsToldWithItsCauseAndHarmsNobody(boolean cannotLink) {
        assertTold(
                "outputRoomBytes",
                () -> assertEquals(
                        InboundCiphertext.RECORD_BYTES,
                        new CheckedEngine(new BrokenEngine(cannotLink)).outputRoomBytes()));
        CheckedEngine engine = QuietLog.during(() -> new CheckedEngine(new BrokenEngine(cannotLink)));
        assertTold("closeOutbound", engine::closeOutbound);
        assertTold("failOutbound", () -> assertFalse(engine.failOutbound(AlertDescription.INTERNAL_ERROR)));
        assertTold("updateKeys", () -> assertFalse(engine.updateKeys()));
        assertTold("canHalfClose", () -> assertFalse(engine.canHalfClose()));
        assertTold(
                "exportKeyingMaterial",
                () -> assertEquals(Optional.empty(), engine.exportKeyingMaterial("label", null, 4)));
        assertTold("forgetSession", engine::forgetSession);
        assertTold("release", engine::release);
    }

    @Test
    void w16_anErrorOfTheEngineIsAFailureThatKeepsIt() {
        UnsatisfiedLinkError raised = new UnsatisfiedLinkError("no such symbol");
        CheckedEngine engine = new CheckedEngine(new ScriptedEngine(nobody(), number -> ScriptedEngine.HONEST) {
            @Override
            public EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext) {
                throw raised;
            }

            @Override
            public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
                throw raised;
            }
        });
        ByteBuf record = Unpooled.wrappedBuffer(new byte[] {23, 3, 3, 0, 1, 0});
        ByteBuf out = Unpooled.buffer(InboundCiphertext.RECORD_BYTES);
        for (EngineStep step : List.of(engine.unwrap(record, 6, out), engine.wrap(record, out))) {
            assertEquals(EngineStep.Kind.FAILED, step.kind());
            assertEquals(Optional.of(raised), step.cause());
        }
    }

    @Test
    void whatAnEngineCannotDoIsNotDone() {
        CheckedEngine engine = new CheckedEngine(new ScriptedEngine(nobody(), number -> ScriptedEngine.HONEST) {
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
        });
        assertFalse(engine.failOutbound(AlertDescription.INTERNAL_ERROR));
        assertFalse(engine.updateKeys());
        assertFalse(engine.canHalfClose());
    }

    @Test
    void w11_keyingMaterialOfAnotherLengthThanAskedForIsNone() {
        CheckedEngine engine = new CheckedEngine(new ScriptedEngine(nobody(), number -> ScriptedEngine.HONEST) {
            @Override
            public Optional<byte[]> exportKeyingMaterial(String label, byte @Nullable [] context, int lengthBytes) {
                return Optional.of(new byte[] {1, 2, 3});
            }
        });
        assertArrayEquals(
                new byte[] {1, 2, 3},
                engine.exportKeyingMaterial("label", null, 3).orElseThrow());
        assertEquals(Optional.empty(), engine.exportKeyingMaterial("label", null, 4));
        assertEquals(Optional.empty(), engine.exportKeyingMaterial("label", null, 2));
    }
}
