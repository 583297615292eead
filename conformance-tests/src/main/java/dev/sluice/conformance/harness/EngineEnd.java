package dev.sluice.conformance.harness;

import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.TlsAlert;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One engine at the seam with all that it was asked and has told, moved as a connection would move it, yet with nothing of a
 * connection between: what an engine can do is asked of it alone.
 *
 * <p>One thread at a time.
 */
public final class EngineEnd implements AutoCloseable, EngineEvents {
    private static final int RECORD_HEADER_BYTES = 5;
    private static final int MAX_CALLS = 4_000;
    private static final int MAX_LAST_WORDS = 4;

    private final TlsEngine engine;
    private final boolean direct;
    private final PeerVerdict verdict;
    private final ByteBuf incoming;
    private final ByteBuf outgoing;
    private final ByteBuf toSend;
    private final ByteBuf received;
    private final List<PeerCredentials> judged = new ArrayList<>();
    private final List<TlsAlert> sentAlerts = new ArrayList<>();
    private final List<TlsAlert> receivedAlerts = new ArrayList<>();
    private boolean wantsWrap = true;
    private boolean taskWaits;
    private boolean closeAsked;
    private boolean established;
    private boolean inboundClosed;
    private boolean outboundClosed;
    private int tickets;
    private int keyUpdates;
    private int calls;
    private Optional<EngineStep> failure = Optional.empty();

    /**
     * Makes an engine.
     *
     * @param context from which; the caller's
     * @param spec what for
     * @param kind the kind of buffer that the backend prefers
     * @param verdict what to say of the peer
     * @throws TlsContextException if the backend refuses
     */
    EngineEnd(TlsContext context, EngineSpec spec, BufferKind kind, PeerVerdict verdict) throws TlsContextException {
        this.verdict = verdict;
        direct = kind == BufferKind.DIRECT;
        engine = context.createEngine(
                spec,
                credentials -> {
                    judged.add(credentials);
                    return verdict;
                },
                this);
        incoming = buffer();
        outgoing = buffer();
        toSend = buffer();
        received = buffer();
    }

    private ByteBuf buffer() {
        return direct ? Unpooled.directBuffer() : Unpooled.buffer();
    }

    // ---- what it has told ----

    /**
     * The engine itself.
     *
     * @return the same one each time
     */
    public TlsEngine engine() {
        return engine;
    }

    /**
     * Says whether the handshake has ended as far as the engine is concerned.
     *
     * @return true from then on
     */
    public boolean isEstablished() {
        return established;
    }

    /**
     * How it has failed.
     *
     * @return the step; empty if it has not
     */
    public Optional<EngineStep> failure() {
        return failure;
    }

    /**
     * Whom it has had judged.
     *
     * @return what they have shown, in order
     */
    public List<PeerCredentials> judged() {
        return judged;
    }

    /**
     * The alerts that it says it has sent.
     *
     * @return in order
     */
    public List<TlsAlert> sentAlerts() {
        return sentAlerts;
    }

    /**
     * The alerts that it says it has received.
     *
     * @return in order
     */
    public List<TlsAlert> receivedAlerts() {
        return receivedAlerts;
    }

    /**
     * How many tickets it says it has received.
     *
     * @return the count
     */
    public int tickets() {
        return tickets;
    }

    /**
     * How often it says that the peer has changed its keys.
     *
     * @return the count
     */
    public int keyUpdates() {
        return keyUpdates;
    }

    /**
     * Says whether the peer's close_notify has come.
     *
     * @return true after that
     */
    public boolean isInboundClosed() {
        return inboundClosed;
    }

    /**
     * How much application data has come.
     *
     * @return bytes
     */
    public int receivedBytes() {
        return received.readableBytes();
    }

    // ---- what it is asked to do ----

    /**
     * Queues application data.
     *
     * @param count how many bytes
     */
    public void send(int count) {
        toSend.writeZero(count);
    }

    /**
     * Asks for close_notify behind what is queued.
     *
     * @param peer the other end, which takes what is queued before
     */
    public void close(EngineEnd peer) {
        EnginePair.pump(this, peer);
        closeAsked = true;
        wantsWrap = true;
        engine.closeOutbound();
    }

    /** Says that the engine has been asked to send something. */
    public void wake() {
        wantsWrap = true;
    }

    /**
     * Gives bytes as if the peer had sent them.
     *
     * @param bytes whole records
     */
    public void receive(byte[] bytes) {
        incoming.writeBytes(bytes);
    }

    /**
     * What it has sent and nobody has taken.
     *
     * @return a copy
     */
    public byte[] unsent() {
        byte[] bytes = new byte[outgoing.readableBytes()];
        outgoing.getBytes(outgoing.readerIndex(), bytes);
        return bytes;
    }

    /** Hands all that it has sent to the peer. */
    void deliverTo(EngineEnd peer) {
        peer.incoming.writeBytes(outgoing);
    }

    /**
     * Moves it as far as it goes by itself.
     *
     * @return true if anything moved
     */
    public boolean turn() {
        boolean moved = false;
        while (failure.isEmpty() && step()) {
            moved = true;
            check(++calls < MAX_CALLS, () -> "an engine takes more than " + MAX_CALLS + " calls for one connection");
        }
        return moved;
    }

    private boolean step() {
        if (taskWaits) {
            taskWaits = false;
            take(engine.runTask(), true, true);
            return true;
        }
        if (wantsWrap || (established && toSend.isReadable() && !outboundClosed)) {
            return wrap();
        }
        int record = recordBytes();
        return record > 0 && !inboundClosed && unwrap(record);
    }

    private boolean wrap() {
        int before = outgoing.writerIndex() - toSend.readerIndex();
        outgoing.ensureWritable(engine.outputRoomBytes());
        ByteBuf source = established ? toSend : Unpooled.EMPTY_BUFFER;
        int reader = source.readerIndex();
        int writer = outgoing.writerIndex();
        EngineStep step = engine.wrap(source, outgoing);
        boolean moved = source.readerIndex() != reader || outgoing.writerIndex() != writer;
        boolean blocked = !moved && toSend.isReadable() && established && !wantsWrap;
        take(step, moved, false);
        return !blocked && (moved || wantsWrap || taskWaits || before < 0);
    }

    private boolean unwrap(int record) {
        int end = incoming.writerIndex();
        received.ensureWritable(engine.outputRoomBytes());
        incoming.writerIndex(incoming.readerIndex() + record);
        int reader = incoming.readerIndex();
        EngineStep step = engine.unwrap(incoming, received);
        incoming.writerIndex(end);
        boolean moved = incoming.readerIndex() != reader;
        take(step, moved, true);
        return moved || wantsWrap || taskWaits;
    }

    /** The length of the record that has arrived next; 0 if none has. */
    private int recordBytes() {
        if (incoming.readableBytes() < RECORD_HEADER_BYTES) {
            return 0;
        }
        int bytes = RECORD_HEADER_BYTES + incoming.getUnsignedShort(incoming.readerIndex() + 3);
        return incoming.readableBytes() < bytes ? 0 : bytes;
    }

    private void take(EngineStep step, boolean moved, boolean inbound) {
        switch (step.kind()) {
            case PROGRESSED, NEEDS_INPUT, NEEDS_UNWRAP -> {
                if (!inbound) {
                    wantsWrap = closeAsked && moved;
                }
            }
            case NEEDS_WRAP -> wantsWrap = true;
            case NEEDS_TASK -> taskWaits = true;
            case CLOSED -> {
                if (inbound) {
                    inboundClosed = true;
                    wantsWrap = !engine.canHalfClose();
                } else {
                    outboundClosed = true;
                    wantsWrap = false;
                }
            }
            case FAILED, NEEDS_OUTPUT_ROOM, NEEDS_VERIFICATION -> fail(step);
        }
    }

    private void fail(EngineStep step) {
        failure = Optional.of(step);
        lastWords();
    }

    private void lastWords() {
        for (int i = 0; i < MAX_LAST_WORDS; i++) {
            int before = outgoing.writerIndex();
            outgoing.ensureWritable(engine.outputRoomBytes());
            engine.wrap(Unpooled.EMPTY_BUFFER, outgoing);
            if (outgoing.writerIndex() == before) {
                return;
            }
        }
    }

    // ---- what the engine tells ----

    @Override
    public void handshakeCompleted() {
        established = true;
    }

    @Override
    public void alertSent(TlsAlert alert) {
        sentAlerts.add(alert);
    }

    @Override
    public void alertReceived(TlsAlert alert) {
        receivedAlerts.add(alert);
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
    public String toString() {
        return (established ? "established " : "in its handshake ") + engine.sessionFacts() + failure + verdict;
    }

    @Override
    public void close() {
        engine.release();
        incoming.release();
        outgoing.release();
        toSend.release();
        received.release();
    }
}
