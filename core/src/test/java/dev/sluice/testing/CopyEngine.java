package dev.sluice.testing;

import dev.sluice.AlertDescription;
import dev.sluice.SslCipher;
import dev.sluice.SslProtocol;
import dev.sluice.TlsAlert;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsEngine;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * An engine without cryptography that behaves as an engine should: it copies plaintext into {@link FakeRecords} after a
 * handshake of a few flights. What needs an engine and no secrecy can be tested with it, one byte at a time.
 *
 * <p>It judges its caller as well: calls after the release, at the same time, or while a task runs are noted in
 * {@link #misuse()}.
 */
public final class CopyEngine implements TlsEngine {
    /** The largest record. */
    public static final int OUTPUT_ROOM_BYTES =
            FakeRecords.HEADER_BYTES + FakeRecords.PROTECTION_BYTES + FakeRecords.MAX_PLAINTEXT_BYTES;

    /**
     * How an engine behaves.
     *
     * @param side client or server
     * @param flights how many flights the handshake has; the client sends the first, third and so on; 3 or more
     * @param flightBytes the length of the body of each flight's message
     * @param fragmentBytes the most of a message in one record
     * @param verification where the peer is judged
     * @param peer what the peer shows; a server with an empty chain asks for none
     * @param halfClose whether data may be sent after the peer's close_notify
     * @param choosesAlerts whether it can send any alert that is asked for
     * @param serverName the name in a client's hello
     */
    public record Options(
            Side side,
            int flights,
            int flightBytes,
            int fragmentBytes,
            Verification verification,
            PeerCredentials peer,
            boolean halfClose,
            boolean choosesAlerts,
            String serverName) {
        /**
         * A client with a handshake of three flights that judges its peer on the spot.
         *
         * @return the options
         */
        public static Options client() {
            return new Options(
                    Side.CLIENT, 3, 40, 1000, Verification.INLINE, PeerCredentials.NONE, true, true, "localhost");
        }

        /**
         * A server for {@link #client()}.
         *
         * @return the options
         */
        public static Options server() {
            return new Options(Side.SERVER, 3, 40, 1000, Verification.NEVER, PeerCredentials.NONE, true, true, "");
        }

        /** The same with another number of flights. */
        public Options withFlights(int number, int bytes, int fragment) {
            return new Options(side, number, bytes, fragment, verification, peer, halfClose, choosesAlerts, serverName);
        }

        /** The same with another way to judge the peer. */
        public Options withVerification(Verification newVerification, PeerCredentials newPeer) {
            return new Options(
                    side,
                    flights,
                    flightBytes,
                    fragmentBytes,
                    newVerification,
                    newPeer,
                    halfClose,
                    choosesAlerts,
                    serverName);
        }

        /** The same, but one close_notify ends both directions, as in TLS 1.2. */
        public Options withoutHalfClose() {
            return new Options(
                    side, flights, flightBytes, fragmentBytes, verification, peer, false, choosesAlerts, serverName);
        }

        /** The same, but alerts cannot be chosen. */
        public Options withoutChosenAlerts() {
            return new Options(
                    side, flights, flightBytes, fragmentBytes, verification, peer, halfClose, false, serverName);
        }
    }

    /** Where an engine has its peer judged. */
    public enum Verification {
        /** Nowhere, as on a resumption. */
        NEVER,
        /** In unwrap; a pending verdict suspends the engine. */
        INLINE,
        /** In a task; a pending verdict makes the task wait. */
        TASK
    }

    private final Options options;
    private final PeerVerifier verifier;
    private final EngineEvents events;

    private final Queue<byte[]> outgoing = new ArrayDeque<>();
    private final ByteArrayOutputStream incoming = new ByteArrayOutputStream();
    /** The next flight to be sent or received. */
    private int flight;

    private boolean established;
    private boolean taskWaits;
    private @Nullable PeerVerdict undecided;
    private @Nullable EngineStep failure;
    private @Nullable TlsAlert alertToSend;
    private boolean closeAsked;
    private boolean closeSent;
    private boolean closeReceived;
    private boolean keyUpdateUnanswered;
    private long recordsSent;
    private long recordsReceived;

    private final AtomicBoolean inCall = new AtomicBoolean();
    private final AtomicReference<@Nullable Thread> task = new AtomicReference<>();
    private final List<String> misuse = new ArrayList<>();
    private int calls;
    private int releases;
    private int renegotiations;
    private int sessionsForgotten;

    /**
     * Makes an engine.
     *
     * @param options how it behaves
     * @param verifier judges its peer
     * @param events hears what happens
     */
    public CopyEngine(Options options, PeerVerifier verifier, EngineEvents events) {
        this.options = options;
        this.verifier = verifier;
        this.events = events;
    }

    // ---- what tests ask ----

    /** Calls to wrap and unwrap. */
    public int calls() {
        return calls;
    }

    /** Calls to {@link #release()}. */
    public int releases() {
        return releases;
    }

    /** Handshake records that came after the handshake: this engine would have renegotiated. */
    public int renegotiations() {
        return renegotiations;
    }

    /** Calls to {@link #forgetSession()}. */
    public int sessionsForgotten() {
        return sessionsForgotten;
    }

    /** What the caller did and must not do. */
    public List<String> misuse() {
        return List.copyOf(misuse);
    }

    /** How many protected records were sent. */
    public long recordsSent() {
        return recordsSent;
    }

    // ---- the engine ----

    @Override
    public EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext) {
        enter("unwrap");
        try {
            calls++;
            return receive(ciphertext, plaintext);
        } finally {
            inCall.set(false);
        }
    }

    @Override
    public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
        enter("wrap");
        try {
            calls++;
            return send(plaintext, ciphertext);
        } finally {
            inCall.set(false);
        }
    }

    @Override
    public EngineStep runTask() {
        if (!task.compareAndSet(null, Thread.currentThread())) {
            misuse.add("runTask while a task runs");
        }
        try {
            if (!taskWaits) {
                misuse.add("runTask without a task");
                return EngineStep.PROGRESSED;
            }
            PeerVerdict verdict = verifier.verify(options.peer);
            if (verdict instanceof PeerVerdict.Pending pending) {
                verdict = pending.answer().join(); // waits
            }
            taskWaits = false;
            return judged(verdict);
        } finally {
            task.set(null);
        }
    }

    @Override
    public void closeOutbound() {
        enter("closeOutbound");
        closeAsked = true;
        inCall.set(false);
    }

    @Override
    public boolean failOutbound(AlertDescription description) {
        enter("failOutbound");
        inCall.set(false);
        if (!options.choosesAlerts || failure != null || closeSent) {
            return false;
        }
        fail(TlsAlert.fatal(description), "failed on request");
        return true;
    }

    @Override
    public boolean updateKeys() {
        enter("updateKeys");
        inCall.set(false);
        if (!established || closeAsked) {
            return false;
        }
        outgoing.add(FakeRecords.message(FakeRecords.KEY_UPDATE, new byte[] {1}));
        keyUpdateUnanswered = true;
        return true;
    }

    @Override
    public boolean canHalfClose() {
        return options.halfClose;
    }

    @Override
    public int outputRoomBytes() {
        return OUTPUT_ROOM_BYTES;
    }

    @Override
    public SessionFacts sessionFacts() {
        return established ? facts(options.peer) : SessionFacts.NONE;
    }

    /**
     * What this engine negotiates.
     *
     * @param peer what the peer has shown
     * @return TLS 1.3 with AES-128 and nothing else
     */
    public static SessionFacts facts(PeerCredentials peer) {
        return new SessionFacts(
                Optional.of(SslProtocol.TLS_1_3),
                SslCipher.fromName("TLS_AES_128_GCM_SHA256"),
                Optional.empty(),
                peer,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Override
    public Optional<byte[]> exportKeyingMaterial(String label, byte @Nullable [] context, int lengthBytes) {
        return Optional.empty();
    }

    @Override
    public void forgetSession() {
        enter("forgetSession");
        inCall.set(false);
        sessionsForgotten++;
    }

    @Override
    public void release() {
        if (task.get() != null) {
            misuse.add("release while a task runs");
        }
        releases++;
    }

    private void enter(String call) {
        if (releases > 0) {
            misuse.add(call + " after release");
        }
        if (task.get() != null) {
            misuse.add(call + " while a task runs");
        }
        if (!inCall.compareAndSet(false, true)) {
            misuse.add(call + " during another call");
        }
    }

    // ---- sending ----

    private EngineStep send(ByteBuf plaintext, ByteBuf ciphertext) {
        if (taskWaits) {
            return EngineStep.NEEDS_TASK;
        }
        EngineStep suspended = failure == null ? suspension() : null;
        if (suspended != null) {
            return suspended;
        }
        if (ciphertext.writableBytes() < OUTPUT_ROOM_BYTES) {
            return EngineStep.NEEDS_OUTPUT_ROOM;
        }
        if (failure != null) {
            sendAlert(ciphertext);
            return failure;
        }
        if (!established && isMine(flight)) {
            return sendHandshake(ciphertext);
        }
        if (established && !outgoing.isEmpty()) {
            byte[] message = outgoing.remove();
            sendProtected(ciphertext, FakeRecords.HANDSHAKE, message);
            return outgoing.isEmpty() ? EngineStep.PROGRESSED : EngineStep.NEEDS_WRAP;
        }
        if (closeSent) {
            return EngineStep.CLOSED;
        }
        if (closeAsked) {
            closeSent = true;
            ciphertext.writeBytes(FakeRecords.alert(TlsAlert.CLOSE_NOTIFY));
            events.alertSent(TlsAlert.CLOSE_NOTIFY);
            return EngineStep.CLOSED;
        }
        if (!established || keyUpdateUnanswered || !plaintext.isReadable()) {
            return EngineStep.NEEDS_UNWRAP;
        }
        byte[] content = new byte[Math.min(plaintext.readableBytes(), FakeRecords.MAX_PLAINTEXT_BYTES)];
        plaintext.readBytes(content);
        sendProtected(ciphertext, FakeRecords.APPLICATION_DATA, content);
        return EngineStep.PROGRESSED;
    }

    private void sendAlert(ByteBuf ciphertext) {
        TlsAlert alert = alertToSend;
        if (alert != null) {
            alertToSend = null;
            ciphertext.writeBytes(FakeRecords.alert(alert));
            events.alertSent(alert);
        }
    }

    private void sendProtected(ByteBuf ciphertext, int innerType, byte[] content) {
        ciphertext.writeBytes(FakeRecords.protectedRecord(recordsSent, innerType, content));
        recordsSent++;
    }

    private EngineStep sendHandshake(ByteBuf ciphertext) {
        if (outgoing.isEmpty()) {
            byte[] message = flight == 0
                    ? FakeRecords.clientHello(options.serverName, options.flightBytes)
                    : FakeRecords.message(flight == 1 ? 2 : 20, new byte[options.flightBytes]);
            for (int at = 0; at < message.length; at += options.fragmentBytes) {
                outgoing.add(Arrays.copyOfRange(message, at, Math.min(message.length, at + options.fragmentBytes)));
            }
        }
        ciphertext.writeBytes(FakeRecords.record(FakeRecords.HANDSHAKE, outgoing.remove()));
        if (!outgoing.isEmpty()) {
            return EngineStep.NEEDS_WRAP;
        }
        flight++;
        return isHandshakeOver() ? completed() : EngineStep.NEEDS_UNWRAP;
    }

    // ---- receiving ----

    private EngineStep receive(ByteBuf ciphertext, ByteBuf plaintext) {
        if (failure != null) {
            return failure;
        }
        if (taskWaits) {
            return EngineStep.NEEDS_TASK;
        }
        EngineStep suspended = suspension();
        if (suspended != null) {
            return suspended;
        }
        if (closeReceived) {
            return EngineStep.CLOSED;
        }
        if (!outgoing.isEmpty() || (!established && isMine(flight))) {
            return EngineStep.NEEDS_WRAP;
        }
        if (ciphertext.readableBytes() < FakeRecords.HEADER_BYTES) {
            return EngineStep.NEEDS_INPUT;
        }
        int start = ciphertext.readerIndex();
        int length = ciphertext.getUnsignedShort(start + 3);
        if (ciphertext.readableBytes() < FakeRecords.HEADER_BYTES + length) {
            return EngineStep.NEEDS_INPUT;
        }
        int type = ciphertext.getUnsignedByte(start);
        if (type == FakeRecords.APPLICATION_DATA
                && established
                && length >= FakeRecords.PROTECTION_BYTES
                && plaintext.writableBytes() < length - FakeRecords.PROTECTION_BYTES) {
            return EngineStep.NEEDS_OUTPUT_ROOM;
        }
        ciphertext.skipBytes(FakeRecords.HEADER_BYTES);
        int end = ciphertext.readerIndex() + length;
        EngineStep step = switch (type) {
            case FakeRecords.ALERT -> receiveAlert(ciphertext, length);
            case FakeRecords.HANDSHAKE -> receiveHandshake(ciphertext, length);
            case FakeRecords.APPLICATION_DATA -> receiveProtected(ciphertext, length, plaintext);
            default -> EngineStep.PROGRESSED; // change_cipher_spec says nothing
        };
        ciphertext.readerIndex(end);
        return step;
    }

    private EngineStep receiveAlert(ByteBuf ciphertext, int length) {
        if (length != 2) {
            return fail(TlsAlert.fatal(AlertDescription.DECODE_ERROR), "alert of " + length + " bytes, expected 2");
        }
        TlsAlert.Level level = ciphertext.readByte() == 2 ? TlsAlert.Level.FATAL : TlsAlert.Level.WARNING;
        TlsAlert alert = new TlsAlert(level, ciphertext.readUnsignedByte());
        events.alertReceived(alert);
        if (alert.equals(TlsAlert.CLOSE_NOTIFY)) {
            closeReceived = true;
            return EngineStep.CLOSED;
        }
        return level == TlsAlert.Level.FATAL ? fail(null, "received " + alert) : EngineStep.PROGRESSED;
    }

    private EngineStep receiveHandshake(ByteBuf ciphertext, int length) {
        if (established) {
            renegotiations++;
            return EngineStep.PROGRESSED;
        }
        byte[] fragment = new byte[length];
        ciphertext.readBytes(fragment);
        incoming.writeBytes(fragment);
        byte[] message = incoming.toByteArray();
        if (message.length < 4 || message.length < 4 + bodyBytes(message)) {
            return EngineStep.PROGRESSED;
        }
        incoming.reset();
        flight++;
        boolean judges = flight == (options.side == Side.CLIENT ? 2 : 3);
        if (!judges || options.verification == Verification.NEVER) {
            return afterFlight();
        }
        if (options.verification == Verification.TASK) {
            taskWaits = true;
            return EngineStep.NEEDS_TASK;
        }
        PeerVerdict verdict = verifier.verify(options.peer);
        if (verdict instanceof PeerVerdict.Pending) {
            undecided = verdict;
            return EngineStep.NEEDS_VERIFICATION;
        }
        return judged(verdict);
    }

    private static int bodyBytes(byte[] message) {
        return ((message[1] & 0xff) << 16) | ((message[2] & 0xff) << 8) | (message[3] & 0xff);
    }

    private EngineStep receiveProtected(ByteBuf ciphertext, int length, ByteBuf plaintext) {
        if (!established || length < FakeRecords.PROTECTION_BYTES) {
            return fail(TlsAlert.fatal(AlertDescription.UNEXPECTED_MESSAGE), "protected record in the handshake");
        }
        if (ciphertext.readByte() != (byte) recordsReceived) {
            return fail(TlsAlert.fatal(AlertDescription.BAD_RECORD_MAC), "record out of order");
        }
        byte mask = FakeRecords.mask(recordsReceived);
        recordsReceived++;
        // In place, as JSSE does: what was consumed holds plaintext from here on.
        int start = ciphertext.readerIndex();
        byte[] fragment = new byte[length - 1];
        ciphertext.getBytes(start, fragment);
        for (int i = 0; i < fragment.length; i++) {
            fragment[i] ^= mask;
        }
        ciphertext.setBytes(start, fragment);
        int contentBytes = length - FakeRecords.PROTECTION_BYTES;
        int innerType = fragment[contentBytes];
        if (innerType == FakeRecords.APPLICATION_DATA) {
            plaintext.writeBytes(fragment, 0, contentBytes);
            return EngineStep.PROGRESSED;
        }
        if (innerType != FakeRecords.HANDSHAKE || contentBytes < 5) {
            return fail(TlsAlert.fatal(AlertDescription.UNEXPECTED_MESSAGE), "inner type " + innerType);
        }
        if (fragment[0] == FakeRecords.NEW_SESSION_TICKET) {
            events.sessionTicketReceived();
            return EngineStep.PROGRESSED;
        }
        events.keyUpdateReceived();
        keyUpdateUnanswered = false;
        if (fragment[4] == 1 && !closeSent) {
            outgoing.add(FakeRecords.message(FakeRecords.KEY_UPDATE, new byte[] {0}));
            return EngineStep.NEEDS_WRAP;
        }
        return EngineStep.PROGRESSED;
    }

    // ---- the handshake ----

    private boolean isMine(int number) {
        return number < options.flights && (number % 2 == 0) == (options.side == Side.CLIENT);
    }

    private boolean isHandshakeOver() {
        return flight == options.flights;
    }

    private EngineStep afterFlight() {
        return isHandshakeOver() ? completed() : EngineStep.NEEDS_WRAP;
    }

    private EngineStep completed() {
        established = true;
        events.handshakeCompleted();
        return EngineStep.PROGRESSED;
    }

    /** Null if nothing holds the engine up. */
    private @Nullable EngineStep suspension() {
        if (undecided instanceof PeerVerdict.Pending pending) {
            if (!pending.answer().isDone()) {
                return EngineStep.NEEDS_VERIFICATION;
            }
            undecided = null;
            EngineStep step = judged(pending.answer().join());
            return step == EngineStep.NEEDS_WRAP && !isHandshakeOver() ? null : step;
        }
        if (!established && isHandshakeOver()) {
            return completed(); // events are not for tasks, so the end was put off
        }
        return null;
    }

    private EngineStep judged(PeerVerdict verdict) {
        if (verdict instanceof PeerVerdict.Refused refused) {
            return fail(TlsAlert.fatal(refused.alert()), "peer refused: " + refused.reason());
        }
        if (isHandshakeOver() && task.get() == null) {
            return completed();
        }
        return EngineStep.NEEDS_WRAP;
    }

    private EngineStep fail(@Nullable TlsAlert alert, String message) {
        alertToSend = alert;
        EngineStep step = EngineStep.failed(new IllegalStateException(message), alert);
        failure = step;
        outgoing.clear();
        return step;
    }
}
