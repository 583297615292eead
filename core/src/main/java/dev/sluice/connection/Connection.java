package dev.sluice.connection;

import dev.sluice.AlertDescription;
import dev.sluice.SslError;
import dev.sluice.SslSocketError;
import dev.sluice.TlsAlert;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One connection without its I/O: bytes from the transport go in, application bytes and facts come out, and back.
 *
 * <p>It knows no channel, no clock and no thread. {@link #transmit()} is the only loop: it moves bytes between queues and
 * engine as long as something moves and then says, through the getters, what it waits for. Whatever goes wrong leaves
 * through {@link #fail}: the first cause wins, the alert is queued, nothing is accepted or decrypted afterwards.
 *
 * <p><b>Threads:</b> one at a time, under the lock of the socket that owns it. I/O happens outside that lock between
 * {@link #beginFill}/{@link #endFill} and {@link #beginDrain}/{@link #endDrain}; meanwhile this class leaves the buffer in
 * question alone. An {@linkplain #takeTask() engine task} also runs outside the lock; meanwhile the engine is left alone.
 *
 * <p><b>Ownership:</b> engine and lease are taken by {@link #startTls} and released exactly once, by {@link #release()}
 * or, if a task is running then, at the end of that task.
 *
 * <p>Not final for one reason: the conformance suite puts connections with a fault in place of this one
 * ({@link ConnectionParts#connections()}), to show that the fault would be found.
 */
public class Connection {
    /** A turn is bounded, so that one busy connection cannot starve the others of its thread. */
    private static final int MAX_RECORDS_PER_TURN = 64;

    /** Calls that moved nothing before an engine counts as stuck. Honest engines need at most two. */
    private static final int MAX_IDLE_CALLS = 8;

    /** How much unprotected data is handed on at a time. */
    private static final int PLAIN_BATCH_BYTES = 128 * 1024;

    /** An alert and its fragments; an engine that has failed is asked no more often for what it still wants to send. */
    private static final int MAX_FINAL_WRAPS = 4;

    private final ConnectionEvents events;
    private final EngineListener engineListener = new EngineListener();
    private final PlaintextQueue received;
    private final PlaintextQueue toSend;
    private final InboundCiphertext inboundCiphertext;
    private final OutboundCiphertext outboundCiphertext;
    private final RepetitionGuard repetitions = new RepetitionGuard();

    private ConnectionLimits limits;
    private Phase phase = Phase.NEW;
    private Half inbound = Half.OPEN;
    private Half outbound = Half.OPEN;
    private boolean transportEnded;
    private boolean closeRequested;
    private boolean begunTls;
    private boolean released;
    private @Nullable ConnectionFailure failure;

    /** Set from {@link #startTls} until there is an engine: a server that waits for the name in ClientHello. */
    private TlsSetup.@Nullable Source pendingSource;

    private @Nullable TlsSetup tls;
    private @Nullable CheckedEngine engine;
    private @Nullable RecordInspector inspector;
    private @Nullable PeerVerified proof;
    private SessionFacts facts = SessionFacts.NONE;
    /** On servers that choose by name: the name in ClientHello, empty text for none; empty elsewhere. */
    private Optional<String> serverNameChosenBy = Optional.empty();

    /** The engine has something to send. */
    private boolean wantsWrap;
    /** The engine took no application data and must receive first. */
    private boolean wrapBlocked;
    /** The engine took no record and must send first; the transport may make that wait. */
    private boolean unwrapBlocked;
    /** How much of what waits to be sent was written before the upgrade and goes out in the clear. */
    private int clearBytes;
    /** The record at the head was counted already; it is offered again after the engine has sent. */
    private boolean headAdmitted;

    private boolean peerHasBegun;

    private boolean engineHandshakeDone;
    private boolean engineCloseAsked;
    private int idleCalls;
    private int recordsMoved;
    /** Set after the engine asked for more room than the record itself needs. */
    private boolean fullOutputRoom;
    /** Up to where the reader's own buffer may be filled. */
    private int directEnd;
    /** The engine went beyond it. */
    private boolean directOverrun;

    private Task task = Task.NONE;
    private @Nullable EngineTask runningTask;
    /** What the engine reported at the end of the handshake, as it was judged. */
    private SessionFacts negotiated = SessionFacts.NONE;

    private @Nullable TlsAlert fatalAlertReceived;
    private @Nullable TlsAlert fatalAlertSent;

    /** What the engine is doing outside the lock. */
    private enum Task {
        NONE,
        /** The engine's own work waits to be run. */
        ENGINE_WAITING,
        /** The peer of a finished handshake waits to be judged. */
        CONCLUSION_WAITING,
        /** One of them is being run; the engine is left alone. */
        RUNNING
    }

    /**
     * Makes a connection on which nothing moves yet.
     *
     * @param buffers where memory comes from
     * @param bufferKind the kind the engine prefers
     * @param limits how much is kept
     * @param events hears what happens, under the caller's lock
     */
    public Connection(Buffers buffers, BufferKind bufferKind, ConnectionLimits limits, ConnectionEvents events) {
        this.limits = limits;
        this.events = events;
        this.received = new PlaintextQueue(buffers, bufferKind);
        this.toSend = new PlaintextQueue(buffers, bufferKind);
        this.inboundCiphertext = new InboundCiphertext(buffers, bufferKind);
        this.outboundCiphertext = new OutboundCiphertext(buffers, bufferKind);
    }

    // ---- state ----

    /**
     * Where the connection stands.
     *
     * @return the phase
     */
    public Phase phase() {
        return phase;
    }

    /**
     * How the inbound direction stands.
     *
     * @return its half
     */
    public Half inbound() {
        return inbound;
    }

    /**
     * How the outbound direction stands.
     *
     * @return its half
     */
    public Half outbound() {
        return outbound;
    }

    /**
     * Why the connection failed.
     *
     * @return the first cause; empty unless {@link Phase#FAILED}
     */
    public Optional<ConnectionFailure> failure() {
        return Optional.ofNullable(failure);
    }

    /**
     * What was negotiated.
     *
     * @return the facts; {@link SessionFacts#NONE} before {@link Phase#ESTABLISHED} and after the end
     */
    public SessionFacts facts() {
        return phase == Phase.ESTABLISHED ? facts : SessionFacts.NONE;
    }

    /**
     * Says whether the transport has nothing more to give.
     *
     * @return true after {@link #transportEnded()}
     */
    public boolean isTransportEnded() {
        return transportEnded;
    }

    /**
     * Says whether all that will ever be sent was handed to the transport.
     *
     * @return true when the outbound direction has ended and no ciphertext waits
     */
    public boolean isOutboundFlushed() {
        return outbound != Half.OPEN && outboundCiphertext.readableBytes() == 0 && !outboundCiphertext.isDraining();
    }

    /**
     * Received plaintext that was not read.
     *
     * @return bytes
     */
    public int bytesAvailable() {
        return received.readableBytes();
    }

    /**
     * Written plaintext that was not encrypted (or, unprotected, not handed on).
     *
     * @return bytes
     */
    public int bytesToWrite() {
        return toSend.readableBytes();
    }

    /**
     * Ciphertext received and not decrypted.
     *
     * @return bytes
     */
    public int encryptedBytesAvailable() {
        return inboundCiphertext.isFilling() ? 0 : inboundCiphertext.readableBytes();
    }

    /**
     * Ciphertext that the transport has not taken.
     *
     * @return bytes
     */
    public int encryptedBytesToWrite() {
        return outboundCiphertext.readableBytes();
    }

    /**
     * Says whether received plaintext is below the read limit.
     *
     * @return true if more would be decrypted now
     */
    public boolean hasReadRoom() {
        return received.readableBytes() < limits.readBytes();
    }

    /**
     * Says whether nothing that was written is left here.
     *
     * @return true if neither plaintext nor ciphertext waits to be sent
     */
    public boolean isAllSent() {
        return bytesToWrite() == 0 && encryptedBytesToWrite() == 0;
    }

    /**
     * Says whether application data would be lost if the transport took nothing more.
     *
     * @return true if some waits to be encrypted or to be taken by the transport; good-byes and alerts do not count
     */
    public boolean hasUnsentData() {
        return !toSend.isEmpty() || outboundCiphertext.holdsData();
    }

    /**
     * Sets how much is kept. Takes effect on what comes next.
     *
     * @param newLimits the limits
     */
    public void setLimits(ConnectionLimits newLimits) {
        limits = newLimits;
    }

    /**
     * Says whether the engine takes no more plaintext before it has received something.
     *
     * @return true if a writer has to wait for the peer's bytes
     */
    public boolean needsInputToSend() {
        return wrapBlocked;
    }

    /**
     * Says whether this connection was, or was to be, protected.
     *
     * @return true from {@link #startTls} on
     */
    public boolean hasBegunTls() {
        return begunTls;
    }

    // ---- starting ----

    /** Lets bytes pass unprotected. */
    public void startPlain() {
        become(Phase.PLAIN);
    }

    /** Hands what was written in the unprotected phase to the transport's buffer as far as it fits, before an upgrade. */
    public void handOverPlaintext() {
        if (phase == Phase.PLAIN) {
            movePlain(Integer.MAX_VALUE);
        }
    }

    /**
     * Begins TLS. What was written in the unprotected phase goes out in the clear first; what was written before any
     * phase waits for the handshake. Bytes that were received and not read are a failure: they came before the upgrade
     * and must not be taken for protected ones (STARTTLS injection), nor may they feed the engine.
     *
     * @param source makes engine and context
     * @param awaitServerName true on servers that choose by the name in ClientHello: the engine is made when it is there
     * @throws TlsContextException if the backend refuses; the connection is unchanged, and nothing was sent
     * @throws IllegalStateException if TLS was begun before or the connection has ended
     */
    public void startTls(TlsSetup.Source source, boolean awaitServerName) throws TlsContextException {
        if (phase != Phase.NEW && phase != Phase.PLAIN) {
            throw new IllegalStateException("cannot begin TLS in phase " + phase + ", expected NEW or PLAIN");
        }
        boolean upgrade = phase == Phase.PLAIN;
        if (awaitServerName) {
            pendingSource = source;
        } else {
            adopt(source.open(engineListener, Optional.empty()));
        }
        handOverPlaintext();
        // What found no room goes in the clear as well, before the first record.
        clearBytes = upgrade ? toSend.readableBytes() : 0;
        begunTls = true;
        become(Phase.HANDSHAKING);
        if (upgrade && (!received.holdsNothing() || inboundCiphertext.readableBytes() > 0)) {
            int bytes = received.readableBytes() + inboundCiphertext.readableBytes();
            received.clear();
            fail(
                    ConnectionFailure.of(
                            SslSocketError.SSL_HANDSHAKE_FAILED,
                            bytes
                                    + " unprotected bytes were left at the upgrade to TLS, expected none: they could be injected"));
        }
    }

    /**
     * Makes what looks at records before the engine does.
     *
     * @param handshakeLimitBytes the largest handshake to accept
     * @return a new inspector for this connection
     */
    protected RecordInspector inspector(int handshakeLimitBytes) {
        return new RecordInspector(handshakeLimitBytes);
    }

    private void adopt(TlsSetup setup) {
        tls = setup;
        engine = new CheckedEngine(setup.engine());
        inspector = inspector(limits.handshakeBytes());
        pendingSource = null;
        LiveCounts.ENGINES.acquired();
        // A client speaks first; a server's engine answers that it needs input, which costs nothing.
        wantsWrap = true;
    }

    // ---- the application's side ----

    /**
     * Says whether more may be written.
     *
     * @return true if the outbound direction is open and no close was asked for
     */
    public boolean canWrite() {
        return outbound == Half.OPEN && !closeRequested && !phase.isFinal();
    }

    /**
     * Says whether the queue for writing is below its limit.
     *
     * @return true if {@link #write} would take something
     */
    public boolean hasWriteRoom() {
        return toSend.readableBytes() < limits.writeBytes();
    }

    /**
     * Queues plaintext, as far as the write limit allows.
     *
     * @param source its position advances by the bytes taken
     * @return how many bytes were taken, 0 if the queue is full
     * @throws IllegalStateException unless {@link #canWrite()}
     */
    public int write(ByteBuffer source) {
        if (!canWrite()) {
            throw new IllegalStateException("outbound direction is " + outbound + " in phase " + phase);
        }
        int room = limits.writeBytes() - toSend.readableBytes();
        return room <= 0 ? 0 : toSend.append(source, room);
    }

    /**
     * Encrypts plaintext at once, without a copy into the queue, as far as the ciphertext buffer has room.
     *
     * @param source borrowed; its reader index advances by the bytes taken
     * @return how many bytes were taken; 0 whenever the queue has to be used
     */
    public int encrypt(ByteBuf source) {
        if (phase != Phase.ESTABLISHED || !canWrite() || !toSend.isEmpty()) {
            return 0;
        }
        int before = source.readableBytes();
        moveOutbound(source);
        return before - source.readableBytes();
    }

    /**
     * Takes received plaintext.
     *
     * @param target filled as far as there is something
     * @return how many bytes were taken
     */
    public int read(ByteBuffer target) {
        return received.read(target);
    }

    /**
     * Decrypts straight into the reader's buffer. Only when nothing is queued.
     *
     * @param target borrowed; whole records are appended at its writer index as long as they fit
     * @param roomBytes how much of the target may be filled
     * @return how many bytes were appended
     */
    public int decrypt(ByteBuf target, int roomBytes) {
        if (phase != Phase.ESTABLISHED || !received.isEmpty() || received.inTransaction()) {
            return 0;
        }
        int before = target.writerIndex();
        directEnd = before + roomBytes;
        moveInbound(target);
        return target.writerIndex() - before;
    }

    /**
     * Copies received plaintext and leaves it.
     *
     * @param target filled as far as there is something
     * @return how many bytes were copied
     */
    public int peek(ByteBuffer target) {
        return received.peek(target);
    }

    /**
     * Drops received plaintext.
     *
     * @param limit the most to drop
     * @return how many bytes were dropped
     */
    public int skip(long limit) {
        return received.skip(limit);
    }

    /**
     * Finds a byte in the received plaintext.
     *
     * @param value the byte
     * @return how many bytes are before it, or -1
     */
    public int indexOf(byte value) {
        return received.indexOf(value);
    }

    /**
     * Puts bytes in front of the received plaintext.
     *
     * @param source the bytes
     */
    public void unread(ByteBuffer source) {
        received.prepend(source);
    }

    /** Remembers what is read from now on, so that it can be put back. */
    public void startTransaction() {
        received.startTransaction();
    }

    /**
     * Says whether reads are being remembered.
     *
     * @return true between start and commit or roll-back
     */
    public boolean inTransaction() {
        return received.inTransaction();
    }

    /** Forgets what was read. */
    public void commitTransaction() {
        received.commitTransaction();
    }

    /** Puts back what was read. */
    public void rollbackTransaction() {
        received.rollbackTransaction();
    }

    /** Drops received plaintext that was not read, and wipes it. */
    public void discardReceived() {
        received.clear();
    }

    /** Lets everything queued go out, then close_notify, then ends the outbound direction. A second call does nothing. */
    public void closeOutbound() {
        closeRequested = true;
    }

    /** Takes nothing more from the peer: we have said good-bye, and only wait for the transport to end. */
    public void stopReceiving() {
        if (inbound == Half.OPEN) {
            inbound = Half.ABORTED;
        }
    }

    /**
     * Starts a key update.
     *
     * @return false if the engine or the protocol has none, or the connection is not established
     */
    public boolean updateKeys() {
        CheckedEngine current = engine;
        if (phase != Phase.ESTABLISHED || outbound != Half.OPEN || task != Task.NONE || current == null) {
            return false;
        }
        boolean started = current.updateKeys();
        wantsWrap |= started;
        return started;
    }

    /**
     * Exports keying material (RFC 5705).
     *
     * @param label the label, ASCII
     * @param context the context value; null for none
     * @param lengthBytes how much is wanted
     * @return the material; empty if the connection is not established or the engine has none
     */
    public Optional<byte[]> exportKeyingMaterial(String label, byte @Nullable [] context, int lengthBytes) {
        CheckedEngine current = engine;
        return phase != Phase.ESTABLISHED || task != Task.NONE || current == null
                ? Optional.empty()
                : current.exportKeyingMaterial(label, context, lengthBytes);
    }

    // ---- the transport's side ----

    /**
     * Says whether bytes from the transport are wanted now.
     *
     * @return false while plaintext waits beyond the read limit, while the peer is being judged, and after the end
     */
    public boolean wantsInput() {
        // Without room a selector would report readiness for ever: nobody could take what it reports.
        if (inbound != Half.OPEN || transportEnded || inboundCiphertext.isFilling() || !inboundCiphertext.hasRoom()) {
            return false;
        }
        return switch (phase) {
            case NEW, VERIFYING, CLOSED, FAILED -> false;
            case HANDSHAKING -> true;
            case PLAIN, ESTABLISHED -> hasReadRoom();
        };
    }

    /**
     * Lends room to fill with bytes from the transport. {@link #endFill} must follow.
     *
     * @return the room, or null if no bytes are wanted now
     */
    public @Nullable ByteBuffer beginFill() {
        return wantsInput() ? inboundCiphertext.beginFill() : null;
    }

    /**
     * Says whether the transport should still be read, only to see it end: nothing that comes is of interest any more
     * (RFC 8446 §6.1: data after a closure alert is ignored).
     *
     * @return true if the inbound direction has ended and the transport has not
     */
    public boolean wantsTransportEnd() {
        return inbound != Half.OPEN && !transportEnded;
    }

    /**
     * Takes the room back.
     *
     * @param bytes how many bytes the transport gave, 0 or more
     */
    public void endFill(int bytes) {
        inboundCiphertext.endFill(bytes);
    }

    /** The transport has ended: nothing comes after what was filled in. */
    public void transportEnded() {
        transportEnded = true;
    }

    /**
     * Lends bytes for the transport. {@link #endDrain} must follow.
     *
     * @return the bytes, or null if there are none or they are lent already
     */
    public @Nullable ByteBuffer beginDrain() {
        return outboundCiphertext.beginDrain();
    }

    /**
     * Takes the bytes back.
     *
     * @param bytes how many the transport took, 0 or more
     */
    public void endDrain(int bytes) {
        outboundCiphertext.endDrain(bytes);
    }

    // ---- tasks ----

    /** Work that may take long and runs outside the lock. */
    public interface EngineTask {
        /**
         * Takes the task for this caller. Whoever gets false must neither run nor finish it: the connection has ended, or
         * another thread has it.
         *
         * @return true once
         */
        boolean claim();

        /**
         * Does the work. Called once, after {@link #claim()}, without the socket's lock, on any thread; may wait if verification may.
         */
        void run();

        /** Brings the result in. Called once, after {@link #run()}, under the socket's lock. */
        void finish();
    }

    /**
     * Says whether work waits to be taken.
     *
     * @return true if {@link #takeTask()} will give some
     */
    public boolean hasTask() {
        return task == Task.ENGINE_WAITING || task == Task.CONCLUSION_WAITING;
    }

    /**
     * Says whether work was taken and has not come back.
     *
     * @return true between {@link #takeTask()} and the end of {@link EngineTask#finish()}
     */
    public boolean isTaskRunning() {
        return task == Task.RUNNING;
    }

    /**
     * Gives out the work that waits. Until its result is brought in, the engine is left alone.
     *
     * @return the work, to be run and finished exactly once
     * @throws IllegalStateException unless {@link #hasTask()}
     */
    public EngineTask takeTask() {
        TlsSetup setup = tls;
        if (!hasTask() || setup == null) {
            throw new IllegalStateException("no engine task waits");
        }
        EngineTask taken = task == Task.ENGINE_WAITING
                ? new HandshakeTask(setup.engine())
                : new ConclusionTask(setup.gate(), negotiated);
        task = Task.RUNNING;
        runningTask = taken;
        return taken;
    }

    /** Notes that somebody is being asked about the peer. */
    public void verificationPending() {
        if (phase == Phase.HANDSHAKING) {
            become(Phase.VERIFYING);
        }
    }

    /** Notes that the answer is there. */
    public void verificationAnswered() {
        if (phase == Phase.VERIFYING) {
            become(Phase.HANDSHAKING);
            // An engine that suspended itself has to be called again, though nothing may have come in meanwhile.
            wantsWrap |= !engineHandshakeDone;
        }
        if (task == Task.NONE && engineHandshakeDone && phase == Phase.HANDSHAKING) {
            task = Task.CONCLUSION_WAITING;
        }
    }

    private final class HandshakeTask implements EngineTask {
        private final TlsEngine taskEngine;
        /** Null until the task ended; it may end by an error that is not even an exception. */
        private @Nullable EngineStep step;

        /** Taken by whoever comes first: the thread that runs the task, or the end of the connection. */
        private final AtomicBoolean claimed = new AtomicBoolean();

        HandshakeTask(TlsEngine taskEngine) {
            this.taskEngine = taskEngine;
        }

        @Override
        public boolean claim() {
            return claimed.compareAndSet(false, true);
        }

        @Override
        public void run() {
            try {
                step = taskEngine.runTask();
            } catch (RuntimeException e) {
                step = EngineStep.failed(e, null);
            } catch (Error e) {
                step = EngineStep.failed(e, null);
                throw e; // whoever lent the thread learns of it, too: the task may have run user code
            }
        }

        @Override
        public void finish() {
            if (taskReturned()) {
                idleCalls = 0;
                EngineStep result = step;
                handleStep(
                        result != null
                                ? result
                                : EngineStep.failed(new IllegalStateException("engine task did not end"), null),
                        0,
                        0,
                        true);
            }
        }
    }

    private final class ConclusionTask implements EngineTask {
        private final PeerGate gate;
        private final SessionFacts negotiated;
        private final AtomicBoolean claimed = new AtomicBoolean();
        private PeerGate.@Nullable Conclusion conclusion;

        ConclusionTask(PeerGate gate, SessionFacts negotiated) {
            this.gate = gate;
            this.negotiated = negotiated;
        }

        @Override
        public boolean claim() {
            return claimed.compareAndSet(false, true);
        }

        @Override
        public void run() {
            conclusion = gate.conclude(negotiated);
        }

        @Override
        public void finish() {
            PeerGate.Conclusion result = conclusion;
            if (taskReturned()) {
                if (result == null) {
                    fail(ConnectionFailure.of(
                            SslSocketError.SSL_INTERNAL, "verification of the peer ended without a verdict"));
                } else {
                    conclude(result, negotiated);
                }
            }
        }
    }

    /** Gives the engine back to the loop, or releases it if the connection ended meanwhile. */
    private boolean taskReturned() {
        task = Task.NONE;
        runningTask = null;
        if (released) {
            releaseEngine();
            return false;
        }
        if (phase.isFinal()) {
            return false;
        }
        if (phase == Phase.VERIFYING) {
            become(Phase.HANDSHAKING);
        }
        return true;
    }

    // ---- the loop ----

    /**
     * Moves what can be moved, then stops.
     *
     * @return true if the turn's budget was used up and there may be more to move at once
     */
    public boolean transmit() {
        int recordsBefore = recordsMoved;
        boolean moved;
        do {
            moved = moveOutbound(null);
            moved |= moveInbound(null);
        } while (moved && recordsMoved - recordsBefore < MAX_RECORDS_PER_TURN);
        return moved;
    }

    private boolean moveOutbound(@Nullable ByteBuf direct) {
        if (task != Task.NONE || outbound != Half.OPEN || outboundCiphertext.isDraining()) {
            return false;
        }
        return switch (phase) {
            case NEW -> finishUnstartedOutbound();
            case VERIFYING, CLOSED, FAILED -> false;
            case PLAIN -> movePlainOutbound();
            case HANDSHAKING, ESTABLISHED -> clearBytes > 0 ? moveClearBytes() : wrapRecords(direct);
        };
    }

    /** Nothing was begun, so there is nothing to say good-bye to. */
    private boolean finishUnstartedOutbound() {
        if (!closeRequested) {
            return false;
        }
        outbound = Half.CLOSE_NOTIFY;
        return true;
    }

    private boolean movePlainOutbound() {
        boolean moved = movePlain(PLAIN_BATCH_BYTES) > 0;
        if (closeRequested && toSend.isEmpty() && outbound == Half.OPEN) {
            // Unprotected, the transport's own end is the only good-bye there is.
            outbound = Half.CLOSE_NOTIFY;
            moved = true;
        }
        return moved;
    }

    private boolean moveClearBytes() {
        int bytes = movePlain(clearBytes);
        clearBytes -= bytes;
        return bytes > 0;
    }

    /** Hands on bytes as they are, as far as there is room. */
    private int movePlain(int limit) {
        int left = limit;
        while (left > 0 && !toSend.isEmpty()) {
            ByteBuf chunk = toSend.head();
            if (chunk == null) {
                break;
            }
            int bytes = Math.min(chunk.readableBytes(), left);
            ByteBuf out = outboundCiphertext.room(bytes, 0);
            if (out == null) {
                break;
            }
            out.writeBytes(chunk, bytes);
            toSend.consumed(bytes);
            events.plaintextSent(bytes);
            left -= bytes;
        }
        return limit - left;
    }

    private boolean wrapRecords(@Nullable ByteBuf direct) {
        CheckedEngine current = engine;
        if (current == null) {
            return finishUnstartedOutbound();
        }
        boolean moved = false;
        while (task == Task.NONE && outbound == Half.OPEN && !phase.isFinal() && phase != Phase.VERIFYING) {
            ByteBuf source = plaintextToWrap(direct);
            if (!wantsWrap && !source.isReadable() && !askForCloseNotify(current)) {
                break;
            }
            int roomBytes = current.outputRoomBytes();
            ByteBuf out = outboundCiphertext.room(roomBytes, pendingPlaintext(direct));
            if (out == null) {
                break; // would block: everything stays queued until the transport has taken some
            }
            boolean offered = source.isReadable();
            EngineStep step = current.wrap(source, out);
            int consumed = current.consumed();
            int produced = current.produced();
            boolean idle = consumed == 0 && produced == 0;
            wrapBlocked = offered && idle && isWaitForPeer(step);
            unwrapBlocked = false;
            outboundCiphertext.releaseIfEmpty();
            if (consumed > 0) {
                outboundCiphertext.dataAppended();
                if (direct == null) {
                    toSend.consumed(consumed);
                }
                events.plaintextSent(consumed);
            }
            boolean progressed = handleStep(step, consumed, produced, false);
            moved |= progressed;
            // Data was offered, none was taken, and nothing is said to be lacking: asked again until it counts as
            // stuck.
            boolean baseless = offered && idle && step.kind() == EngineStep.Kind.PROGRESSED;
            if (!progressed && !baseless && !askForCloseNotify(current)) {
                break;
            }
        }
        return moved;
    }

    private static boolean isWaitForPeer(EngineStep step) {
        return step.kind() == EngineStep.Kind.NEEDS_UNWRAP || step.kind() == EngineStep.Kind.NEEDS_INPUT;
    }

    private ByteBuf plaintextToWrap(@Nullable ByteBuf direct) {
        // Not one application byte before the peer is verified, whatever the engine would take.
        if (phase != Phase.ESTABLISHED || proof == null || wrapBlocked || engineCloseAsked) {
            return Unpooled.EMPTY_BUFFER;
        }
        if (direct != null) {
            return direct;
        }
        ByteBuf head = toSend.head();
        return head == null ? Unpooled.EMPTY_BUFFER : head;
    }

    private int pendingPlaintext(@Nullable ByteBuf direct) {
        if (phase != Phase.ESTABLISHED) {
            return 0;
        }
        return direct != null ? direct.readableBytes() : toSend.readableBytes();
    }

    /** Asks the engine for close_notify once everything queued has gone. True if it was asked now. */
    private boolean askForCloseNotify(CheckedEngine current) {
        if (!closeRequested || engineCloseAsked || (phase == Phase.ESTABLISHED && !toSend.isEmpty())) {
            return false;
        }
        engineCloseAsked = true;
        wantsWrap = true;
        current.closeOutbound();
        return true;
    }

    private boolean moveInbound(@Nullable ByteBuf direct) {
        if (inbound != Half.OPEN || task != Task.NONE || inboundCiphertext.isFilling()) {
            return false;
        }
        return switch (phase) {
            case NEW, VERIFYING, CLOSED, FAILED -> false;
            case PLAIN -> movePlainInbound();
            case HANDSHAKING, ESTABLISHED -> pendingSource == null ? unwrapRecords(direct) : awaitServerName();
        };
    }

    private boolean movePlainInbound() {
        ByteBuf in = inboundCiphertext.readable();
        int room = limits.readBytes() - received.readableBytes();
        boolean moved = false;
        if (in != null && room > 0) {
            int bytes = received.append(in, room);
            inboundCiphertext.releaseIfEmpty();
            events.plaintextReceived(bytes);
            moved = true;
        }
        if (transportEnded && inboundCiphertext.readable() == null) {
            fail(ConnectionFailure.of(SslSocketError.REMOTE_HOST_CLOSED, "the remote host closed the connection"));
            moved = true;
        }
        return moved;
    }

    private boolean awaitServerName() {
        TlsSetup.Source source = pendingSource;
        ByteBuf in = inboundCiphertext.readable();
        if (source == null || (in == null && !transportEnded)) {
            return false;
        }
        if (in != null) {
            RecordInspector first = inspector(limits.handshakeBytes());
            if (first.inspect(in) < 0) {
                failProtocol(first.violation(), AlertDescription.UNEXPECTED_MESSAGE);
                return true;
            }
        }
        ClientHelloServerName hello = in == null
                ? ClientHelloServerName.INCOMPLETE
                : ClientHelloServerName.read(in, Math.min(limits.handshakeBytes(), InboundCiphertext.RECORD_BYTES));
        if (!hello.isComplete()) {
            if (transportEnded) {
                return truncated();
            }
            if (in != null && inboundCiphertext.hasRoom()) {
                return false;
            }
        }
        if (!hello.isComplete() || hello == ClientHelloServerName.UNREADABLE) {
            // Not "no name": the default configuration may demand less of a client than that of the name.
            pendingSource = null;
            failProtocol("ClientHello cannot be read, expected one with a server name", AlertDescription.DECODE_ERROR);
            return true;
        }
        serverNameChosenBy = Optional.of(hello.name().orElse(""));
        try {
            adopt(source.open(engineListener, hello.name()));
        } catch (TlsContextException e) {
            pendingSource = null;
            fail(ConnectionFailure.of(SslSocketError.SSL_INVALID_USER_DATA, String.valueOf(e.getMessage()), e));
        } catch (RuntimeException | LinkageError e) {
            pendingSource = null;
            fail(ConnectionFailure.of(SslSocketError.SSL_INTERNAL, "backend failed to make an engine", e));
        }
        return true;
    }

    private boolean unwrapRecords(@Nullable ByteBuf direct) {
        CheckedEngine current = engine;
        RecordInspector records = inspector;
        boolean moved = false;
        while (current != null && records != null && mayUnwrap(direct)) {
            ByteBuf in = inboundCiphertext.readable();
            int recordBytes = in == null ? 0 : records.inspect(in);
            if (recordBytes < 0) {
                failProtocol(records.violation(), AlertDescription.UNEXPECTED_MESSAGE);
                return true;
            }
            if (in == null || recordBytes == 0) {
                return transportEnded ? truncated() : moved;
            }
            if (!headAdmitted && !records.admit(in, recordBytes)) {
                failProtocol(records.violation(), AlertDescription.DECODE_ERROR);
                return true;
            }
            headAdmitted = true;
            if (!peerHasBegun) {
                peerHasBegun = true;
                events.peerHasBegun();
            }
            int room = Math.max(recordBytes, minimumOutputRoom(current));
            if (direct != null && directEnd - direct.writerIndex() < room) {
                return moved;
            }
            ByteBuf out = direct != null ? direct : received.tail(room);
            EngineStep step = current.unwrap(in, recordBytes, out);
            directOverrun = direct != null && direct.writerIndex() > directEnd;
            if (direct != null && directOverrun) {
                direct.writerIndex(directEnd);
            }
            if (direct == null && step.kind() == EngineStep.Kind.FAILED && out.refCnt() > 0) {
                // What a failed engine has left behind the index may be plaintext; nobody else wipes it.
                out.setZero(out.writerIndex(), out.writableBytes());
            }
            boolean progressed = unwrapped(step, current, direct == null);
            moved |= progressed;
            if (!progressed) {
                return moved;
            }
        }
        return moved;
    }

    private boolean mayUnwrap(@Nullable ByteBuf direct) {
        return inbound == Half.OPEN
                && task == Task.NONE
                && switch (phase) {
                    // After a good-bye in the middle of the handshake nothing that comes can matter any more.
                    case HANDSHAKING -> !wantsWrap && !engineHandshakeDone && outbound == Half.OPEN;
                    case ESTABLISHED -> !unwrapBlocked && (direct != null || hasReadRoom());
                    case NEW, PLAIN, VERIFYING, CLOSED, FAILED -> false;
                };
    }

    private int minimumOutputRoom(CheckedEngine current) {
        return fullOutputRoom ? current.outputRoomBytes() : 0;
    }

    private boolean unwrapped(EngineStep step, CheckedEngine current, boolean queued) {
        int consumed = current.consumed();
        int produced = current.produced();
        inboundCiphertext.releaseIfEmpty();
        if (consumed > 0) {
            headAdmitted = false;
            wrapBlocked = false;
            recordsMoved++;
        }
        unwrapBlocked = consumed == 0
                && produced == 0
                && step.kind() == EngineStep.Kind.NEEDS_WRAP
                && outbound == Half.OPEN; // else it would wait for ever, and counts as stuck instead
        boolean early = produced > 0 && proof == null;
        if (directOverrun) {
            fail(ConnectionFailure.of(
                    SslSocketError.SSL_INTERNAL, "engine gave " + produced + " bytes, more than the record can hold"));
            return true;
        }
        if (queued) {
            received.appended(produced);
        }
        if (early) {
            received.clear();
            failProtocol("application data before the peer was verified", AlertDescription.UNEXPECTED_MESSAGE);
            return true;
        }
        if (produced > 0) {
            repetitions.data();
            if (queued) {
                events.plaintextReceived(produced);
            }
        } else if (consumed > 0 && phase == Phase.ESTABLISHED) {
            repetitions.recordWithoutData();
        }
        if (step.kind() == EngineStep.Kind.NEEDS_INPUT && consumed == 0) {
            fail(ConnectionFailure.of(
                    SslSocketError.SSL_INTERNAL, "engine asks for more input although a whole record was offered"));
            return true;
        }
        boolean progressed = handleStep(step, consumed, produced, true);
        String excess = repetitions.excess();
        if (excess != null && !phase.isFinal()) {
            failProtocol(excess, AlertDescription.UNEXPECTED_MESSAGE);
        }
        return progressed;
    }

    /** Reads every kind of step, from whichever call it came. True if it is worth calling the engine again. */
    private boolean handleStep(EngineStep step, int consumed, int produced, boolean fromUnwrap) {
        boolean moved = consumed > 0 || produced > 0;
        if (moved) {
            idleCalls = 0;
            if (!fromUnwrap) {
                recordsMoved++;
            }
        } else if (++idleCalls > MAX_IDLE_CALLS) {
            // An engine that reports steps and moves nothing would keep us here for ever.
            fail(ConnectionFailure.of(
                    SslSocketError.SSL_INTERNAL,
                    "engine made no progress in " + MAX_IDLE_CALLS + " calls, last step " + step));
            return true;
        }
        boolean again = switch (step.kind()) {
            case PROGRESSED, NEEDS_INPUT, NEEDS_UNWRAP -> {
                if (!fromUnwrap) {
                    wantsWrap = engineCloseAsked && moved; // until the engine says that it is closed
                }
                // A whole record was offered: whoever takes none of it and lacks nothing is asked until it counts as
                // stuck.
                yield moved || fromUnwrap;
            }
            case NEEDS_OUTPUT_ROOM -> handleLackOfRoom(fromUnwrap);
            case NEEDS_WRAP -> {
                wantsWrap = true;
                yield true;
            }
            case NEEDS_TASK -> {
                task = Task.ENGINE_WAITING;
                yield true;
            }
            case NEEDS_VERIFICATION -> {
                suspend();
                yield true;
            }
            case CLOSED -> {
                if (fromUnwrap) {
                    peerClosed();
                } else {
                    engineClosedOutbound();
                }
                yield true;
            }
            case FAILED -> {
                engineFailed(step);
                yield true;
            }
        };
        if (engineHandshakeDone && phase == Phase.HANDSHAKING && task == Task.NONE && !wantsWrap) {
            handshakeEnded();
            return true;
        }
        return again;
    }

    /** Waits for the answer about the peer, unless it has come before the engine's step did. */
    private void suspend() {
        TlsSetup setup = tls;
        if (setup != null && setup.gate().isWaiting()) {
            verificationPending();
        } else {
            wantsWrap = true;
        }
    }

    private boolean handleLackOfRoom(boolean fromUnwrap) {
        if (fromUnwrap && !fullOutputRoom) {
            fullOutputRoom = true;
            return true;
        }
        if (!fromUnwrap && outboundCiphertext.readableBytes() > 0) {
            // The transport has to take what is there first. However often a turn finds it so, the engine is not stuck.
            idleCalls = 0;
            return false;
        }
        fail(ConnectionFailure.of(
                SslSocketError.SSL_INTERNAL, "engine asks for more output room than it said it needs"));
        return true;
    }

    // ---- the end of the handshake ----

    /** The engine says that it is done. What it negotiated and with whom is judged before a byte may pass. */
    private void handshakeEnded() {
        TlsSetup setup = tls;
        if (setup == null) {
            return;
        }
        negotiated = readFacts(setup);
        Optional<String> violation = setup.policy().violation(negotiated).or(() -> nameViolation(negotiated));
        if (violation.isPresent()) {
            failProtocol(violation.get(), AlertDescription.ILLEGAL_PARAMETER);
            return;
        }
        // Outside the lock: judging may be slow and may be the user's code.
        task = Task.CONCLUSION_WAITING;
    }

    /** The configuration was chosen by the name that we read; an engine that reads another has served the wrong one. */
    private Optional<String> nameViolation(SessionFacts negotiated) {
        return serverNameChosenBy
                .filter(chosen -> !chosen.equals(negotiated
                        .serverName()
                        .map(ClientHelloServerName::normalized)
                        .orElse(chosen)))
                .map(chosen -> "engine read another server name than the configuration was chosen by");
    }

    private SessionFacts readFacts(TlsSetup setup) {
        try {
            return setup.engine().sessionFacts();
        } catch (RuntimeException | Error e) {
            fail(ConnectionFailure.of(
                    SslSocketError.SSL_INTERNAL, "engine failed to report the session: " + e.getMessage(), e));
            return SessionFacts.NONE;
        }
    }

    private void conclude(PeerGate.Conclusion conclusion, SessionFacts negotiated) {
        if (conclusion instanceof PeerGate.Conclusion.Passed passed) {
            establish(passed.proof(), negotiated);
        } else if (conclusion instanceof PeerGate.Conclusion.Refused refused) {
            List<SslError> errors = tls == null ? List.of() : tls.gate().errors();
            fail(
                    new ConnectionFailure(SslSocketError.SSL_HANDSHAKE_FAILED, refused.reason(), null, null, errors),
                    refused.alert());
        } else if (tls != null && tls.gate().isWaiting()) {
            verificationPending();
        } else {
            task = Task.CONCLUSION_WAITING; // the answer came while the conclusion was being drawn
        }
    }

    private void establish(PeerVerified verified, SessionFacts negotiated) {
        TlsSetup setup = tls;
        RecordInspector records = inspector;
        CheckedEngine current = engine;
        if (setup == null || records == null || current == null) {
            return;
        }
        proof = verified;
        facts = negotiated;
        records.handshakeEnded();
        if (!setup.resumable() || verified.by() == PeerVerified.By.ACCEPTED_ERRORS) {
            // What was accepted for this connection must not be taken for verified by the next one.
            current.forgetSession();
        }
        become(Phase.ESTABLISHED);
        events.encrypted();
    }

    // ---- the ends ----

    private void peerClosed() {
        CheckedEngine current = engine;
        if (phase != Phase.ESTABLISHED || current == null) {
            fail(ConnectionFailure.of(
                    SslSocketError.REMOTE_HOST_CLOSED, "the peer closed the connection during the handshake"));
            return;
        }
        inbound = Half.CLOSE_NOTIFY;
        if (!current.canHalfClose()) {
            // RFC 5246 §7.2.1: in TLS 1.2 a received close_notify ends both directions.
            closeRequested = true;
            wantsWrap = true;
        }
        events.inboundFinished();
    }

    private void engineClosedOutbound() {
        wantsWrap = false;
        if (!closeRequested) {
            fail(ConnectionFailure.of(
                    SslSocketError.SSL_INTERNAL, "engine closed the outbound direction and nobody had asked for it"));
            return;
        }
        outbound = Half.CLOSE_NOTIFY;
    }

    private boolean truncated() {
        if (phase == Phase.ESTABLISHED) {
            fail(ConnectionFailure.of(
                    SslSocketError.TRUNCATED,
                    "the transport ended without close_notify: the data may be incomplete (RFC 8446 §6.1)"));
        } else {
            fail(ConnectionFailure.of(
                    SslSocketError.REMOTE_HOST_CLOSED, "the remote host closed the connection during the handshake"));
        }
        return true;
    }

    private void failProtocol(String message, AlertDescription alert) {
        fail(ConnectionFailure.of(protocolError(), message), alert);
    }

    /** Qt's distinction: what fails before encryption is a handshake failure, what fails after it is internal to TLS. */
    private SslSocketError protocolError() {
        return phase == Phase.ESTABLISHED ? SslSocketError.SSL_INTERNAL : SslSocketError.SSL_HANDSHAKE_FAILED;
    }

    private void engineFailed(EngineStep step) {
        drainFinalAlert();
        Throwable cause = step.cause().orElse(null);
        List<SslError> errors = tls == null ? List.of() : tls.gate().errors();
        Optional<PeerVerdict.Refused> refused =
                tls == null ? Optional.empty() : tls.gate().refusal();
        TlsAlert alert = fatalAlertReceived != null
                ? fatalAlertReceived
                : fatalAlertSent != null ? fatalAlertSent : step.alert().orElse(null);
        String message;
        if (fatalAlertReceived != null) {
            message = "the peer sent " + fatalAlertReceived;
        } else if (refused.isPresent()) {
            message = refused.get().reason();
        } else {
            message = "TLS failed in phase " + phase + ": " + (cause == null ? step : cause.getMessage());
        }
        fail(new ConnectionFailure(protocolError(), message, cause, alert, refused.isPresent() ? errors : List.of()));
    }

    /** Ends the connection by an error: the transport broke, a deadline passed, or the caller found a fault. */
    public void fail(ConnectionFailure cause) {
        fail(cause, null);
    }

    /**
     * The only way out on error. The first cause wins; the alert is queued behind what was encrypted; both directions
     * end; what was received stays readable; nothing more is taken or decrypted.
     *
     * @param cause why
     * @param alert what to tell the peer, as far as the engine can; null for nothing
     */
    public void fail(ConnectionFailure cause, @Nullable AlertDescription alert) {
        if (phase.isFinal()) {
            return;
        }
        if (alert != null) {
            CheckedEngine current = engine;
            if (current != null && task == Task.NONE && current.failOutbound(alert)) {
                drainFinalAlert();
            } else if (phase == Phase.HANDSHAKING || phase == Phase.VERIFYING) {
                // Without an alert, our Finished would tell a refused peer that all is well.
                outboundCiphertext.dropUnsent();
            }
        }
        ConnectionFailure first = cause.alert() == null && fatalAlertSent != null ? cause.with(fatalAlertSent) : cause;
        failure = first;
        become(Phase.FAILED);
        if (inbound == Half.OPEN) {
            inbound = Half.ABORTED;
        }
        if (outbound == Half.OPEN) {
            outbound = Half.ABORTED;
        }
        toSend.clear();
        events.failed(first);
    }

    /** Lets a failed engine say its last word into the outgoing ciphertext. */
    private void drainFinalAlert() {
        CheckedEngine current = engine;
        for (int i = 0; i < MAX_FINAL_WRAPS && current != null && task == Task.NONE; i++) {
            ByteBuf out = outboundCiphertext.lastRoom(current.outputRoomBytes());
            if (out == null) {
                return;
            }
            current.wrap(Unpooled.EMPTY_BUFFER, out);
            boolean silent = current.produced() == 0;
            outboundCiphertext.releaseIfEmpty();
            if (silent) {
                return;
            }
        }
    }

    /**
     * Ends everything: the transport is gone or going. Engine, lease and ciphertext are released exactly once; received
     * plaintext stays readable. A second call does nothing.
     */
    public void release() {
        if (released) {
            return;
        }
        released = true;
        if (!phase.isFinal()) {
            become(Phase.CLOSED);
        }
        if (inbound == Half.OPEN) {
            inbound = Half.ABORTED;
        }
        if (outbound == Half.OPEN) {
            outbound = Half.ABORTED;
        }
        facts = SessionFacts.NONE;
        pendingSource = null;
        toSend.clear();
        inboundCiphertext.release();
        outboundCiphertext.release();
        EngineTask running = runningTask;
        // A task that nobody has begun yet (it waits in an executor, or was dropped there) will not be begun any more.
        if (task != Task.RUNNING || (running != null && running.claim())) {
            releaseEngine();
        }
    }

    private void releaseEngine() {
        TlsSetup setup = tls;
        CheckedEngine current = engine;
        if (setup == null || current == null) {
            return;
        }
        tls = null;
        engine = null;
        task = Task.NONE;
        runningTask = null;
        boolean trusted = proof != null && proof.by() != PeerVerified.By.ACCEPTED_ERRORS && failure == null;
        if (!setup.resumable() || !trusted) {
            // Again, because in TLS 1.3 the ticket comes after the handshake.
            current.forgetSession();
        }
        current.release();
        LiveCounts.ENGINES.released();
        setup.lease().release();
    }

    private void become(Phase next) {
        if (!phase.mayBecome(next)) {
            throw new IllegalStateException("connection cannot go from " + phase + " to " + next);
        }
        phase = next;
    }

    /** Hears the engine; called from within its methods. */
    private final class EngineListener implements EngineEvents {
        @Override
        public void handshakeCompleted() {
            engineHandshakeDone = true;
        }

        @Override
        public void alertSent(TlsAlert alert) {
            if (alert.level() == TlsAlert.Level.FATAL) {
                fatalAlertSent = alert;
            }
            events.alertSent(alert);
        }

        @Override
        public void alertReceived(TlsAlert alert) {
            if (alert.level() == TlsAlert.Level.FATAL) {
                fatalAlertReceived = alert;
            } else if (!alert.equals(TlsAlert.CLOSE_NOTIFY)) {
                repetitions.warning();
            }
            events.alertReceived(alert);
        }

        @Override
        public void sessionTicketReceived() {
            repetitions.ticket();
            // In TLS 1.2 a ticket is part of the handshake (RFC 5077 §3.1), and no news of its own.
            if (phase == Phase.ESTABLISHED) {
                events.sessionTicketReceived();
            }
        }

        @Override
        public void keyUpdateReceived() {
            repetitions.keyUpdate();
        }
    }
}
