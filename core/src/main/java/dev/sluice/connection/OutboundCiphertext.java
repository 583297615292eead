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
    private static final int LAST_RECORDS = 2;

    /**
     * An engine wants room for the largest record each time, however short the message: in a buffer of twice that all of a
     * flight gathers, and the peer wakes up once for it.
     */
    private static final int HANDSHAKE_BATCH_RECORDS = 2;

    private static final int RECORD_PLAINTEXT_BYTES = 16 * 1024;

    private final Buffers buffers;
    private final BufferKind kind;
    private @Nullable ByteBuf buffer;
    /** Follows when {@link #buffer} is empty; only for an alert that finds it full or in use. */
    private @Nullable ByteBuf last;

    private boolean draining;
    private boolean released;
    /** How many of the readable bytes come up to and with the last record of application data. */
    private int dataBytes;

    OutboundCiphertext(Buffers buffers, BufferKind kind) {
        this.buffers = buffers;
        this.kind = kind;
    }

    boolean isDraining() {
        return draining;
    }

    int readableBytes() {
        return bytesIn(buffer) + bytesIn(last);
    }

    /** The last record that was appended holds application data. */
    void dataAppended() {
        dataBytes = readableBytes();
    }

    /** Says whether application data is among what the transport has not taken. */
    boolean holdsData() {
        return dataBytes > 0;
    }

    private static int bytesIn(@Nullable ByteBuf part) {
        return part == null ? 0 : part.readableBytes();
    }

    /**
     * A buffer to append to, or null if it is full or the transport is at it.
     *
     * @param roomBytes what the next step needs
     * @param pendingPlaintextBytes how much is to come, for the size of a new buffer
     */
    @Nullable
    ByteBuf room(int roomBytes, int pendingPlaintextBytes) {
        if (draining || last != null) {
            return null;
        }
        ByteBuf current = buffer;
        if (current != null) {
            return current.writableBytes() >= roomBytes ? current : null;
        }
        int batchBytes = Math.min(pendingPlaintextBytes, MAX_BATCH_RECORDS * RECORD_PLAINTEXT_BYTES);
        int records = batchBytes == 0
                ? HANDSHAKE_BATCH_RECORDS
                : (batchBytes + RECORD_PLAINTEXT_BYTES - 1) / RECORD_PLAINTEXT_BYTES;
        ByteBuf fresh = buffers.take(kind, records * roomBytes);
        buffer = fresh;
        return fresh;
    }

    /** Room for the last words of a failed engine, behind all the rest, or null if it has said enough. */
    @Nullable
    ByteBuf lastRoom(int roomBytes) {
        ByteBuf regular = released ? null : room(roomBytes, 0);
        if (regular != null || released) {
            return regular;
        }
        ByteBuf current = last;
        if (current == null) {
            current = buffers.take(kind, LAST_RECORDS * roomBytes);
            last = current;
        }
        return current.writableBytes() >= roomBytes ? current : null;
    }

    /** Drops what the transport has not begun to take. */
    void dropUnsent() {
        ByteBuf current = buffer;
        if (current != null && !draining && current.readerIndex() == 0) {
            drop();
        }
    }

    /** Gives the memory back if nothing was appended. */
    void releaseIfEmpty() {
        ByteBuf unused = last;
        if (unused != null && !unused.isReadable()) {
            last = null;
            buffers.release(unused, 0);
        }
        ByteBuf current = buffer;
        if (current != null && !draining && !current.isReadable()) {
            dropFirst();
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
        dataBytes = Math.max(0, dataBytes - bytes);
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
        dataBytes = 0;
        while (buffer != null) {
            dropFirst();
        }
    }

    private void dropFirst() {
        ByteBuf current = buffer;
        if (current != null) {
            buffer = last;
            last = null;
            // Ciphertext is no secret: nothing to wipe, save what an engine has appended beyond the reader's view.
            buffers.release(current, 0);
        }
    }
}
