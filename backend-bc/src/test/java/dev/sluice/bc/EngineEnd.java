package dev.sluice.bc;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.NamedGroup;
import dev.sluice.ProtocolRange;
import dev.sluice.SslCipher;
import dev.sluice.TlsAlert;
import dev.sluice.spi.ClientAuthentication;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.FeatureSettings;
import dev.sluice.spi.KeyMaterial;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import dev.sluice.testing.TestCertificates;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** One engine with its buffers, driven through the seam without a connection; bytes go in and bytes come out. */
final class EngineEnd implements EngineEvents, AutoCloseable {
    /** Far more than a handshake needs: an engine that takes longer spins. */
    private static final int MAX_CALLS = 20_000;

    final TlsEngine engine;
    final TlsContext context;
    final ByteBuf inbox = Unpooled.buffer();
    final ByteBuf plaintext = Unpooled.buffer(1 << 18, 1 << 18);
    final ByteBuf toSend = Unpooled.buffer();
    final List<TlsAlert> sent = new ArrayList<>();
    final List<TlsAlert> received = new ArrayList<>();
    boolean completed;
    int keyUpdates;
    int tickets;
    EngineStep failure;
    boolean inboundClosed;

    EngineEnd(Side side, ProtocolRange range) throws TlsContextException {
        this(side, range, List.of());
    }

    EngineEnd(Side side, ProtocolRange range, List<NamedGroup> groups) throws TlsContextException {
        context = new BcBackend().createContext(contextSpec(side, range, groups));
        engine = context.createEngine(engineSpec(side), credentials -> PeerVerdict.Accepted.INSTANCE, this);
    }

    static ContextSpec contextSpec(Side side, ProtocolRange range, List<NamedGroup> groups) {
        TestCertificates.Issued identity = TestCertificates.localhost();
        return new ContextSpec(
                range,
                SslCipher.defaults().stream()
                        .filter(new BcBackend().capabilities().ciphers()::contains)
                        .toList(),
                groups,
                List.of(),
                side == Side.CLIENT
                        ? List.of()
                        : List.of(new KeyMaterial.KeyAndChain(identity.chain(), identity.key())),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    static EngineSpec engineSpec(Side side) {
        return new EngineSpec(
                side,
                side == Side.CLIENT ? Optional.of("localhost") : Optional.empty(),
                Optional.empty(),
                List.of(),
                ClientAuthentication.NONE,
                true,
                false,
                false,
                65536,
                FeatureSettings.NONE);
    }

    /** Takes bytes in and does all that can be done; gives what came out. */
    byte[] turn(byte... bytes) {
        inbox.writeBytes(bytes);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int calls = 0; calls < MAX_CALLS; calls++) {
            int before = inbox.readableBytes();
            EngineStep step =
                    failure != null || inboundClosed ? EngineStep.NEEDS_INPUT : engine.unwrap(inbox, plaintext);
            inboundClosed |= step.kind() == EngineStep.Kind.CLOSED;
            boolean taskDone = handle(step);
            boolean wrapped = wrapAll(out);
            if (before == inbox.readableBytes() && !taskDone && !wrapped) {
                return out.toByteArray();
            }
        }
        throw new AssertionError("spins: " + this);
    }

    private boolean wrapAll(ByteArrayOutputStream out) {
        boolean moved = false;
        for (int calls = 0; calls < MAX_CALLS; calls++) {
            ByteBuf room = Unpooled.buffer(engine.outputRoomBytes());
            EngineStep step = engine.wrap(toSend, room);
            assertTrue(step.kind() != EngineStep.Kind.NEEDS_OUTPUT_ROOM, "wants more room than it said");
            byte[] produced = new byte[room.readableBytes()];
            room.readBytes(produced);
            out.writeBytes(produced);
            if (produced.length == 0 && !handle(step)) {
                return moved;
            }
            moved = true;
        }
        throw new AssertionError("wraps for ever: " + this);
    }

    /** Says whether a task was run. */
    private boolean handle(EngineStep step) {
        switch (step.kind()) {
            case NEEDS_TASK -> {
                handle(engine.runTask());
                return true;
            }
            case FAILED -> fail(step);
            default -> {}
        }
        return false;
    }

    private void fail(EngineStep step) {
        assertTrue(step.cause().orElseThrow() instanceof SSLException, step::toString);
        assertTrue(step.alert().isPresent(), step::toString);
        failure = failure == null ? step : failure;
    }

    int failureAlert() {
        return failure == null ? -1 : failure.alert().orElseThrow().number();
    }

    @Override
    public void handshakeCompleted() {
        assertFalse(completed, "completed twice");
        completed = true;
    }

    @Override
    public void alertSent(TlsAlert alert) {
        sent.add(alert);
    }

    @Override
    public void alertReceived(TlsAlert alert) {
        received.add(alert);
    }

    @Override
    public void sessionTicketReceived() {
        tickets++;
    }

    @Override
    public void keyUpdateReceived() {
        keyUpdates++;
    }

    @Override
    public void close() {
        engine.release();
        context.release();
    }

    @Override
    public String toString() {
        return engine + " completed=" + completed + " failure=" + failure
                + (failure == null ? "" : " " + failure.cause().orElse(null)) + " sent=" + sent + " received="
                + received;
    }
}
