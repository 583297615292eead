package dev.sluice.connection;

import dev.sluice.spi.BufferKind;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes for the transport that it has not taken yet. Several records are gathered so that one channel write carries them.
 *
 * <p>Holds memory only while there are bytes. The transport drains it outside the socket's lock, between
 * {@link #beginDrain} and {@link #endDrain}; in between nobody else may touch it.
 */
final class OutboundCiphertext {
    private static final int MAX_BATCH_RECORDS = 8;

    /**
     * An engine wants room for the largest record each time, however short the message: in a buffer of twice that all of a
     * flight gathers, and the peer wakes up once for it.
     */
    private static final int HANDSHAKE_BATCH_RECORDS = 2;

    private static final int RECORD_PLAINTEXT_BYTES = 16 * 1024;

    private final Buffers buffers;
    private final BufferKind kind;
    private @Nullable ByteBuf buffer;
    private boolean draining;
    private boolean released;

    OutboundCiphertext(Buffers buffers, BufferKind kind) {
        this.buffers = buffers;
        this.kind = kind;
    }

    boolean isDraining() {
        return draining;
    }

    int readableBytes() {
        ByteBuf current = buffer;
        return current == null ? 0 : current.readableBytes();
    }

    /**
     * A buffer to append to, or null if it is full or the transport is at it.
     *
     * @param roomBytes what the next step needs
     * @param pendingPlaintextBytes how much is to come, for the size of a new buffer
     */
    @Nullable
    ByteBuf room(int roomBytes, int pendingPlaintextBytes) {
        if (draining) {
            return null;
        }
        ByteBuf current = buffer;
        if (current != null) {
            return current.writableBytes() >= roomBytes ? current : null;
        }
        int records = pendingPlaintextBytes == 0
                ? HANDSHAKE_BATCH_RECORDS
                : Math.min(
                        MAX_BATCH_RECORDS,
                        (pendingPlaintextBytes + RECORD_PLAINTEXT_BYTES - 1) / RECORD_PLAINTEXT_BYTES);
        ByteBuf fresh = buffers.take(kind, records * roomBytes);
        buffer = fresh;
        return fresh;
    }

    /** Gives the memory back if nothing was appended. */
    void releaseIfEmpty() {
        ByteBuf current = buffer;
        if (current != null && !draining && !current.isReadable()) {
            drop();
        }
    }

    /** The bytes for the transport, or null if there are none. {@link #endDrain} must follow. */
    @Nullable
    ByteBuffer beginDrain() {
        ByteBuf current = buffer;
        if (current == null || draining || !current.isReadable()) {
            return null;
        }
        draining = true;
        return current.internalNioBuffer(current.readerIndex(), current.readableBytes());
    }

    /** Says how many bytes the transport took. */
    void endDrain(int bytes) {
        draining = false;
        ByteBuf current = buffer;
        if (current == null) {
            return;
        }
        current.skipBytes(bytes);
        if (released) {
            drop();
        } else {
            releaseIfEmpty();
        }
    }

    /** Gives back everything, as soon as the transport is done with it. */
    void release() {
        released = true;
        if (!draining) {
            drop();
        }
    }

    private void drop() {
        ByteBuf current = buffer;
        if (current != null) {
            buffer = null;
            // Ciphertext is no secret: nothing to wipe, save what an engine has appended beyond the reader's view.
            buffers.release(current, 0);
        }
    }
}
