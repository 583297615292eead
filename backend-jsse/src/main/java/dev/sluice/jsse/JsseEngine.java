package dev.sluice.jsse;

import dev.sluice.AlertDescription;
import dev.sluice.SslProtocol;
import dev.sluice.TlsAlert;
import dev.sluice.spi.ClientAuthentication;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsEngine;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * An {@link SSLEngine} behind the seam.
 *
 * <p><b>Threads:</b> one at a time, as the seam has it. Two methods may be called while a task runs on another thread
 * all the same, {@link #closeOutbound()} and {@link #forgetSession()}: a task of SunJSSE holds the lock of its engine, so
 * that every call would wait for it. They leave a note, which the end of the task carries out. Only the fields that this
 * needs are volatile.
 *
 * <p><b>Invariant:</b> after the first failure nothing goes into the engine, and nothing comes out but the alert that
 * {@link #wrap} fetches. Every later step is that failure.
 */
final class JsseEngine implements TlsEngine {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** How often in a row an engine may ask for the other direction without moving a byte before it counts as stuck. */
    private static final int MAX_IDLE_TURNS = 8;

    /** How many records an engine may produce after its failure: one alert, or two with user_canceled before it. */
    private static final int MAX_WRAPS_AFTER_FAILURE = 4;

    /**
     * The longest record that counts as a KeyUpdate: header 5, message 5, content type 1, tag 16 (RFC 8446 §4.6.3, §5.2),
     * and the 16 bytes of padding that SunJSSE itself adds. A NewSessionTicket with a ticket of 16 bytes takes 55.
     */
    private static final int MAX_KEY_UPDATE_RECORD_BYTES = 43;

    private final SSLEngine engine;
    private final JsseContext context;
    private final EngineSpec spec;
    private final PeerJudge judge;
    private final AlertLedger alerts;
    private final EngineEvents events;
    private final JsseProvider.Kind provider;
    private final int outputRoomBytes;

    /** Reads along until the handshake has ended; null from then on. */
    private @Nullable ObservedHandshake observed;

    private boolean handshakeEnded;
    private SessionFacts facts = SessionFacts.NONE;
    private int idleTurns;
    private @Nullable EngineStep failure;
    private int wrapsAfterFailure;
    private boolean released;

    /** True while a task runs, perhaps on another thread: the engine must not be touched then. */
    private volatile boolean taskRuns;
    /** The engine waits for its task: closing it now would make it answer CLOSED and NEED_TASK for ever (SunJSSE). */
    private volatile boolean taskPending;

    private volatile boolean closeWanted;
    private volatile boolean forgetWanted;

    JsseEngine(SSLEngine engine, JsseContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events) {
        this.engine = engine;
        this.context = context;
        this.spec = spec;
        this.judge = new PeerJudge(verifier, spec.tasksMayWait());
        this.alerts = new AlertLedger(events);
        this.events = events;
        this.provider = context.provider().kind();
        this.observed = new ObservedHandshake(spec.side());
        // Before the handshake these are the provider's largest sizes.
        this.outputRoomBytes = Math.max(
                engine.getSession().getPacketBufferSize(), engine.getSession().getApplicationBufferSize());
    }

    @Override
    public EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext) {
        EngineStep refused = refuseCall();
        if (refused != null) {
            return refused;
        }
        if (isRenegotiation(ciphertext)) {
            return fail(new SSLException("peer sent a handshake record after the handshake in "
                    + SslProtocol.TLS_1_2.standardName() + ", expected none: renegotiation is refused"));
        }
        int start = ciphertext.readerIndex();
        boolean inHandshake = !handshakeEnded;
        // After the handshake all is protected, and the steady state allocates nothing.
        TlsAlert alert = inHandshake ? plaintextAlert(ciphertext, start, ciphertext.writerIndex()) : null;
        ByteBuffer source = readable(ciphertext);
        ByteBuffer target = writable(plaintext);
        int sourceStart = source.position();
        int targetStart = target.position();
        PeerJudge outer = inHandshake ? context.currentJudge().enter(judge) : null;
        try {
            SSLEngineResult result = engine.unwrap(source, target);
            int consumed = source.position() - sourceStart;
            int produced = target.position() - targetStart;
            checkCounts(result, consumed, produced);
            ciphertext.skipBytes(consumed);
            plaintext.writerIndex(plaintext.writerIndex() + produced);
            if (inHandshake && consumed > 0) {
                alerts.received(alert);
                if (observed != null) {
                    observed.inbound(ciphertext, start, start + consumed);
                }
            }
            return afterUnwrap(result, consumed, produced, plaintext);
        } catch (SSLException | RuntimeException e) {
            alerts.received(alert);
            return fail(e);
        } finally {
            if (inHandshake) {
                context.currentJudge().leave(outer);
            }
        }
    }

    @Override
    public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
        if (failure != null && !released && !taskRuns) {
            return wrapAfterFailure(failure, ciphertext);
        }
        EngineStep refused = refuseCall();
        if (refused != null) {
            return refused;
        }
        boolean takesData = handshakeEnded && !closeWanted;
        ByteBuffer source = takesData ? readable(plaintext) : NOTHING;
        ByteBuffer target = writable(ciphertext);
        int start = ciphertext.writerIndex();
        int sourceStart = source.position();
        int targetStart = target.position();
        boolean inHandshake = !handshakeEnded;
        PeerJudge outer = inHandshake ? context.currentJudge().enter(judge) : null;
        try {
            SSLEngineResult result = engine.wrap(source, target);
            int consumed = source.position() - sourceStart;
            int produced = target.position() - targetStart;
            checkCounts(result, consumed, produced);
            plaintext.skipBytes(consumed);
            ciphertext.writerIndex(start + produced);
            if (inHandshake && produced > 0) {
                observeOutbound(ciphertext, start, start + produced);
            }
            return afterWrap(result, consumed, produced, plaintext, ciphertext);
        } catch (SSLException | RuntimeException e) {
            return fail(e);
        } finally {
            if (inHandshake) {
                context.currentJudge().leave(outer);
            }
        }
    }

    @Override
    public EngineStep runTask() {
        EngineStep refused = failure;
        if (released || taskRuns) {
            throw new IllegalStateException(released ? "engine was released" : "a task of this engine runs already");
        }
        if (refused != null) {
            return refused;
        }
        taskRuns = true;
        RuntimeException thrown = null;
        boolean ran = false;
        PeerJudge outer = context.currentJudge().enter(judge);
        try {
            Runnable task;
            while ((task = engine.getDelegatedTask()) != null) {
                task.run();
                ran = true;
            }
        } catch (RuntimeException e) {
            thrown = e;
        } finally {
            context.currentJudge().leave(outer);
            taskPending = false;
            taskRuns = false;
        }
        carryOutNotes();
        return thrown == null ? afterTask(ran) : fail(thrown);
    }

    @Override
    public void closeOutbound() {
        closeWanted = true;
        // Both this thread and the end of a task look at the other's flag after setting their own: at least one of them
        // closes. SSLEngine.closeOutbound() may be called twice.
        carryOutNotes();
    }

    /** JSSE sends the alerts that it chooses. No close_notify stands in for one: it would say that all went well. */
    @Override
    public boolean failOutbound(AlertDescription description) {
        return false;
    }

    @Override
    public boolean updateKeys() {
        if (refuseCall() != null
                || !handshakeEnded
                || closeWanted
                || !isTls13()
                || provider != JsseProvider.Kind.SUN
                || engine.isInboundDone()) {
            return false; // SunJSSE (17 to 25) refuses a key update on a connection that is half closed, and breaks it
        }
        try {
            engine.beginHandshake(); // SunJSSE: at TLS 1.3 this makes a KeyUpdate with update_requested
            return true;
        } catch (SSLException | RuntimeException e) {
            fail(e);
            return false;
        }
    }

    @Override
    public boolean canHalfClose() {
        return provider == JsseProvider.Kind.SUN && isTls13();
    }

    @Override
    public int outputRoomBytes() {
        return outputRoomBytes;
    }

    @Override
    public SessionFacts sessionFacts() {
        return facts;
    }

    @Override
    public Optional<byte[]> exportKeyingMaterial(String label, byte @Nullable [] contextValue, int lengthBytes) {
        return released || refuseCall() != null || !handshakeEnded || provider != JsseProvider.Kind.SUN
                ? Optional.empty()
                : KeyExport.OF_PLATFORM.flatMap(
                        exporter -> exporter.export(engine.getSession(), label, contextValue, lengthBytes));
    }

    @Override
    public void forgetSession() {
        forgetWanted = true;
        carryOutNotes();
    }

    @Override
    public void release() {
        if (released) {
            return;
        }
        if (taskRuns) {
            throw new IllegalStateException("engine is released while its task runs");
        }
        // Tickets of TLS 1.3 come after the handshake: a session that was forgotten or is not to be kept goes only now.
        if (forgetWanted || !context.keepsSessions(spec)) {
            context.forget(engine, spec);
        }
        released = true;
        facts = SessionFacts.NONE;
        observed = null;
        context.provider().dispose(engine);
    }

    // ---- what a result means ----

    private EngineStep afterUnwrap(SSLEngineResult result, int consumed, int produced, ByteBuf plaintext)
            throws SSLException {
        boolean moved = consumed > 0 || produced > 0;
        return switch (result.getStatus()) {
            case CLOSED -> {
                if (consumed > 0) {
                    alerts.received(TlsAlert.CLOSE_NOTIFY);
                }
                yield EngineStep.CLOSED;
            }
            case BUFFER_OVERFLOW -> overflow(moved, plaintext);
            case BUFFER_UNDERFLOW -> unwrapNext(result, moved);
            case OK -> {
                if (!handshakeEnded) {
                    noteEndOfHandshake(result);
                } else if (consumed > 0 && produced == 0) {
                    notePostHandshake(result, consumed);
                }
                yield unwrapNext(result, moved);
            }
        };
    }

    private EngineStep unwrapNext(SSLEngineResult result, boolean moved) {
        return switch (result.getHandshakeStatus()) {
            case NEED_TASK -> needsTask();
            case NEED_WRAP -> moved ? progress(EngineStep.NEEDS_WRAP) : idleTurn(EngineStep.NEEDS_WRAP);
            case FINISHED -> progress(EngineStep.PROGRESSED);
            // NEED_UNWRAP_AGAIN is a matter of DTLS; in TLS it is the same wish.
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING ->
                moved ? progress(EngineStep.PROGRESSED) : EngineStep.NEEDS_INPUT;
        };
    }

    private EngineStep afterWrap(
            SSLEngineResult result, int consumed, int produced, ByteBuf plaintext, ByteBuf ciphertext)
            throws SSLException {
        boolean moved = consumed > 0 || produced > 0;
        return switch (result.getStatus()) {
            case CLOSED -> {
                int end = ciphertext.writerIndex();
                if (produced > 0 && plaintextAlert(ciphertext, end - produced, end) == null) {
                    alerts.sent(TlsAlert.CLOSE_NOTIFY); // protected; one in the clear was read already
                }
                yield EngineStep.CLOSED;
            }
            case BUFFER_OVERFLOW -> overflow(moved, ciphertext);
            // No status of wrap in SSLEngine's contract; an engine that gives it has nothing to send.
            case BUFFER_UNDERFLOW -> moved ? progress(EngineStep.PROGRESSED) : EngineStep.NEEDS_UNWRAP;
            case OK -> {
                if (!handshakeEnded) {
                    noteEndOfHandshake(result);
                }
                yield wrapNext(result, moved, plaintext.isReadable());
            }
        };
    }

    private EngineStep wrapNext(SSLEngineResult result, boolean moved, boolean dataLeft) {
        return switch (result.getHandshakeStatus()) {
            case NEED_TASK -> needsTask();
            case NEED_WRAP -> moved ? progress(EngineStep.NEEDS_WRAP) : idleTurn(EngineStep.NEEDS_WRAP);
            case FINISHED -> progress(EngineStep.PROGRESSED);
            // After the handshake data may follow all the same: SunJSSE says this while a key update is under way.
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN ->
                moved
                        ? progress(handshakeEnded ? EngineStep.PROGRESSED : EngineStep.NEEDS_UNWRAP)
                        : EngineStep.NEEDS_UNWRAP;
            case NOT_HANDSHAKING -> {
                if (moved) {
                    yield progress(EngineStep.PROGRESSED);
                }
                // Nothing was sent although something is there and nothing is lacking: not for ever.
                yield dataLeft && handshakeEnded ? idleTurn(EngineStep.NEEDS_UNWRAP) : EngineStep.NEEDS_UNWRAP;
            }
        };
    }

    private EngineStep afterTask(boolean ran) {
        return switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> ran ? needsTask() : fail(new IllegalStateException("engine wants a task and has none"));
            case NEED_WRAP -> EngineStep.NEEDS_WRAP;
            case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> EngineStep.NEEDS_UNWRAP;
            // FINISHED is never the answer of getHandshakeStatus(), says its contract. In the middle of a handshake
            // there is
            // no rest either: the next wrap tells the end, or throws what the task has thrown.
            case FINISHED, NOT_HANDSHAKING -> handshakeEnded ? EngineStep.PROGRESSED : EngineStep.NEEDS_WRAP;
        };
    }

    private EngineStep overflow(boolean moved, ByteBuf output) {
        if (moved) {
            return progress(EngineStep.PROGRESSED); // Conscrypt (2.5 to 2.9) reports it with bytes moved
        }
        if (output.writableBytes() < outputRoomBytes) {
            return EngineStep.NEEDS_OUTPUT_ROOM;
        }
        // SunJSSE (17 to 25) accepts records of up to 33093 bytes in TLS 1.2 and then wants as much room; the protocol
        // ends at 2^14 + 2048 (RFC 5246 §6.2.3). More room would be asked for again and again.
        return fail(new SSLException("engine asks for more than " + outputRoomBytes
                + " bytes of room, the most it said it needs: the record is too long"));
    }

    private EngineStep needsTask() {
        idleTurns = 0;
        taskPending = true;
        return EngineStep.NEEDS_TASK;
    }

    private EngineStep progress(EngineStep step) {
        idleTurns = 0;
        return step;
    }

    /** A step that only sends the caller on: fine now and then, a spin if nothing ever moves. */
    private EngineStep idleTurn(EngineStep step) {
        idleTurns++;
        return idleTurns > MAX_IDLE_TURNS
                ? fail(new IllegalStateException(
                        "engine asked " + idleTurns + " times for another call without moving a byte"))
                : step;
    }

    /** Trusts no count of the engine (CWE-130): both must agree with the buffers, which cannot be overrun. */
    private static void checkCounts(SSLEngineResult result, int consumed, int produced) throws SSLException {
        if (result.bytesConsumed() != consumed || result.bytesProduced() != produced) {
            throw new SSLException("engine reports " + result.bytesConsumed() + " bytes consumed and "
                    + result.bytesProduced() + " produced, the buffers say " + consumed + " and " + produced);
        }
    }

    // ---- what the connection is told ----

    /** A client always asks; a server may not, and then its session would answer with an exception. */
    private boolean asksPeer() {
        return spec.side() == Side.CLIENT || spec.clientAuthentication() != ClientAuthentication.NONE;
    }

    private void noteEndOfHandshake(SSLEngineResult result) throws SSLException {
        if (result.getHandshakeStatus() != SSLEngineResult.HandshakeStatus.FINISHED) {
            return;
        }
        ObservedHandshake seen = observed;
        if (seen == null) {
            throw new IllegalStateException("handshake ended without its observer");
        }
        Optional<String> applicationProtocol = context.applicationProtocol(engine);
        if (spec.side() == Side.SERVER
                && applicationProtocol.isEmpty()
                && seen.offersApplicationProtocols()
                && !spec.applicationProtocols().isEmpty()) {
            // RFC 7301 §3.2: a server that has none in common MUST fail. SunJSSE and BCJSSE do; Conscrypt (2.5 to 2.9)
            // goes on without any, and no alert can be had from it for this.
            throw new SSLException("client offers application protocols, none of them is one of "
                    + spec.applicationProtocols() + ", and the engine went on");
        }
        facts = JsseFacts.of(engine.getSession(), applicationProtocol, seen, asksPeer() ? judge : null);
        handshakeEnded = true;
        observed = null;
        if (forgetWanted || !context.keepsSessions(spec)) {
            context.forget(engine, spec);
        }
        if (spec.side() == Side.CLIENT && seen.ticketSent()) {
            events.sessionTicketReceived();
        }
        events.handshakeCompleted();
    }

    /**
     * Tells what a record without data after the handshake was.
     *
     * <p>SunJSSE reports FINISHED for them, which is no second end of the handshake. Quirk (17 to 25): it has no event for tickets and key updates; both look the same in its results. So
     * the length decides: no ticket in use is as short as a KeyUpdate. A client's peer that pads its key updates heavily
     * has them reported as tickets. To be deleted once SunJSSE tells.
     */
    private void notePostHandshake(SSLEngineResult result, int consumed) {
        boolean handshakeMessage = switch (result.getHandshakeStatus()) {
            case FINISHED, NEED_WRAP -> true;
            case NEED_TASK, NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING -> false;
        };
        if (provider != JsseProvider.Kind.SUN || !handshakeMessage || !isTls13()) {
            return;
        }
        if (consumed <= MAX_KEY_UPDATE_RECORD_BYTES) {
            events.keyUpdateReceived();
        } else if (spec.side() == Side.CLIENT) {
            if (forgetWanted || !context.keepsSessions(spec)) {
                context.forget(engine, spec);
            }
            events.sessionTicketReceived();
        }
    }

    private void observeOutbound(ByteBuf ciphertext, int start, int end) {
        if (observed != null) {
            observed.outbound(ciphertext, start, end);
        }
        Records.plaintextAlert(ciphertext, start, end).ifPresent(alerts::sent);
    }

    // ---- failure ----

    /** The one way into failure. The first cause stays. */
    private EngineStep fail(Exception cause) {
        if (failure != null) {
            return failure;
        }
        Optional<TlsAlert> received = AlertTexts.received(provider, cause);
        received.ifPresent(alerts::received);
        EngineStep step = EngineStep.failed(
                cause, received.or(() -> AlertTexts.sent(provider, cause)).orElse(null));
        failure = step;
        facts = SessionFacts.NONE;
        return step;
    }

    /**
     * Fetches the alert that belongs to the failure. Conscrypt (2.5 to 2.9) has one although its status says
     * NOT_HANDSHAKING, and SunJSSE throws the exception of a task once more first: so a few calls are tried, whatever is
     * said.
     */
    private EngineStep wrapAfterFailure(EngineStep failed, ByteBuf ciphertext) {
        if (wrapsAfterFailure < MAX_WRAPS_AFTER_FAILURE && ciphertext.writableBytes() < outputRoomBytes) {
            return EngineStep.NEEDS_OUTPUT_ROOM;
        }
        int start = ciphertext.writerIndex();
        while (wrapsAfterFailure < MAX_WRAPS_AFTER_FAILURE && ciphertext.writerIndex() == start) {
            wrapsAfterFailure++;
            ByteBuffer target = writable(ciphertext);
            int targetStart = target.position();
            try {
                engine.wrap(NOTHING, target);
            } catch (SSLException | RuntimeException e) {
                Throwable cause = failed.cause().orElse(e);
                if (e != cause && e.getCause() != cause) {
                    cause.addSuppressed(e);
                }
            }
            ciphertext.writerIndex(start + target.position() - targetStart);
        }
        int end = ciphertext.writerIndex();
        if (end > start) {
            Records.plaintextAlert(ciphertext, start, end)
                    .or(() -> alerts.hasReceivedFatal() ? Optional.empty() : failed.alert())
                    .ifPresent(alerts::sent);
        }
        return failed;
    }

    /** What a call is answered with if the engine must not be touched; null if it may. */
    private @Nullable EngineStep refuseCall() {
        if (released) {
            throw new IllegalStateException("engine was released");
        }
        if (taskRuns) {
            return EngineStep.NEEDS_TASK;
        }
        return failure;
    }

    /**
     * A handshake record where TLS 1.2 has none: HelloRequest or ClientHello. SunJSSE (17 to 25) would renegotiate. The
     * connection refuses it first; this is the second lock on that door.
     */
    private boolean isRenegotiation(ByteBuf ciphertext) {
        return handshakeEnded
                && !isTls13()
                && ciphertext.isReadable()
                && Records.type(ciphertext, ciphertext.readerIndex()) == Records.HANDSHAKE;
    }

    private boolean isTls13() {
        return facts.protocol().orElse(null) == SslProtocol.TLS_1_3;
    }

    // ---- the engine and its buffers ----

    /** Carries out what was asked for while the engine could not be touched, if it can be now. */
    private void carryOutNotes() {
        if (taskRuns || released) {
            return;
        }
        if (forgetWanted && handshakeEnded) {
            context.forget(engine, spec);
        }
        if (closeWanted && !taskPending && failure == null) {
            try {
                engine.closeOutbound();
            } catch (RuntimeException e) {
                fail(e); // Conscrypt (2.5 to 2.9) throws IllegalStateException in the middle of a handshake
            }
        }
    }

    private static @Nullable TlsAlert plaintextAlert(ByteBuf bytes, int start, int end) {
        return Records.plaintextAlert(bytes, start, end).orElse(null);
    }

    /** The readable bytes as the buffer's own cached view: no allocation per record. */
    private static ByteBuffer readable(ByteBuf buffer) {
        int length = buffer.readableBytes();
        return length == 0 ? NOTHING : view(buffer, buffer.readerIndex(), length);
    }

    private static ByteBuffer writable(ByteBuf buffer) {
        int length = buffer.writableBytes();
        return length == 0 ? NOTHING : view(buffer, buffer.writerIndex(), length);
    }

    private static ByteBuffer view(ByteBuf buffer, int index, int length) {
        if (buffer.nioBufferCount() != 1) {
            throw new IllegalArgumentException("buffer is made of " + buffer.nioBufferCount()
                    + " parts, expected one piece of memory as of kind BufferKind.HEAP or DIRECT");
        }
        return buffer.internalNioBuffer(index, length);
    }
}
