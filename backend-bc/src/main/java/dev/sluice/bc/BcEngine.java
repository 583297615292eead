package dev.sluice.bc;

import dev.sluice.AlertDescription;
import dev.sluice.TlsAlert;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsEngine;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.bouncycastle.tls.AlertLevel;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsFatalAlertReceived;
import org.jspecify.annotations.Nullable;

/**
 * BouncyCastle's non-blocking TLS behind the seam.
 *
 * <p>BouncyCastle does everything inside the call that brings a record: key exchange, signatures, the call-back that shows
 * the peer's certificates or asks for a key. While shaking hands this engine therefore sets each record aside and has it
 * taken in by {@link #runTask()}, where all that may take long, and where call-backs may wait. After the handshake records
 * are taken in at once.
 *
 * <p><b>Copies</b> of application data in heap buffers: none but the encryption itself, which goes from the plaintext to the
 * ciphertext and back, wherever the JDK has the cipher (see {@link AeadRecordCipher}). With a cipher of BouncyCastle's own it
 * is inbound one, from the record, decrypted where it lies, to the reader; outbound two, into the array that is encrypted in
 * and from there to the ciphertext. A direct buffer costs one more each way, for BouncyCastle takes arrays only.
 *
 * <p><b>Threads:</b> one at a time, as the seam has it.
 *
 * <p><b>Invariant:</b> after the first failure nothing goes into BouncyCastle, and nothing comes out but what waits in the
 * {@link RecordSink}. Every later step is that failure.
 */
final class BcEngine implements TlsEngine {
    /** RFC 8446 §5.1, RFC 5246 §6.2.1: header 5, plaintext 2^14, and what protection may add (RFC 5246 §6.2.3). */
    private static final int RECORD_ROOM_BYTES = 5 + 16 * 1024 + 2048;

    /** A key update may go before a record of data. */
    private static final int KEY_UPDATE_ROOM_BYTES = 128;

    private static final int HEADER_BYTES = 5;
    private static final byte[] NOTHING = {};

    private final BcContext context;
    private final EngineSpec spec;
    private final Handshake handshake;
    private final PendingEvents events;
    private final RecordSink sink = new RecordSink();
    private final RecordRooms rooms = new RecordRooms();
    private final BcProtocol protocol;

    /** The record that the task takes in; empty for a client that is to begin. */
    private byte @Nullable [] setAside;

    private boolean begun;
    private boolean taskRuns;
    private boolean closeNotifyReceived;
    private boolean closeNotifySent;
    private boolean released;
    private @Nullable EngineStep failure;
    /** Where decrypted data goes during {@link #unwrap}. */
    private @Nullable ByteBuf plaintextTarget;

    private volatile boolean closeWanted;
    private volatile boolean forgetWanted;

    BcEngine(BcContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events) {
        this.context = context;
        this.spec = spec;
        this.events = new PendingEvents(events);
        this.handshake = new Handshake(context, context.crypto().forConnection(rooms), spec, verifier, this.events);
        this.protocol = spec.side() == Side.CLIENT
                ? new ClientProtocol(new BcClient(handshake), sink, new Heard())
                : new ServerProtocol(new BcServer(handshake), sink, new Heard());
    }

    // ---- receiving ----

    @Override
    public EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext) {
        EngineStep refused = refuseCall();
        if (refused != null) {
            return refused;
        }
        if (closeNotifyReceived) {
            return EngineStep.CLOSED;
        }
        int record = wholeRecord(ciphertext);
        if (record == 0) {
            return EngineStep.NEEDS_INPUT;
        }
        if (!handshake.hasEnded()) {
            if (sink.holdsSomething() || !events.isEmpty()) {
                return EngineStep.NEEDS_WRAP;
            }
            byte[] bytes = new byte[record];
            ciphertext.readBytes(bytes);
            setAside = bytes;
            return EngineStep.NEEDS_TASK;
        }
        // The plaintext is no longer than the fragment.
        if (plaintext.writableBytes() < record - HEADER_BYTES) {
            return EngineStep.NEEDS_OUTPUT_ROOM;
        }
        plaintextTarget = plaintext;
        lend(rooms.inbound(), plaintext);
        try {
            takeIn(ciphertext, record);
        } finally {
            rooms.inbound().takeBack();
            plaintextTarget = null;
        }
        events.tell();
        return afterUnwrap();
    }

    /** Lets the cipher write where its output belongs. */
    private static void lend(RecordRoom room, ByteBuf output) {
        if (output.hasArray()) {
            room.lend(output.array(), output.arrayOffset() + output.writerIndex(), output.writableBytes());
        }
    }

    /** The length of the record at the head; 0 if it is not whole. */
    private static int wholeRecord(ByteBuf ciphertext) {
        if (ciphertext.readableBytes() < HEADER_BYTES) {
            return 0;
        }
        int record = HEADER_BYTES + ciphertext.getUnsignedShort(ciphertext.readerIndex() + 3);
        return ciphertext.readableBytes() < record ? 0 : record;
    }

    private void takeIn(ByteBuf ciphertext, int record) {
        if (ciphertext.hasArray()) {
            byte[] array = ciphertext.array();
            int offset = ciphertext.arrayOffset() + ciphertext.readerIndex();
            ciphertext.skipBytes(record);
            attempt(() -> protocol.offer(array, offset, record));
        } else {
            byte[] copy = new byte[record];
            ciphertext.readBytes(copy);
            try {
                attempt(() -> protocol.offer(copy, 0, record));
            } finally {
                Arrays.fill(copy, (byte) 0); // decrypted where it lay
            }
        }
    }

    private EngineStep afterUnwrap() {
        EngineStep failed = failure;
        if (failed != null) {
            return failed;
        }
        if (closeNotifyReceived) {
            return EngineStep.CLOSED;
        }
        return sink.holdsSomething() ? EngineStep.NEEDS_WRAP : EngineStep.PROGRESSED;
    }

    // ---- the handshake ----

    @Override
    public EngineStep runTask() {
        if (released || taskRuns) {
            throw new IllegalStateException(released ? "engine was released" : "a task of this engine runs already");
        }
        EngineStep failed = failure;
        byte[] record = setAside;
        if (failed != null || record == null) {
            return failed != null ? failed : EngineStep.NEEDS_UNWRAP;
        }
        setAside = null;
        taskRuns = true;
        try {
            if (!begun) {
                begun = true;
                attempt(protocol::begin);
            }
            if (record.length > 0 && failure == null) {
                attempt(() -> protocol.offer(record, 0, record.length));
            }
        } finally {
            taskRuns = false;
        }
        EngineStep failedMeanwhile = failure;
        if (failedMeanwhile != null) {
            return failedMeanwhile;
        }
        if (closeNotifyReceived) {
            return EngineStep.CLOSED;
        }
        return sink.holdsSomething() || !events.isEmpty() ? EngineStep.NEEDS_WRAP : EngineStep.NEEDS_UNWRAP;
    }

    // ---- sending ----

    @Override
    public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
        if (released || taskRuns) {
            throw new IllegalStateException(released ? "engine was released" : "a task of this engine runs");
        }
        if (sink.holdsSomething()) {
            return drain(ciphertext);
        }
        boolean told = !events.isEmpty();
        events.tell();
        EngineStep failed = failure;
        if (failed != null) {
            return failed;
        }
        if (closeNotifySent) {
            return EngineStep.CLOSED;
        }
        if (setAside != null) {
            return EngineStep.NEEDS_TASK;
        }
        if (closeWanted) {
            return close(ciphertext);
        }
        if (!handshake.hasEnded()) {
            return begin();
        }
        if (plaintext.isReadable()) {
            return seal(plaintext, ciphertext);
        }
        return told ? EngineStep.PROGRESSED : EngineStep.NEEDS_UNWRAP;
    }

    private EngineStep drain(ByteBuf ciphertext) {
        if (!ciphertext.isWritable()) {
            return EngineStep.NEEDS_OUTPUT_ROOM;
        }
        sink.drainTo(ciphertext);
        if (sink.holdsSomething()) {
            return EngineStep.NEEDS_WRAP;
        }
        events.tell();
        EngineStep failed = failure;
        if (failed != null) {
            return failed;
        }
        if (closeNotifySent) {
            return EngineStep.CLOSED;
        }
        return handshake.hasEnded() ? EngineStep.PROGRESSED : EngineStep.NEEDS_UNWRAP;
    }

    /** A client speaks first. */
    private EngineStep begin() {
        if (spec.side() == Side.CLIENT && !begun) {
            setAside = NOTHING;
            return EngineStep.NEEDS_TASK;
        }
        return EngineStep.NEEDS_UNWRAP;
    }

    private EngineStep close(ByteBuf ciphertext) {
        closeNotifySent = true;
        if (begun) {
            attempt(handshake.hasEnded() ? protocol::sendCloseNotify : protocol::cancel);
        }
        return sink.holdsSomething() ? drain(ciphertext) : failure != null ? failure : EngineStep.CLOSED;
    }

    private EngineStep seal(ByteBuf plaintext, ByteBuf ciphertext) {
        int length = Math.min(plaintext.readableBytes(), protocol.recordLimitBytes());
        if (ciphertext.writableBytes()
                < Math.min(RECORD_ROOM_BYTES, HEADER_BYTES + length + 2048) + KEY_UPDATE_ROOM_BYTES) {
            return EngineStep.NEEDS_OUTPUT_ROOM;
        }
        sink.lend(ciphertext);
        lend(rooms.outbound(), ciphertext);
        try {
            if (plaintext.hasArray()) {
                byte[] array = plaintext.array();
                int offset = plaintext.arrayOffset() + plaintext.readerIndex();
                attempt(() -> protocol.send(array, offset, length));
            } else {
                byte[] copy = new byte[length];
                plaintext.getBytes(plaintext.readerIndex(), copy);
                try {
                    attempt(() -> protocol.send(copy, 0, length));
                } finally {
                    Arrays.fill(copy, (byte) 0);
                }
            }
        } finally {
            rooms.outbound().takeBack();
            sink.reclaim();
        }
        EngineStep failed = failure;
        if (failed != null) {
            return failed;
        }
        plaintext.skipBytes(length);
        return EngineStep.PROGRESSED;
    }

    // ---- the other methods ----

    /** Takes note; the next {@link #wrap} says good-bye. Safe while a task runs on another thread. */
    @Override
    public void closeOutbound() {
        closeWanted = true;
    }

    @Override
    public boolean failOutbound(AlertDescription description) {
        if (refuseCall() != null || (spec.side() == Side.CLIENT && !begun)) {
            return false;
        }
        TlsAlert alert = TlsAlert.fatal(description);
        failure = EngineStep.failed(new SSLException("ended with " + alert), alert);
        if (begun) {
            attempt(() -> protocol.sendFatal((short) description.number()));
        }
        speakUnprotected(alert);
        return sink.holdsSomething();
    }

    @Override
    public boolean updateKeys() {
        if (refuseCall() != null || !handshake.hasEnded() || !handshake.isTls13() || closeWanted || closeNotifySent) {
            return false;
        }
        attempt(protocol::sendKeyUpdate);
        return failure == null;
    }

    /** In TLS 1.2 a close_notify ends both directions (RFC 5246 §7.2.1). */
    @Override
    public boolean canHalfClose() {
        return handshake.isTls13();
    }

    @Override
    public int outputRoomBytes() {
        return RECORD_ROOM_BYTES + KEY_UPDATE_ROOM_BYTES;
    }

    @Override
    public SessionFacts sessionFacts() {
        return released ? SessionFacts.NONE : handshake.facts();
    }

    @Override
    public Optional<byte[]> exportKeyingMaterial(String label, byte @Nullable [] contextValue, int lengthBytes) {
        ExportedSecrets secrets = handshake.exported();
        if (released || secrets == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(secrets.export(label, contextValue, lengthBytes));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty(); // longer than the function of RFC 5869 §2.3 gives
        }
    }

    /** At once, so that nobody resumes it meanwhile; and again at the end, should a task be about to keep it. */
    @Override
    public void forgetSession() {
        forgetWanted = true;
        handshake.forgetSession();
    }

    @Override
    public void release() {
        if (released) {
            return;
        }
        if (taskRuns) {
            throw new IllegalStateException("engine is released while its task runs");
        }
        released = true;
        if (forgetWanted) {
            handshake.forgetSession();
        }
        handshake.wipe();
        sink.clear();
        setAside = null;
    }

    // ---- failing ----

    private @Nullable EngineStep refuseCall() {
        if (released || taskRuns) {
            throw new IllegalStateException(released ? "engine was released" : "a task of this engine runs");
        }
        if (failure != null) {
            return failure;
        }
        return setAside != null ? EngineStep.NEEDS_TASK : null;
    }

    /** A call into BouncyCastle. */
    @FunctionalInterface
    private interface Call {
        void run() throws IOException;
    }

    /** Calls BouncyCastle. Whatever it throws becomes the failure of this engine; the first one stays. */
    private void attempt(Call call) {
        try {
            call.run();
        } catch (TlsFatalAlertReceived e) {
            failed(e, PendingEvents.alert(AlertLevel.fatal, e.getAlertDescription()));
        } catch (TlsFatalAlert e) {
            TlsAlert alert = PendingEvents.alert(AlertLevel.fatal, e.getAlertDescription());
            failed(e, alert);
            speakUnprotected(alert);
        } catch (PskRefusal e) {
            failed(e, null); // a client that has not begun: there is nobody to tell
        } catch (IOException | RuntimeException e) {
            failed(e, TlsAlert.fatal(AlertDescription.INTERNAL_ERROR));
        }
    }

    private void failed(Exception e, @Nullable TlsAlert alert) {
        if (failure == null) {
            failure = EngineStep.failed(new SSLException("BouncyCastle: " + e.getMessage(), e), alert);
        }
    }

    /** BouncyCastle's server is silent until it has read a ClientHello; a client that sent a bad one is told all the same. */
    private void speakUnprotected(TlsAlert alert) {
        if (spec.side() == Side.SERVER && !sink.wasWrittenTo()) {
            // RFC 8446 §6: type 21, version 3.3, length 2, level, description.
            byte[] record = {21, 3, 3, 0, 2, (byte) AlertLevel.fatal, (byte) alert.number()};
            sink.write(record, 0, record.length);
            if (!begun) {
                events.alertSent(AlertLevel.fatal, (short) alert.number()); // nobody else tells of it
            }
        }
    }

    private final class Heard implements BcProtocol.Listener {
        @Override
        public void applicationData(byte[] bytes, int offset, int length) {
            ByteBuf target = plaintextTarget;
            if (target == null) {
                throw new IllegalStateException("application data outside of unwrap");
            }
            boolean inPlace = target.hasArray()
                    && bytes == target.array()
                    && offset == target.arrayOffset() + target.writerIndex();
            if (inPlace) {
                target.writerIndex(target.writerIndex() + length); // the cipher was lent this very room
            } else {
                target.writeBytes(bytes, offset, length);
            }
        }

        @Override
        public void closeNotifyReceived() {
            closeNotifyReceived = true;
        }

        @Override
        public void ticketReceived() {
            events.ticketReceived();
        }

        @Override
        public void keyUpdateReceived() {
            events.keyUpdateReceived();
        }
    }

    @Override
    public String toString() {
        return "BcEngine[" + spec.side() + ", " + context + "]";
    }
}
