package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.spi.BufferKind;
import dev.sluice.testing.WatchedAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** The queue against a plain array of bytes; W14: what it gives back is wiped. */
@AddLifecycleHook(LiveCountsHook.class)
class PlaintextQueueProperties {

    @Property
    void behavesAsAListOfBytes(
            @ForAll long seed,
            @ForAll BufferKind kind,
            @ForAll @IntRange(min = 1, max = 80) int steps,
            @ForAll @IntRange(min = 1, max = 40_000) int maxBytes) {
        new Model(seed, kind, maxBytes).run(steps);
    }

    /** All that was taken since a transaction began is the prefix; the rest is unread. */
    private static final class Model {
        private final Random random;
        private final WatchedAllocator memory = new WatchedAllocator();
        private final PlaintextQueue queue;
        private final int maxBytes;

        private byte[] unread = {};
        private byte[] taken = {};
        private boolean transaction;

        Model(long seed, BufferKind kind, int maxBytes) {
            this.random = new Random(seed);
            this.queue = new PlaintextQueue(Buffers.withoutShelves(memory), kind);
            this.maxBytes = maxBytes;
        }

        void run(int steps) {
            for (int i = 0; i < steps; i++) {
                step();
                assertEquals(unread.length, queue.readableBytes());
                assertEquals(unread.length == 0, queue.isEmpty());
                assertEquals(transaction, queue.inTransaction());
                assertUnread();
                if (unread.length == 0 && !transaction) {
                    assertEquals(0, memory.live(), "an empty queue holds no memory");
                }
            }
            queue.clear();
            assertEquals(0, memory.live());
            assertEquals(0, memory.freedDirty(), "W14: buffers freed with bytes in them");
        }

        private void step() {
            switch (random.nextInt(13)) {
                case 0 -> {
                    byte[] bytes = bytes();
                    int limit = random.nextInt(maxBytes + 1);
                    ByteBuffer source = ByteBuffer.wrap(bytes);
                    int count = queue.append(source, limit);
                    assertEquals(Math.min(bytes.length, limit), count);
                    assertEquals(count, source.position());
                    assertEquals(bytes.length, source.limit());
                    unread = join(unread, Arrays.copyOf(bytes, count));
                }
                case 1 -> {
                    byte[] bytes = bytes();
                    int limit = random.nextInt(maxBytes + 1);
                    ByteBuf source = Unpooled.wrappedBuffer(bytes);
                    int count = queue.append(source, limit);
                    assertEquals(Math.min(bytes.length, limit), count);
                    unread = join(unread, Arrays.copyOf(bytes, count));
                }
                case 2, 3 -> {
                    byte[] bytes = bytes();
                    int count = random.nextBoolean() ? bytes.length : 0;
                    ByteBuf tail = queue.tail(bytes.length + random.nextInt(100));
                    assertTrue(tail.writableBytes() >= bytes.length);
                    tail.writeBytes(bytes, 0, count);
                    queue.appended(count);
                    unread = join(unread, Arrays.copyOf(bytes, count));
                }
                case 4 -> {
                    if (!transaction) { // an engine consumes what is to be sent, which has no transactions
                        ByteBuf head = queue.head();
                        assertEquals(unread.length == 0, head == null);
                        if (head != null) {
                            int count = random.nextInt(head.readableBytes() + 1);
                            byte[] got = new byte[count];
                            head.readBytes(got);
                            queue.consumed(count);
                            assertArrayEquals(Arrays.copyOf(unread, count), got);
                            unread = Arrays.copyOfRange(unread, count, unread.length);
                        }
                    }
                }
                case 5, 6, 7 -> {
                    ByteBuffer target = ByteBuffer.allocate(random.nextInt(maxBytes + 1));
                    int count = queue.read(target);
                    assertEquals(Math.min(unread.length, target.capacity()), count);
                    assertArrayEquals(Arrays.copyOf(unread, count), Arrays.copyOf(target.array(), count));
                    took(count);
                }
                case 8 -> {
                    long limit = random.nextInt(4) == 0 ? Long.MAX_VALUE : random.nextInt(maxBytes + 1);
                    int count = queue.skip(limit);
                    assertEquals(Math.min(unread.length, limit), count);
                    took(count);
                }
                case 9 -> {
                    byte[] bytes = bytes();
                    queue.prepend(ByteBuffer.wrap(bytes));
                    unread = join(bytes, unread);
                }
                case 10 -> {
                    if (transaction) {
                        queue.rollbackTransaction();
                        unread = join(taken, unread);
                        transaction = false;
                    } else {
                        queue.startTransaction();
                        taken = new byte[0];
                        transaction = true;
                    }
                }
                case 11 -> {
                    if (transaction) {
                        queue.commitTransaction();
                        transaction = false;
                    }
                }
                default -> {
                    if (random.nextInt(5) == 0) {
                        queue.clear();
                        unread = new byte[0];
                        transaction = false;
                    }
                }
            }
        }

        private void took(int count) {
            if (transaction) {
                taken = join(taken, Arrays.copyOf(unread, count));
            }
            unread = Arrays.copyOfRange(unread, count, unread.length);
        }

        private void assertUnread() {
            ByteBuffer copy = ByteBuffer.allocate(unread.length + 10);
            assertEquals(unread.length, queue.peek(copy));
            assertArrayEquals(unread, Arrays.copyOf(copy.array(), unread.length));
            byte wanted = (byte) random.nextInt();
            int expected = -1;
            for (int i = 0; i < unread.length && expected < 0; i++) {
                expected = unread[i] == wanted ? i : -1;
            }
            assertEquals(expected, queue.indexOf(wanted));
        }

        private byte[] bytes() {
            byte[] bytes = new byte[random.nextInt(maxBytes)];
            random.nextBytes(bytes);
            return bytes;
        }

        private static byte[] join(byte[] first, byte[] second) {
            byte[] both = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, both, first.length, second.length);
            return both;
        }
    }

    /** A chunk may hold what an engine wrote and then thought better of. */
    @Example
    void w14_aTailThatStayedEmptyIsWipedAllTheSame() {
        WatchedAllocator memory = new WatchedAllocator();
        PlaintextQueue queue = new PlaintextQueue(Buffers.withoutShelves(memory), BufferKind.HEAP);
        ByteBuf tail = queue.tail(100);
        tail.setLong(50, -1);
        queue.appended(0);
        assertEquals(1, memory.freed());
        assertEquals(0, memory.freedDirty());
    }

    @Example
    void aChunkIsGivenBackAsSoonAsItsLastByteWasTaken() {
        WatchedAllocator memory = new WatchedAllocator();
        PlaintextQueue queue = new PlaintextQueue(Buffers.withoutShelves(memory), BufferKind.HEAP);
        queue.append(ByteBuffer.allocate(50_000), Integer.MAX_VALUE);
        int chunks = memory.live();
        assertTrue(chunks > 1);
        queue.skip(40_000);
        assertTrue(memory.live() < chunks);
        assertFalse(queue.isEmpty());
        queue.clear();
        assertEquals(0, memory.live());
    }
}
