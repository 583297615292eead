package dev.sluice.testing;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * An allocator that keeps a copy of what its buffers held when they were freed: the next owner of the memory would see
 * it.
 *
 * <p>One thread at a time.
 */
public final class WatchedAllocator extends AbstractByteBufAllocator {
    private final List<byte[]> freed = new ArrayList<>();
    private int live;

    /** Makes an allocator. */
    public WatchedAllocator() {
        super(false);
    }

    /** Buffers taken and not freed. */
    public int live() {
        return live;
    }

    /** Buffers freed with a byte in them that is not 0. */
    public long freedDirty() {
        return freed.stream().filter(WatchedAllocator::isDirty).count();
    }

    /** Buffers freed. */
    public int freed() {
        return freed.size();
    }

    /** Says whether a freed buffer still held these bytes. */
    public boolean wasFreedWith(byte[] marker) {
        return freed.stream().anyMatch(memory -> contains(memory, marker));
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        live++;
        return new WatchedHeap(this, initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        live++;
        // Outside the heap the platform need not clear memory, and on JDK 25 it does not.
        return new WatchedDirect(this, initialCapacity, maxCapacity).setZero(0, initialCapacity);
    }

    private void noteFreed(byte[] memory) {
        live--;
        freed.add(memory);
    }

    private static boolean isDirty(byte[] memory) {
        for (byte value : memory) {
            if (value != 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean contains(byte[] memory, byte[] marker) {
        for (int at = 0; at + marker.length <= memory.length; at++) {
            int same = 0;
            while (same < marker.length && memory[at + same] == marker[same]) {
                same++;
            }
            if (same == marker.length) {
                return true;
            }
        }
        return false;
    }

    private static final class WatchedHeap extends UnpooledHeapByteBuf {
        private final WatchedAllocator owner;
        private final byte[] memory = array();

        WatchedHeap(WatchedAllocator owner, int initialCapacity, int maxCapacity) {
            super(owner, initialCapacity, maxCapacity);
            this.owner = owner;
        }

        @Override
        protected void deallocate() {
            owner.noteFreed(memory.clone());
            super.deallocate();
        }
    }

    private static final class WatchedDirect extends UnpooledDirectByteBuf {
        private final WatchedAllocator owner;
        private final ByteBuffer memory = nioBuffer(0, capacity());

        WatchedDirect(WatchedAllocator owner, int initialCapacity, int maxCapacity) {
            super(owner, initialCapacity, maxCapacity);
            this.owner = owner;
        }

        @Override
        protected void deallocate() {
            byte[] copy = new byte[memory.capacity()];
            memory.duplicate().get(copy);
            owner.noteFreed(copy);
            super.deallocate();
        }
    }
}
