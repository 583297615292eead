package dev.sluice.connection;

import dev.sluice.spi.BufferKind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where connections get their buffers and where they give them back: pooled, counted, and wiped on return.
 *
 * <p>A buffer that has held plaintext (or ciphertext that an engine decrypted in place, as JSSE does) goes back to a
 * pool that other connections and other users of the pool share; so its content is overwritten first. A few of each size
 * that connections use stay on a {@linkplain BufferShelf shelf} of this class, at most 2.5 MiB of each kind in all.
 *
 * <p>Thread-safe. Not final, so that the conformance suite can put one with a fault in its place.
 */
public class Buffers {
    /** Sizes of the shelves: short messages, then one, two, four and eight records with their largest expansion. */
    private static final int[] SHELF_BYTES = {2 * 1024, 20 * 1024, 40 * 1024, 80 * 1024, 160 * 1024};

    /** Buffers from the process-wide pool. */
    public static final Buffers POOLED = new Buffers(PooledByteBufAllocator.DEFAULT);

    private final ByteBufAllocator allocator;
    private final boolean shelved;
    private final BufferShelf[] heapShelves = shelves();
    private final BufferShelf[] directShelves = shelves();

    /**
     * Makes a source of buffers.
     *
     * @param allocator where the memory comes from
     */
    public Buffers(ByteBufAllocator allocator) {
        this(allocator, true);
    }

    private Buffers(ByteBufAllocator allocator, boolean shelved) {
        this.allocator = allocator;
        this.shelved = shelved;
    }

    /**
     * A source that gives every buffer back to the allocator at once, so that a test sees what it held.
     *
     * @param allocator where the memory comes from
     * @return the source
     */
    public static Buffers withoutShelves(ByteBufAllocator allocator) {
        return new Buffers(allocator, false);
    }

    /**
     * Takes a buffer.
     *
     * @param kind heap or direct
     * @param capacity how many bytes it must have room for at least; its size is fixed
     * @return a buffer, owned by the caller, to be returned by {@link #release}
     */
    public ByteBuf take(BufferKind kind, int capacity) {
        int size = capacity;
        ByteBuf buffer = null;
        int shelf = shelfFor(capacity);
        if (shelf >= 0) {
            size = SHELF_BYTES[shelf];
            buffer = shelves(kind)[shelf].take();
        }
        if (buffer == null) {
            buffer = switch (kind) {
                case HEAP -> allocator.heapBuffer(size, size);
                case DIRECT -> allocator.directBuffer(size, size);
            };
        }
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
        wipe(buffer, dirtyBytes);
        BufferShelf shelf = shelfOf(buffer);
        buffer.clear();
        if (shelf == null || !shelf.put(buffer)) {
            buffer.release();
        }
    }

    private static void wipe(ByteBuf buffer, int dirtyBytes) {
        if (buffer.hasArray()) {
            // The compiler makes vector stores of this. setZero() ends in Unsafe.setMemory, which up to JDK 22 stores
            // eight
            // bytes at a time: a third of a microsecond per record, or 4 % of all the work that a record is.
            int start = buffer.arrayOffset();
            Arrays.fill(buffer.array(), start, start + dirtyBytes, (byte) 0);
        } else {
            buffer.setZero(0, dirtyBytes);
        }
    }

    /** Where a buffer may stay; null if it is of another size, or if somebody else holds it as well. */
    private @Nullable BufferShelf shelfOf(ByteBuf buffer) {
        int shelf = shelfFor(buffer.capacity());
        boolean fits = shelf >= 0 && SHELF_BYTES[shelf] == buffer.capacity() && buffer.refCnt() == 1;
        return fits ? shelves(buffer.isDirect() ? BufferKind.DIRECT : BufferKind.HEAP)[shelf] : null;
    }

    private BufferShelf[] shelves(BufferKind kind) {
        return switch (kind) {
            case HEAP -> heapShelves;
            case DIRECT -> directShelves;
        };
    }

    /** The smallest shelf whose buffers are large enough; -1 if there is none. */
    private int shelfFor(int capacity) {
        for (int i = 0; shelved && i < SHELF_BYTES.length; i++) {
            if (capacity <= SHELF_BYTES[i]) {
                return i;
            }
        }
        return -1;
    }

    private static BufferShelf[] shelves() {
        BufferShelf[] made = new BufferShelf[SHELF_BYTES.length];
        for (int i = 0; i < made.length; i++) {
            made[i] = new BufferShelf();
        }
        return made;
    }
}
