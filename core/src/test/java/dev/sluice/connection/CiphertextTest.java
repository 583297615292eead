package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.spi.BufferKind;
import dev.sluice.testing.WatchedAllocator;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The two buffers of ciphertext, with the transport at one end. */
class CiphertextTest {
    private final LiveCountsCheck before = new LiveCountsCheck();
    private final WatchedAllocator memory = new WatchedAllocator();
    private final InboundCiphertext in = new InboundCiphertext(Buffers.withoutShelves(memory), BufferKind.HEAP);
    private final OutboundCiphertext out = new OutboundCiphertext(Buffers.withoutShelves(memory), BufferKind.HEAP);

    @AfterEach
    void giveBack() {
        in.release();
        out.release();
        assertEquals(0, memory.live());
        before.assertNothingLeft();
    }

    private void fill(int bytes) {
        ByteBuffer room = in.beginFill();
        assertNotNull(room);
        for (int i = 0; i < bytes; i++) {
            room.put((byte) 1);
        }
        in.endFill(bytes);
    }

    private void consume(int bytes) {
        ByteBuf readable = in.readable();
        assertNotNull(readable);
        readable.skipBytes(bytes);
        in.releaseIfEmpty();
    }

    // ---- inbound ----

    @Test
    void nothingReadHoldsNoMemory() {
        fill(0);
        assertEquals(0, memory.live());
        assertNull(in.readable());
    }

    @Test
    void emptyAgainHoldsNoMemory() {
        fill(10);
        assertEquals(10, in.readableBytes());
        consume(10);
        assertEquals(0, memory.live());
    }

    @Test
    void w14_consumedBytesAreWipedForTheyMayBePlaintext() {
        fill(100);
        consume(60);
        fill(1);
        consume(41);
        assertEquals(1, memory.freed());
        assertEquals(0, memory.freedDirty());
    }

    @Test
    void w14_bytesThatMovedToTheFrontLeaveNothingBehind() {
        fill(InboundCiphertext.RECORD_BYTES);
        consume(InboundCiphertext.RECORD_BYTES - 3);
        fill(10);
        consume(13);
        in.release();
        assertEquals(0, memory.freedDirty());
    }

    @Test
    void aReadThatTookAllTheRoomKeepsTheBufferAndGetsALargerOne() {
        fill(InboundCiphertext.RECORD_BYTES);
        consume(InboundCiphertext.RECORD_BYTES);
        assertEquals(0, memory.live(), "too small from now on");
        ByteBuffer room = in.beginFill();
        assertNotNull(room);
        assertEquals(2 * InboundCiphertext.RECORD_BYTES, room.remaining());
        in.endFill(room.remaining());
        consume(in.readableBytes());
        for (int i = 0; i < 5; i++) {
            ByteBuffer next = in.beginFill();
            assertNotNull(next);
            assertTrue(next.remaining() <= 4 * InboundCiphertext.RECORD_BYTES, "bounded (W36)");
            in.endFill(next.remaining());
            consume(in.readableBytes());
        }
        assertEquals(1, memory.live(), "kept while the transport has more");
        fill(1);
        consume(1);
        assertEquals(0, memory.live(), "given back when it has not");
    }

    @Test
    void aFullBufferHasNoRoomUntilSomethingWasConsumed() {
        fill(InboundCiphertext.RECORD_BYTES);
        assertFalse(in.hasRoom());
        assertNull(in.beginFill());
        assertFalse(in.isFilling());
        consume(1);
        assertTrue(in.hasRoom());
        fill(1);
        assertFalse(in.hasRoom());
    }

    @Test
    void releasedWhileTheTransportFillsItIsGivenBackAfterwards() {
        ByteBuffer room = in.beginFill();
        assertNotNull(room);
        in.release();
        assertEquals(1, memory.live(), "the transport is at it");
        room.put((byte) 7);
        in.endFill(1);
        assertEquals(0, memory.live());
        assertEquals(0, memory.freedDirty());
    }

    // ---- outbound ----

    @Test
    void roomForAsManyRecordsAsThereIsPlaintext() {
        for (int records : new int[] {1, 2, 8, 100}) {
            ByteBuf room = out.room(20_000, (records - 1) * 16 * 1024 + 1);
            assertNotNull(room);
            assertEquals(Math.min(8, records) * 20_000, room.capacity());
            out.releaseIfEmpty();
        }
        ByteBuf handshake = out.room(20_000, 0);
        assertNotNull(handshake);
        assertEquals(2 * 20_000, handshake.capacity(), "the short records of a flight gather");
        out.releaseIfEmpty();
    }

    @Test
    void w11_anEnormousWriteDoesNotOverflowTheSizeOfTheBuffer() {
        ByteBuf room = out.room(20_000, Integer.MAX_VALUE);
        assertNotNull(room);
        assertEquals(8 * 20_000, room.capacity());
    }

    @Test
    void whatTheTransportDidNotTakeStays() {
        ByteBuf room = out.room(100, 0);
        assertNotNull(room);
        room.writeBytes(new byte[] {1, 2, 3, 4});
        ByteBuffer lent = out.beginDrain();
        assertNotNull(lent);
        assertEquals(4, lent.remaining());
        assertTrue(out.isDraining());
        assertNull(out.beginDrain(), "lent once");
        assertNull(out.room(1, 0), "nothing is appended under the transport's eyes");
        out.releaseIfEmpty();
        assertEquals(1, memory.live());
        out.endDrain(3);
        assertEquals(1, out.readableBytes());
        ByteBuffer rest = out.beginDrain();
        assertNotNull(rest);
        assertEquals(4, rest.get());
        out.endDrain(1);
        assertEquals(0, memory.live());
        assertNull(out.beginDrain());
    }

    @Test
    void aFullBufferGivesNoRoomUntilItWasTaken() {
        ByteBuf room = out.room(100, 0);
        assertNotNull(room);
        room.writeZero(101);
        assertNull(out.room(100, 0));
        assertNotNull(out.room(99, 0));
        out.beginDrain();
        out.endDrain(101);
        assertNotNull(out.room(100, 0));
        out.releaseIfEmpty();
    }

    @Test
    void releasedWhileTheTransportTakesItIsGivenBackAfterwards() {
        ByteBuf room = out.room(100, 0);
        assertNotNull(room);
        room.writeZero(10);
        assertNotNull(out.beginDrain());
        ByteBuf last = out.lastRoom(50);
        assertNotNull(last);
        last.writeZero(5);
        assertEquals(15, out.readableBytes());
        out.release();
        assertEquals(2, memory.live());
        out.endDrain(10);
        assertEquals(0, memory.live());
        assertNull(out.lastRoom(50), "nothing more after the release");
    }
}
