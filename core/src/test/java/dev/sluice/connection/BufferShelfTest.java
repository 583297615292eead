package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.spi.BufferKind;
import dev.sluice.testing.WatchedAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** W14, W17: buffers that stay on a shelf have one owner at a time, who sees nothing of the one before. */
class BufferShelfTest {
    private final LiveCountsCheck before = new LiveCountsCheck();

    @AfterEach
    void nothingIsLeft() {
        before.assertNothingLeft();
    }

    @Test
    void w14_theNextOwnerSeesNothing() {
        for (BufferKind kind : BufferKind.values()) {
            Buffers buffers = new Buffers(new WatchedAllocator());
            ByteBuf first = buffers.take(kind, 1000);
            assertEquals(2048, first.capacity());
            first.writeZero(first.capacity());
            first.setLong(992, -1);
            first.setLong(0, -1);
            first.readByte();
            buffers.release(first, first.writerIndex());
            ByteBuf second = buffers.take(kind, 2000);
            assertSame(first, second, "the same memory");
            assertEquals(0, second.readerIndex());
            assertEquals(0, second.writerIndex());
            for (int i = 0; i < second.capacity(); i++) {
                assertEquals(0, second.getByte(i), kind + " at " + i);
            }
            buffers.release(second, 0);
        }
    }

    @Test
    void eachKindAndSizeHasItsOwnShelf() {
        Buffers buffers = new Buffers(new WatchedAllocator());
        ByteBuf heap = buffers.take(BufferKind.HEAP, 1);
        buffers.release(heap, 0);
        ByteBuf direct = buffers.take(BufferKind.DIRECT, 1);
        assertTrue(direct.isDirect());
        ByteBuf larger = buffers.take(BufferKind.HEAP, 2049);
        assertEquals(20 * 1024, larger.capacity());
        assertNotSame(heap, larger);
        buffers.release(direct, 0);
        buffers.release(larger, 0);
    }

    @Test
    void w36_noMoreThanEightOfASizeAreKeptAndLargeOnesNever() {
        WatchedAllocator memory = new WatchedAllocator();
        Buffers buffers = new Buffers(memory);
        List<ByteBuf> taken = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            taken.add(buffers.take(BufferKind.HEAP, 100));
        }
        taken.forEach(buffer -> buffers.release(buffer, 0));
        assertEquals(8, memory.live());
        ByteBuf large = buffers.take(BufferKind.HEAP, 160 * 1024 + 1);
        assertEquals(160 * 1024 + 1, large.capacity());
        buffers.release(large, 0);
        assertEquals(8, memory.live());
    }

    /** An engine that retained what it had borrowed could look into the next owner's bytes. */
    @Test
    void w14_aBufferThatSomebodyElseHoldsIsNotUsedAgain() {
        Buffers buffers = new Buffers(new WatchedAllocator());
        ByteBuf held = buffers.take(BufferKind.HEAP, 100);
        held.retain();
        buffers.release(held, 0);
        ByteBuf next = buffers.take(BufferKind.HEAP, 100);
        assertNotSame(held, next);
        assertTrue(held.release());
        buffers.release(next, 0);
    }

    @Test
    void w11_aBufferThatSomebodyElseFreedIsNotUsedAgain() {
        Buffers buffers = new Buffers(new WatchedAllocator());
        ByteBuf freed = buffers.take(BufferKind.HEAP, 100);
        freed.release();
        buffers.release(freed, 50);
        ByteBuf next = buffers.take(BufferKind.HEAP, 100);
        assertNotSame(freed, next);
        buffers.release(next, 0);
    }

    @Test
    void w17_noBufferHasTwoOwnersWhateverTheThreadsDo() throws Exception {
        int threads = 8;
        Buffers buffers = new Buffers(new UnpooledByteBufAllocator(false, true));
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CyclicBarrier start = new CyclicBarrier(threads);
            List<Future<Integer>> results = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int mark = i + 1;
                results.add(pool.submit(() -> {
                    start.await();
                    return takeAndGiveBack(buffers, mark);
                }));
            }
            for (Future<Integer> result : results) {
                assertEquals(0, result.get(20, TimeUnit.SECONDS), "bytes of another owner");
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static int takeAndGiveBack(Buffers buffers, int mark) {
        Random random = new Random(mark);
        List<ByteBuf> held = new ArrayList<>();
        int foreign = 0;
        for (int i = 0; i < 20_000; i++) {
            if (held.size() < 3 && random.nextBoolean()) {
                ByteBuf buffer = buffers.take(BufferKind.HEAP, 100);
                foreign += buffer.getByte(7) == 0 ? 0 : 1;
                buffer.setByte(7, mark);
                held.add(buffer);
            } else if (!held.isEmpty()) {
                ByteBuf buffer = held.remove(random.nextInt(held.size()));
                foreign += buffer.getByte(7) == mark ? 0 : 1;
                buffers.release(buffer, 8);
            }
        }
        held.forEach(buffer -> buffers.release(buffer, 8));
        return foreign;
    }

    @Test
    void anEmptyShelfGivesNothingAndAFullOneTakesNothing() {
        BufferShelf shelf = new BufferShelf();
        ByteBuf buffer = new WatchedAllocator().heapBuffer(1, 1);
        assertSame(null, shelf.take());
        for (int i = 0; i < 8; i++) {
            assertTrue(shelf.put(buffer));
        }
        assertFalse(shelf.put(buffer));
        for (int i = 0; i < 8; i++) {
            assertSame(buffer, shelf.take());
        }
        assertSame(null, shelf.take());
        buffer.release();
    }
}
