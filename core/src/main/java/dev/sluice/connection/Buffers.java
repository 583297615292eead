package dev.sluice.connection;

import dev.sluice.spi.BufferKind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;

/**
 * Where connections get their buffers and where they give them back: pooled, counted, and wiped on return.
 *
 * <p>A buffer that has held plaintext (or ciphertext that an engine decrypted in place, as JSSE does) goes back to a
 * pool that other connections and other users of the pool share; so its content is overwritten first.
 *
 * <p>Thread-safe.
 */
public final class Buffers {
    /** Buffers from the process-wide pool. */
    public static final Buffers POOLED = new Buffers(PooledByteBufAllocator.DEFAULT);

    private final ByteBufAllocator allocator;

    /**
     * Makes a source of buffers.
     *
     * @param allocator where the memory comes from
     */
    public Buffers(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /**
     * Takes a buffer.
     *
     * @param kind heap or direct
     * @param capacity its fixed size in bytes
     * @return a buffer, owned by the caller, to be returned by {@link #release}
     */
    public ByteBuf take(BufferKind kind, int capacity) {
        ByteBuf buffer = switch (kind) {
            case HEAP -> allocator.heapBuffer(capacity, capacity);
            case DIRECT -> allocator.directBuffer(capacity, capacity);
        };
        LiveCounts.BUFFERS.acquired();
        return buffer;
    }

    /**
     * Overwrites what was written into a buffer and gives it back.
     *
     * @param buffer taken; from {@link #take}
     * @param dirtyBytes how far from its start the buffer may hold content
     */
    public void release(ByteBuf buffer, int dirtyBytes) {
        LiveCounts.BUFFERS.released();
        if (buffer.refCnt() == 0) {
            return; // an engine released what it had only borrowed: the memory is no longer ours to touch
        }
        buffer.setZero(0, dirtyBytes);
        buffer.release();
    }
}
