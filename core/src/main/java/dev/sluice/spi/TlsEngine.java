package dev.sluice.spi;

import dev.sluice.AlertDescription;
import io.netty.buffer.ByteBuf;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One end of one TLS connection inside a TLS library: turns ciphertext into plaintext and facts, and back.
 *
 * <p>An engine does no I/O, starts no thread, reads no clock for waiting, and never waits, save inside
 * {@link #runTask()} where {@link PeerVerdict.Pending} allows it.
 *
 * <p><b>Threads:</b> one at a time; the connection that owns it sees to that.
 *
 * <p><b>Buffers</b> are borrowed: an engine moves the reader index of its input and the writer index of its output,
 * and neither retains nor releases a buffer nor keeps a reference to it. It never grows one. It may overwrite the
 * part of the input that it has consumed.
 *
 * <p><b>Errors:</b> what goes wrong in the protocol or in the library is a {@link EngineStep.Kind#FAILED} step. An
 * exception or an error from any method, of a native library that cannot be linked, say, is a defect of the adapter; the
 * connection treats it as such a step.
 */
public interface TlsEngine {
    /**
     * Takes ciphertext and gives plaintext. At most one record is consumed per call.
     *
     * @param ciphertext borrowed; bytes from the transport. Whole records as far as they have arrived
     * @param plaintext borrowed; application data is appended at its writer index
     * @return what happened; see the kinds
     */
    EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext);

    /**
     * Takes plaintext and gives ciphertext: handshake messages, alerts or one record of application data per call.
     * Before the handshake has ended no application data is consumed.
     *
     * @param plaintext borrowed; may be empty
     * @param ciphertext borrowed; records are appended at its writer index
     * @return what happened; see the kinds
     */
    EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext);

    /**
     * Runs the tasks that wait. The only method that may take long, and, if verification may pend, the only one that
     * may wait; it may be called on another thread than the others, yet never at the same time as they.
     *
     * @return what the engine wants after the tasks
     */
    EngineStep runTask();

    /**
     * Asks for close_notify (RFC 8446 §6.1). The next calls to {@link #wrap} produce it. A second call does nothing.
     */
    void closeOutbound();

    /**
     * Asks for a fatal alert. The next calls to {@link #wrap} produce it, if the engine can.
     *
     * @param description the alert to send
     * @return true if the alert will be produced; false if this engine cannot send this alert now
     */
    boolean failOutbound(AlertDescription description);

    /**
     * Starts a key update (RFC 8446 §4.6.3); the next {@link #wrap} produces it.
     *
     * @return true if it will be produced; false if the engine or the protocol version has none
     */
    boolean updateKeys();

    /**
     * Says whether application data may still be sent after the peer's close_notify was received.
     *
     * @return true if the outbound direction lives on by itself (TLS 1.3 and an engine that can half-close)
     */
    boolean canHalfClose();

    /**
     * How much room {@link #wrap} and {@link #unwrap} need in their output buffer to make progress.
     *
     * @return bytes; at least the largest record with its overhead, constant for the life of the engine
     */
    int outputRoomBytes();

    /**
     * What was negotiated.
     *
     * @return the facts; {@link SessionFacts#NONE} until the handshake has ended, never stale
     */
    SessionFacts sessionFacts();

    /**
     * Exports keying material (RFC 5705 §4, RFC 8446 §7.5).
     *
     * @param label the label, ASCII
     * @param context the context value, which in TLS 1.2 is not the same absent as empty; null for none
     * @param lengthBytes how much is wanted, 1 or more
     * @return the material, given to the caller; empty if the engine has none: before the handshake has ended, after
     *     {@link #release()}, in TLS 1.2 without extended master secret (RFC 7627 §5.4), or without the feature
     */
    Optional<byte[]> exportKeyingMaterial(String label, byte @Nullable [] context, int lengthBytes);

    /**
     * Forgets the session of this connection, so that it is not resumed. Called when errors of the peer were
     * accepted, when the connection failed, and when resumption is off; safe in every state.
     */
    void forgetSession();

    /**
     * Ends this engine and gives back what it holds. Called exactly once, last, and never while a task runs.
     */
    void release();
}
