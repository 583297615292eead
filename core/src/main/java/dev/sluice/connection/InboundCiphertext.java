package dev.sluice.connection;

import dev.sluice.spi.BufferKind;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes from the transport that the engine has not consumed yet.
 *
 * <p>Holds memory only while there are bytes or while the transport is likely to have more at once. The transport fills
 * it outside the socket's lock, between {@link #beginFill} and {@link #endFill}; in between nobody else may look into it.
 *
 * <p>An engine may decrypt in place, so what was consumed counts as plaintext and is wiped before the memory goes back.
 */
final class InboundCiphertext {
    /** One record of the largest size (RFC 5246 §6.2.3) with its header. */
    static final int RECORD_BYTES = RecordInspector.HEADER_BYTES + 16 * 1024 + 2048;

    private static final int MAX_CAPACITY_BYTES = 4 * RECORD_BYTES;

    private final Buffers buffers;
    private final BufferKind kind;
    private @Nullable ByteBuf buffer;
    /** Everything before this index may hold content. */
    private int dirtyBytes;

    private int capacityHint = RECORD_BYTES;
    private boolean filling;
    private boolean keepWhenEmpty;
    private boolean released;

    InboundCiphertext(Buffers buffers, BufferKind kind) {
        this.buffers = buffers;
        this.kind = kind;
    }

    boolean isFilling() {
        return filling;
    }

    int readableBytes() {
        ByteBuf current = buffer;
        return current == null ? 0 : current.readableBytes();
    }

    /** The bytes, or null if there are none. Borrowed; not to be touched while {@link #isFilling()}. */
    @Nullable
    ByteBuf readable() {
        ByteBuf current = buffer;
        return current == null || !current.isReadable() ? null : current;
    }

    /** Whether the transport can fill in more before something is consumed. */
    boolean hasRoom() {
        ByteBuf current = buffer;
        return current == null || current.isWritable() || current.readerIndex() > 0;
    }

    /** Room for the transport to fill, or null if there is none. {@link #endFill} must follow. */
    @Nullable
    ByteBuffer beginFill() {
        ByteBuf target = room();
        if (target == null) {
            return null;
        }
        filling = true;
        return target.internalNioBuffer(target.writerIndex(), target.writableBytes());
    }

    /** Says how many bytes came. */
    void endFill(int bytes) {
        filling = false;
        ByteBuf current = buffer;
        if (current == null) {
            return;
        }
        boolean filledUp = bytes == current.writableBytes();
        current.writerIndex(current.writerIndex() + bytes);
        dirtyBytes = Math.max(dirtyBytes, current.writerIndex());
        // A read that took all the room suggests that the transport has more; the next buffer may be larger.
        keepWhenEmpty = filledUp;
        capacityHint = filledUp
                ? Math.min(capacityHint * 2, MAX_CAPACITY_BYTES)
                : bytes < capacityHint / 4 ? Math.max(capacityHint / 2, RECORD_BYTES) : capacityHint;
        if (released) {
            drop();
        } else {
            releaseIfEmpty();
        }
    }

    /** To be called after bytes were consumed. */
    void releaseIfEmpty() {
        ByteBuf current = buffer;
        if (current == null || filling || current.isReadable()) {
            return;
        }
        if (keepWhenEmpty && current.capacity() >= capacityHint) {
            current.setIndex(0, 0);
        } else {
            drop();
        }
    }

    /** Wipes and gives back everything, as soon as the transport is done with it. */
    void release() {
        released = true;
        if (!filling) {
            drop();
        }
    }

    private @Nullable ByteBuf room() {
        ByteBuf current = buffer;
        if (current == null) {
            buffer = buffers.take(kind, capacityHint);
            dirtyBytes = 0;
            return buffer;
        }
        if (current.writableBytes() >= RecordInspector.HEADER_BYTES && current.readerIndex() == 0) {
            return current;
        }
        if (current.readerIndex() > 0) {
            current.discardReadBytes();
        }
        return current.isWritable() ? current : null;
    }

    private void drop() {
        ByteBuf current = buffer;
        if (current != null) {
            buffer = null;
            buffers.release(current, dirtyBytes);
        }
        keepWhenEmpty = false;
    }
}
