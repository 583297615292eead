package dev.sluice.jsse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.TlsAlert;
import dev.sluice.spi.ClientAuthentication;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.FeatureSettings;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.Side;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every status that an engine can give, sensible or not, comes to an end or to a wait that has a reason. */
class EngineStatusTest {
    private static final JsseBackend BACKEND = new JsseBackend();

    private final List<String> heard = new ArrayList<>();
    private JsseContext context;
    private ScriptedEngine scripted;
    private JsseEngine engine;
    private ByteBuf input;
    private ByteBuf output;

    @BeforeEach
    void setUp() throws Exception {
        context = (JsseContext) BACKEND.createContext(new EnginePair.Setup(BACKEND).clientContextSpec());
        SSLEngine real = SSLContext.getDefault().createSSLEngine();
        real.setUseClientMode(true);
        scripted = new ScriptedEngine(real);
        engine = new JsseEngine(
                scripted,
                context,
                new EngineSpec(
                        Side.CLIENT,
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        ClientAuthentication.NONE,
                        true,
                        false,
                        false,
                        65536,
                        FeatureSettings.NONE),
                credentials -> PeerVerdict.Accepted.INSTANCE,
                new Events());
        input = Unpooled.buffer(100).writeZero(100);
        output = Unpooled.buffer(engine.outputRoomBytes(), engine.outputRoomBytes());
    }

    @AfterEach
    void tearDown() {
        engine.release();
        context.release();
    }

    @Test
    void everyPairOfStatusEndsOrWaits() {
        for (Status status : Status.values()) {
            for (HandshakeStatus next : HandshakeStatus.values()) {
                if (next == HandshakeStatus.FINISHED) {
                    continue; // below: the session that belongs to it is not there
                }
                ScriptedEngine fresh = new ScriptedEngine(scripted).then(status, next, 0, 0);
                JsseEngine subject = engineOver(fresh);
                int calls = 0;
                EngineStep step = EngineStep.PROGRESSED;
                while (wantsAnotherCall(step)) {
                    assertTrue(++calls < 50, status + "/" + next + " spins");
                    step = switch (step.kind()) {
                        case NEEDS_TASK -> subject.runTask();
                        case NEEDS_WRAP -> subject.wrap(Unpooled.EMPTY_BUFFER, output);
                        default -> subject.unwrap(input, output);
                    };
                }
                subject.release();
            }
        }
    }

    @Test
    void anEngineThatOnlySendsBackAndForthFails() {
        scripted.then(Status.OK, HandshakeStatus.NEED_WRAP, 0, 0);
        EngineStep step = EngineStep.NEEDS_WRAP;
        for (int i = 0; i < 20 && step.kind() == EngineStep.Kind.NEEDS_WRAP; i++) {
            step = engine.wrap(Unpooled.EMPTY_BUFFER, output);
        }
        assertEquals(EngineStep.Kind.FAILED, step.kind());
        assertTrue(step.cause().orElseThrow().getMessage().contains("without moving a byte"));
    }

    @Test
    void aTaskThatIsWantedAndNotThereFails() {
        scripted.then(Status.OK, HandshakeStatus.NEED_TASK, 0, 0);
        assertEquals(EngineStep.NEEDS_TASK, engine.unwrap(input, output));
        EngineStep step = engine.runTask();
        assertEquals(EngineStep.Kind.FAILED, step.kind());
    }

    @Test
    void closingWaitsForThePendingTask() {
        scripted.then(Status.OK, HandshakeStatus.NEED_TASK, 0, 0);
        engine.unwrap(input, output);
        engine.closeOutbound();
        assertEquals(0, scripted.closes);
        engine.runTask();
        assertEquals(1, scripted.closes);
    }

    @Test
    void anOverflowAsksForRoomOnceAndThenFails() {
        scripted.then(Status.BUFFER_OVERFLOW, HandshakeStatus.NOT_HANDSHAKING, 0, 0);
        assertEquals(EngineStep.NEEDS_OUTPUT_ROOM, engine.unwrap(input, Unpooled.buffer(10, 10)));
        assertEquals(EngineStep.Kind.FAILED, engine.unwrap(input, output).kind());
    }

    @Test
    void anOverflowThatMovedBytesIsProgress() {
        scripted.then(Status.BUFFER_OVERFLOW, HandshakeStatus.NEED_UNWRAP, 30, 20);
        assertEquals(EngineStep.PROGRESSED, engine.unwrap(input, output));
        assertEquals(70, input.readableBytes());
        assertEquals(20, output.readableBytes());
    }

    @Test
    void aLieAboutCountsFails() {
        scripted.thenLie(10, 5, 11, 5);
        EngineStep step = engine.unwrap(input, output);
        assertEquals(EngineStep.Kind.FAILED, step.kind());
        assertEquals(100, input.readableBytes());
        assertEquals(0, output.readableBytes());
    }

    @Test
    void anUnexpectedExceptionFailsAndStays() {
        RuntimeException broken = new IllegalArgumentException("broken on purpose");
        scripted.thenThrow(broken);
        EngineStep step = engine.wrap(Unpooled.EMPTY_BUFFER, output);
        assertSame(broken, step.cause().orElseThrow());
        assertSame(step, engine.unwrap(input, output));
        int calls = scripted.calls;
        for (int i = 0; i < 20; i++) {
            assertSame(step, engine.wrap(Unpooled.EMPTY_BUFFER, output));
        }
        assertTrue(scripted.calls - calls <= 4, "a failed engine is asked for its alert a few times only");
    }

    @Test
    void aSuiteWithoutAnEntryFailsByName() {
        // The session of an engine that has negotiated nothing says NONE and SSL_NULL_WITH_NULL_NULL.
        scripted.then(Status.OK, HandshakeStatus.FINISHED, 10, 0);
        EngineStep step = engine.unwrap(input, output);
        assertEquals(EngineStep.Kind.FAILED, step.kind());
        assertTrue(step.cause().orElseThrow().getMessage().contains("NONE"));
        assertEquals(List.of(), heard);
    }

    @Test
    void closedInIsCloseNotifyOnlyIfSomethingWasReceived() {
        scripted.then(Status.CLOSED, HandshakeStatus.NOT_HANDSHAKING, 0, 0);
        assertEquals(EngineStep.CLOSED, engine.unwrap(input, output));
        assertEquals(List.of(), heard);
        scripted.then(Status.CLOSED, HandshakeStatus.NEED_WRAP, 20, 0);
        engine.unwrap(input, output);
        assertEquals(EngineStep.CLOSED, engine.unwrap(input, output));
        assertEquals(List.of("received warning close_notify(0)"), heard);
    }

    @Test
    void aBufferInPiecesIsNamed() {
        scripted.then(Status.OK, HandshakeStatus.NOT_HANDSHAKING, 0, 0);
        ByteBuf pieces = Unpooled.wrappedBuffer(new byte[10], new byte[10]);
        IllegalArgumentException refusal = org.junit.jupiter.api.Assertions.assertThrows(
                IllegalArgumentException.class, () -> engine.unwrap(pieces, output));
        assertNotNull(refusal.getMessage());
    }

    private static boolean wantsAnotherCall(EngineStep step) {
        return switch (step.kind()) {
            case PROGRESSED, NEEDS_WRAP, NEEDS_TASK -> true;
            case NEEDS_INPUT, NEEDS_OUTPUT_ROOM, NEEDS_UNWRAP, NEEDS_VERIFICATION, CLOSED, FAILED -> false;
        };
    }

    private JsseEngine engineOver(ScriptedEngine other) {
        return new JsseEngine(
                other,
                context,
                new EngineSpec(
                        Side.CLIENT,
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        ClientAuthentication.NONE,
                        true,
                        false,
                        false,
                        65536,
                        FeatureSettings.NONE),
                credentials -> PeerVerdict.Accepted.INSTANCE,
                new Events());
    }

    private final class Events implements EngineEvents {
        @Override
        public void handshakeCompleted() {
            heard.add("completed");
        }

        @Override
        public void alertSent(TlsAlert alert) {
            heard.add("sent " + alert);
        }

        @Override
        public void alertReceived(TlsAlert alert) {
            heard.add("received " + alert);
        }

        @Override
        public void sessionTicketReceived() {
            heard.add("ticket");
        }

        @Override
        public void keyUpdateReceived() {
            heard.add("key update");
        }
    }
}
