package dev.sluice.examples.conscrypt;

import dev.sluice.AlertDescription;
import dev.sluice.SslProtocol;
import dev.sluice.TlsAlert;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsEngine;
import io.netty.buffer.ByteBuf;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Conscrypt's {@link SSLEngine} behind the seam.
 *
 * <p>Conscrypt has no delegated tasks: it signs, and shows the peer's certificates, inside {@code unwrap}. So as long as the
 * handshake lasts, {@link #unwrap} only sets a record aside and says {@link EngineStep#NEEDS_TASK}; {@link #runTask()} feeds it
 * to Conscrypt. There verification may wait, and the user's code runs without the lock of the socket.
 *
 * <p><b>Threads:</b> one at a time, as the seam has it.
 *
 * <p><b>Invariant:</b> after the first failure nothing goes into Conscrypt any more, and nothing comes out but one alert.
 * Every later step is that failure.
 */
final class ConscryptEngine implements TlsEngine {
    /**
     * More than the 17 KiB that Conscrypt (2.9) holds ready at once, and hands out all together or not at all: with this much
     * room it never says BUFFER_OVERFLOW, which it does also where bytes have moved.
     */
    static final int ROOM_BYTES = Records.MAXIMUM_BYTES;

    private static final System.Logger LOGGER = System.getLogger(ConscryptEngine.class.getName());
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SSLEngine engine;
    private final EngineSpec spec;
    private final PeerJudge judge;
    private final AlpnSelector selector;
    private final EngineEvents events;
    private final Runnable onRelease;

    private boolean begun;
    private boolean handshakeEnded;
    private boolean inboundClosed;
    private boolean closeAsked;
    private boolean released;
    private SessionFacts facts = SessionFacts.NONE;
    private @Nullable EngineStep failure;

    /** The record that the task is to take in. */
    private @Nullable ByteBuffer setAside;
    /** An alert that came in during a task, which must not tell of it. */
    private @Nullable TlsAlert heard;
    /** What {@link #wrap} says last: an alert of our own, or whatever Conscrypt has. */
    private LastWord lastWord = LastWord.SAID;

    private volatile boolean closeWanted;

    private enum LastWord {
        CONSCRYPTS,
        NO_APPLICATION_PROTOCOL,
        SAID
    }

    ConscryptEngine(
            SSLEngine engine,
            EngineSpec spec,
            PeerJudge judge,
            AlpnSelector selector,
            EngineEvents events,
            Runnable onRelease) {
        this.engine = engine;
        this.spec = spec;
        this.judge = judge;
        this.selector = selector;
        this.events = events;
        this.onRelease = onRelease;
    }

    // ---- receiving ----

    @Override
    public EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext) {
        requireLiving();
        tell();
        EngineStep failed = failure;
        if (failed != null) {
            return failed;
        }
        if (setAside != null) {
            return EngineStep.NEEDS_TASK;
        }
        if (inboundClosed) {
            return EngineStep.CLOSED;
        }
        int record = Records.wholeRecord(ciphertext);
        if (record == 0) {
            return EngineStep.NEEDS_INPUT;
        }
        return handshakeEnded ? decrypt(ciphertext, record, plaintext) : setAside(ciphertext, record);
    }

    private EngineStep setAside(ByteBuf ciphertext, int record) {
        boolean mustSpeakFirst = spec.side() == Side.CLIENT && !begun;
        if (mustSpeakFirst || engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            return EngineStep.NEEDS_WRAP; // Conscrypt takes nothing in before it was emptied
        }
        byte[] copy = new byte[record];
        ciphertext.readBytes(copy);
        setAside = ByteBuffer.wrap(copy);
        return EngineStep.NEEDS_TASK;
    }

    @Override
    public EngineStep runTask() {
        requireLiving();
        EngineStep failed = failure;
        ByteBuffer record = setAside;
        if (failed != null || record == null) {
            return failed != null ? failed : EngineStep.NEEDS_UNWRAP;
        }
        ByteBuffer nowhere = ByteBuffer.allocate(1); // without any room, Conscrypt does not look for close_notify
        judge.enterTask();
        try {
            begun = true;
            SSLEngineResult result = engine.unwrap(record, nowhere);
            if (selector.hasMismatch()) {
                return giveUp(
                        "client offers no application protocol of " + spec.applicationProtocols(),
                        LastWord.NO_APPLICATION_PROTOCOL);
            }
            if (record.hasRemaining() || nowhere.position() > 0) {
                return giveUp(
                        "Conscrypt left " + record.remaining() + " bytes of a handshake record and gave "
                                + nowhere.position() + " bytes of data, expected 0 and 0",
                        LastWord.SAID);
            }
            return afterTask(result);
        } catch (SSLException | RuntimeException e) {
            return fail(e);
        } finally {
            judge.leaveTask();
            setAside = null;
        }
    }

    private EngineStep afterTask(SSLEngineResult result) {
        return switch (result.getStatus()) {
            case CLOSED -> {
                inboundClosed = true;
                heard = TlsAlert.CLOSE_NOTIFY;
                yield EngineStep.CLOSED;
            }
            case BUFFER_UNDERFLOW, BUFFER_OVERFLOW -> unexpected(result);
            case OK ->
                switch (result.getHandshakeStatus()) {
                    case NEED_WRAP -> EngineStep.NEEDS_WRAP; // also where only the end is to be told: wrap does
                    case NEED_UNWRAP -> EngineStep.NEEDS_UNWRAP;
                    case FINISHED, NOT_HANDSHAKING, NEED_TASK, NEED_UNWRAP_AGAIN -> unexpected(result);
                };
        };
    }

    private EngineStep decrypt(ByteBuf ciphertext, int record, ByteBuf plaintext) {
        if (Records.isHandshake(ciphertext) && !isTls13()) {
            // The connection refuses it first. A client of Conscrypt would renegotiate: two locks on that door.
            return giveUp("peer sent a handshake record after the handshake of TLSv1.2, expected none", LastWord.SAID);
        }
        // The plaintext is no longer than the fragment: with this much room nothing stays behind in Conscrypt.
        if (plaintext.writableBytes() < record - Records.HEADER_BYTES) {
            return EngineStep.NEEDS_OUTPUT_ROOM;
        }
        ByteBuffer source = view(ciphertext, ciphertext.readerIndex(), record);
        ByteBuffer target = view(plaintext, plaintext.writerIndex(), plaintext.writableBytes());
        int targetStart = target.position();
        try {
            SSLEngineResult result = engine.unwrap(source, target);
            int produced = target.position() - targetStart;
            ciphertext.skipBytes(record - source.remaining());
            plaintext.writerIndex(plaintext.writerIndex() + produced);
            return afterDecrypt(result, source.hasRemaining());
        } catch (SSLException | RuntimeException e) {
            ciphertext.skipBytes(record - source.remaining());
            return fail(e);
        }
    }

    private EngineStep afterDecrypt(SSLEngineResult result, boolean leftSome) {
        return switch (result.getStatus()) {
            case CLOSED -> {
                inboundClosed = true;
                events.alertReceived(TlsAlert.CLOSE_NOTIFY);
                yield EngineStep.CLOSED;
            }
            // A part of a record that is left would be taken for the head of the next.
            case OK -> leftSome ? unexpected(result) : EngineStep.PROGRESSED;
            case BUFFER_UNDERFLOW, BUFFER_OVERFLOW -> unexpected(result);
        };
    }

    // ---- sending ----

    @Override
    public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
        requireLiving();
        tell();
        EngineStep failed = failure;
        if (failed != null && lastWord == LastWord.SAID) {
            return failed;
        }
        if (ciphertext.writableBytes() < ROOM_BYTES) {
            return EngineStep.NEEDS_OUTPUT_ROOM;
        }
        if (failed != null) {
            sayLastWord(failed, ciphertext);
            return failed;
        }
        if (setAside != null) {
            return EngineStep.NEEDS_TASK;
        }
        if (closeWanted && !closeAsked) {
            closeAsked = true;
            askForCloseNotify();
        }
        if (closeAsked && !begun) {
            return EngineStep.CLOSED; // nobody has heard of us yet
        }
        begun = true;
        return encrypt(plaintext, ciphertext);
    }

    private EngineStep encrypt(ByteBuf plaintext, ByteBuf ciphertext) {
        boolean takesData = handshakeEnded && !closeAsked && plaintext.isReadable();
        ByteBuffer source = takesData ? view(plaintext, plaintext.readerIndex(), plaintext.readableBytes()) : NOTHING;
        int offered = source.remaining();
        try {
            SSLEngineResult result = wrapInto(ciphertext, source);
            plaintext.skipBytes(offered - source.remaining());
            boolean moved = offered > source.remaining() || result.bytesProduced() > 0;
            return afterWrap(result, moved);
        } catch (SSLException | RuntimeException e) {
            plaintext.skipBytes(offered - source.remaining());
            return fail(e);
        }
    }

    private EngineStep afterWrap(SSLEngineResult result, boolean moved) throws SSLException {
        return switch (result.getStatus()) {
            case CLOSED -> {
                if (moved) {
                    events.alertSent(TlsAlert.CLOSE_NOTIFY);
                }
                yield EngineStep.CLOSED;
            }
            case BUFFER_OVERFLOW, BUFFER_UNDERFLOW -> unexpected(result);
            case OK ->
                switch (result.getHandshakeStatus()) {
                    case FINISHED -> {
                        noteEndOfHandshake();
                        yield EngineStep.PROGRESSED;
                    }
                    case NEED_WRAP -> EngineStep.NEEDS_WRAP;
                    // Not after bytes: of a flight beyond 17 KiB Conscrypt (2.9) hands out a part and says NEED_UNWRAP.
                    case NEED_UNWRAP -> moved ? EngineStep.NEEDS_WRAP : EngineStep.NEEDS_UNWRAP;
                    case NOT_HANDSHAKING -> moved ? EngineStep.PROGRESSED : EngineStep.NEEDS_UNWRAP;
                    case NEED_TASK, NEED_UNWRAP_AGAIN -> unexpected(result);
                };
        };
    }

    /** Appends what Conscrypt has to send, also if it throws; tells of an alert that everybody can read. */
    private SSLEngineResult wrapInto(ByteBuf ciphertext, ByteBuffer source) throws SSLException {
        int start = ciphertext.writerIndex();
        ByteBuffer target = view(ciphertext, start, ciphertext.writableBytes());
        int targetStart = target.position();
        try {
            return engine.wrap(source, target);
        } finally {
            ciphertext.writerIndex(start + target.position() - targetStart);
            if (!closeAsked) { // else it is close_notify, of which the step tells
                Records.plaintextAlert(ciphertext, start).ifPresent(events::alertSent);
            }
        }
    }

    // ---- the end of the handshake ----

    private void noteEndOfHandshake() throws SSLException {
        facts = Negotiated.facts(engine, spec.side(), judge.shown());
        handshakeEnded = true;
        events.handshakeCompleted();
    }

    private boolean isTls13() {
        return facts.protocol().equals(Optional.of(SslProtocol.TLS_1_3));
    }

    // ---- failure ----

    /** Conscrypt has failed. The first cause stays. One more wrap yields its alert, though its status says nothing of it. */
    private EngineStep fail(Exception cause) {
        Optional<TlsAlert> alert = judge.hasRefused()
                ? Optional.of(TlsAlert.fatal(AlertDescription.CERTIFICATE_UNKNOWN)) // always, whatever the verdict says
                : AlertTexts.received(cause);
        if (!judge.hasRefused()) {
            heard = alert.orElse(null);
        }
        // An alert is not answered: what Conscrypt would say then is close_notify, as if all were well.
        return end(cause, alert, heard == null ? LastWord.CONSCRYPTS : LastWord.SAID);
    }

    /** We end it: Conscrypt knows nothing of it, and is not asked for anything more. */
    private EngineStep giveUp(String why, LastWord word) {
        Optional<TlsAlert> alert = word == LastWord.NO_APPLICATION_PROTOCOL
                ? Optional.of(TlsAlert.fatal(AlertDescription.NO_APPLICATION_PROTOCOL))
                : Optional.empty();
        return end(new SSLException(why), alert, word);
    }

    private EngineStep unexpected(SSLEngineResult result) {
        return giveUp(
                "Conscrypt answered " + result.getStatus() + ", " + result.getHandshakeStatus()
                        + " where that cannot be",
                LastWord.SAID);
    }

    private EngineStep end(Exception cause, Optional<TlsAlert> alert, LastWord word) {
        EngineStep step = EngineStep.failed(cause, alert.orElse(null));
        failure = step;
        lastWord = word;
        facts = SessionFacts.NONE;
        return step;
    }

    private void sayLastWord(EngineStep failed, ByteBuf ciphertext) {
        LastWord word = lastWord;
        lastWord = LastWord.SAID;
        switch (word) {
            case SAID -> {}
            case NO_APPLICATION_PROTOCOL -> {
                // A server chooses before its first byte, so nothing is protected yet.
                TlsAlert alert = TlsAlert.fatal(AlertDescription.NO_APPLICATION_PROTOCOL);
                Records.writeFatalAlert(ciphertext, alert);
                events.alertSent(alert);
            }
            case CONSCRYPTS -> {
                try {
                    wrapInto(ciphertext, NOTHING);
                } catch (SSLException | RuntimeException e) {
                    failed.cause().ifPresent(cause -> cause.addSuppressed(e));
                }
            }
        }
    }

    private void tell() {
        TlsAlert alert = heard;
        heard = null;
        if (alert != null) {
            events.alertReceived(alert);
        }
    }

    // ---- closing ----

    /** Takes note; the next {@link #wrap} says good-bye. */
    @Override
    public void closeOutbound() {
        closeWanted = true;
    }

    private void askForCloseNotify() {
        try {
            engine.closeOutbound();
        } catch (IllegalStateException e) {
            // In the middle of a handshake (2.9). There is no close_notify then, and the next wrap says CLOSED.
            LOGGER.log(Level.TRACE, "Conscrypt cannot be closed in the middle of a handshake", e);
        }
    }

    @Override
    public void release() {
        if (released) {
            return;
        }
        released = true;
        facts = SessionFacts.NONE;
        setAside = null;
        onRelease.run();
        dispose(engine);
    }

    /** Has Conscrypt free its native memory: only at once if both sides are closed and nothing waits to be sent. */
    static void dispose(SSLEngine engine) {
        try {
            engine.closeOutbound();
            engine.wrap(NOTHING, ByteBuffer.allocate(ROOM_BYTES));
        } catch (SSLException | RuntimeException e) {
            LOGGER.log(Level.TRACE, "Conscrypt complains about being closed", e);
        }
        try {
            engine.closeInbound();
        } catch (SSLException | RuntimeException e) {
            LOGGER.log(Level.TRACE, "Conscrypt complains about being closed", e);
        }
    }

    // ---- what Conscrypt cannot do, and does not declare ----

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

    @Override
    public Optional<byte[]> exportKeyingMaterial(String label, byte @Nullable [] contextValue, int lengthBytes) {
        return Optional.empty();
    }

    /** No session is ever found again; see {@link ConscryptContext}. */
    @Override
    public void forgetSession() {}

    // ---- the rest ----

    @Override
    public int outputRoomBytes() {
        return ROOM_BYTES;
    }

    @Override
    public SessionFacts sessionFacts() {
        return facts;
    }

    private void requireLiving() {
        if (released) {
            throw new IllegalStateException("engine was released");
        }
    }

    /** A view without a copy, and without a new object where the buffer keeps one. */
    private static ByteBuffer view(ByteBuf buffer, int index, int length) {
        return buffer.nioBufferCount() == 1 ? buffer.internalNioBuffer(index, length) : buffer.nioBuffer(index, length);
    }

    @Override
    public String toString() {
        return "ConscryptEngine[" + spec.side() + "]";
    }
}
