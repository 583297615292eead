package dev.sluice.connection;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * A few empty, wiped buffers of one size, ready to be used again by whichever connection comes next.
 *
 * <p>A busy connection takes and gives back a buffer for every batch of records. The allocator's own caches end at 32 KiB,
 * beyond which it takes a lock and searches, and each buffer taken from it makes a new {@link java.nio.ByteBuffer} to look
 * at it through; a buffer from the shelf still has its own. So the steady state allocates nothing.
 *
 * <p>Thread-safe, without locks: a slot is emptied and filled by compare-and-set. A thread begins its search at a place of
 * its own, so that busy threads seldom meet.
 */
final class BufferShelf {
    private static final int SLOTS = 8;

    /** Slots lie this far apart, each on a cache line of its own. */
    private static final int STRIDE = 16;

    private final AtomicReferenceArray<@Nullable ByteBuf> slots = new AtomicReferenceArray<>(SLOTS * STRIDE);

    /** A buffer without content, or null if there is none. Given. */
    @Nullable
    ByteBuf take() {
        int start = start();
        for (int i = 0; i < SLOTS; i++) {
            int at = ((start + i) % SLOTS) * STRIDE;
            ByteBuf buffer = slots.getPlain(at);
            if (buffer != null && slots.compareAndSet(at, buffer, null)) {
                return buffer;
            }
        }
        return null;
    }

    /**
     * Puts a buffer here.
     *
     * @param buffer wiped, its indices at zero; taken if the answer is true
     * @return false if there is no room for it
     */
    boolean put(ByteBuf buffer) {
        int start = start();
        for (int i = 0; i < SLOTS; i++) {
            int at = ((start + i) % SLOTS) * STRIDE;
            if (slots.getPlain(at) == null && slots.compareAndSet(at, null, buffer)) {
                return true;
            }
        }
        return false;
    }

    private static int start() {
        return (int) (Thread.currentThread().getId() % SLOTS);
    }
}
