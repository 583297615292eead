package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.spi.BufferKind;
import dev.sluice.testing.FakeRecords;
import dev.sluice.testing.WatchedAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The queues and the record inspector at their edges: sizes that just fit, buffers that just stay or go. */
class QueueEdgesTest {
    private static final int RECORD = InboundCiphertext.RECORD_BYTES;
    private static final int SMALL_CHUNK = 2048;
    private static final int CHUNK = 18 * 1024;

    private final LiveCountsCheck before = new LiveCountsCheck();
    private final WatchedAllocator memory = new WatchedAllocator();
    private final Buffers buffers = Buffers.withoutShelves(memory);
    private final PlaintextQueue queue = new PlaintextQueue(buffers, BufferKind.HEAP);
    private final InboundCiphertext in = new InboundCiphertext(buffers, BufferKind.HEAP);
    private final OutboundCiphertext out = new OutboundCiphertext(buffers, BufferKind.HEAP);

    @AfterEach
    void giveBack() {
        queue.clear();
        in.release();
        out.release();
        assertEquals(0, memory.live());
        before.assertNothingLeft();
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private String read(int limit) {
        ByteBuffer target = ByteBuffer.allocate(limit);
        int bytes = queue.read(target);
        return new String(target.array(), 0, bytes, StandardCharsets.US_ASCII);
    }

    // ---- plaintext ----

    @Test
    void whatATransactionHasReadIsGivenBackWithItsCommit() {
        queue.append(ascii("all of it"), Integer.MAX_VALUE);
        queue.startTransaction();
        assertEquals("all of it", read(100));
        assertEquals(1, memory.live(), "may be put back");
        queue.commitTransaction();
        assertEquals(0, memory.live());
    }

    @Test
    void aByteIsFoundAtTheVeryFrontOfAnyChunk() {
        queue.append(ByteBuffer.allocate(SMALL_CHUNK), Integer.MAX_VALUE);
        queue.append(ascii("xy"), 2);
        assertEquals(SMALL_CHUNK, queue.indexOf((byte) 'x'));
        queue.skip(SMALL_CHUNK);
        assertEquals(0, queue.indexOf((byte) 'x'));
    }

    @Test
    void shortWritesShareAChunk() {
        queue.append(ascii("one"), 3);
        queue.append(ascii("two"), 3);
        assertEquals(1, memory.live());
    }

    @Test
    void aChunkIsSmallUpToTwoKibibytesAndHoldsARecordBeyond() {
        assertEquals(SMALL_CHUNK, queue.tail(SMALL_CHUNK).capacity());
        queue.appended(0);
        assertEquals(CHUNK, queue.tail(SMALL_CHUNK + 1).capacity());
        queue.appended(0);
        assertEquals(CHUNK + 1, queue.tail(CHUNK + 1).capacity());
        queue.appended(0);
    }

    @Test
    void aTailWithJustTheRoomThatIsAskedForIsUsed() {
        ByteBuf tail = queue.tail(100);
        tail.writeZero(SMALL_CHUNK - 100);
        queue.appended(SMALL_CHUNK - 100);
        assertSame(tail, queue.tail(100));
        queue.appended(0);
        assertEquals(1, memory.live());
    }

    @Test
    void puttingBackNothingTakesNoMemory() {
        queue.prepend(ByteBuffer.allocate(0));
        assertTrue(queue.holdsNothing());
        assertEquals(0, memory.live());
    }

    @Test
    void whatIsPutBackBeforeUnreadBytesTakesOneBufferMore() {
        queue.append(ascii("world"), 5);
        queue.prepend(ascii("hello "));
        assertEquals(2, memory.live());
        assertEquals("hello world", read(100));
        assertEquals(0, memory.live());
    }

    /** What a transaction took stays in front of what is put back meanwhile, chunks that were taken as a whole included. */
    @Test
    void aRollBackFindsEverythingInOrderThoughBytesWerePutBackMeanwhile() {
        queue.append(ByteBuffer.allocate(SMALL_CHUNK), Integer.MAX_VALUE);
        queue.append(ascii("abcdef"), 6);
        queue.startTransaction();
        assertEquals(SMALL_CHUNK, queue.skip(SMALL_CHUNK));
        queue.prepend(ascii("put back "));
        assertEquals(3, memory.live(), "what was taken as a whole stays as it is");
        assertEquals("put back ab", read(11));
        queue.rollbackTransaction();
        assertEquals(SMALL_CHUNK + 9 + 6, queue.readableBytes());
        queue.skip(SMALL_CHUNK);
        assertEquals("put back abcdef", read(100));
    }

    @Test
    void whatWasReadBeforeTheTransactionIsNotBroughtBackByItsRollBack() {
        queue.append(ascii("read before ".repeat(150)), Integer.MAX_VALUE);
        queue.append(ascii("the end".repeat(100)), Integer.MAX_VALUE);
        int all = queue.readableBytes();
        assertEquals(2, memory.live(), "two chunks");
        queue.skip(1000);
        queue.startTransaction();
        queue.skip(1200);
        queue.rollbackTransaction();
        assertEquals(all - 1000, queue.readableBytes());
        assertEquals(all - 1000, queue.skip(all));
        assertEquals(0, memory.live());
    }

    // ---- inbound ciphertext ----

    private void fill(int bytes) {
        ByteBuffer room = in.beginFill();
        assertNotNull(room);
        room.position(room.position() + bytes);
        in.endFill(bytes);
    }

    private int roomOfAFreshBuffer() {
        ByteBuffer room = in.beginFill();
        assertNotNull(room);
        in.endFill(0);
        return room.remaining();
    }

    private void consumeAll() {
        ByteBuf readable = in.readable();
        assertNotNull(readable);
        readable.skipBytes(readable.readableBytes());
        in.releaseIfEmpty();
    }

    @Test
    void itIsBeingFilledFromBeginToEnd() {
        assertFalse(in.isFilling());
        assertNotNull(in.beginFill());
        assertTrue(in.isFilling());
        in.endFill(0);
        assertFalse(in.isFilling());
    }

    @Test
    void aBufferThatIsKeptEmptyHasNothingToRead() {
        for (int i = 0; i < 3; i++) {
            ByteBuffer room = in.beginFill();
            assertNotNull(room);
            in.endFill(room.remaining());
            consumeAll();
        }
        assertEquals(1, memory.live(), "kept, because the transport has more");
        assertNull(in.readable());
        assertEquals(0, in.readableBytes());
    }

    @Test
    void w36_aTransportThatHasLittleGetsSmallerBuffersAgain() {
        for (int size : new int[] {RECORD, 2 * RECORD}) {
            fill(size);
            consumeAll();
        }
        fill(RECORD); // a quarter of the buffer is no reason for a smaller one
        consumeAll();
        assertEquals(4 * RECORD, roomOfAFreshBuffer());
        assertEquals(2 * RECORD, roomOfAFreshBuffer());
        assertEquals(RECORD, roomOfAFreshBuffer());
        assertEquals(RECORD, roomOfAFreshBuffer(), "never less than a record");
    }

    // ---- outbound ciphertext ----

    private ByteBuf room(int bytes) {
        ByteBuf room = out.room(bytes, 0);
        assertNotNull(room);
        return room;
    }

    @Test
    void nothingIsAppendedBehindTheLastWord() {
        room(100).writeZero(150);
        ByteBuf last = out.lastRoom(100);
        assertNotNull(last);
        last.writeZero(5);
        assertNull(out.room(10, 0), "it would come before the last word");
        assertNotNull(out.beginDrain());
        out.endDrain(150);
        assertEquals(5, out.readableBytes());
    }

    @Test
    void theLastWordHasRoomForTwoRecordsAndNoMore() {
        room(100).writeZero(150);
        ByteBuf last = out.lastRoom(100);
        assertNotNull(last);
        assertEquals(200, last.capacity());
        last.writeZero(100);
        assertSame(last, out.lastRoom(100));
        last.writeZero(1);
        assertNull(out.lastRoom(100));
    }

    @Test
    void aLastWordThatWasNotSaidIsGivenBackAndOneThatWasIsKept() {
        room(100).writeZero(150);
        assertNotNull(out.lastRoom(100));
        assertEquals(2, memory.live());
        out.releaseIfEmpty();
        assertEquals(1, memory.live());
        ByteBuf last = out.lastRoom(100);
        assertNotNull(last);
        last.writeZero(1);
        out.releaseIfEmpty();
        assertEquals(2, memory.live());
        assertEquals(151, out.readableBytes());
    }

    @Test
    void anEmptyBufferHasNothingForTheTransport() {
        room(100);
        assertNull(out.beginDrain());
        assertFalse(out.isDraining());
    }

    @Test
    void onlyWhatTheTransportHasNotBegunToTakeIsDropped() {
        out.dropUnsent();
        room(100).writeZero(50);
        out.dropUnsent();
        assertEquals(0, out.readableBytes());
        assertEquals(0, memory.live());

        room(100).writeZero(50);
        assertNotNull(out.beginDrain());
        out.dropUnsent();
        assertEquals(50, out.readableBytes(), "the transport is at it");
        out.endDrain(1);
        out.dropUnsent();
        assertEquals(49, out.readableBytes(), "half a record on the wire would spoil the alert behind it");
    }

    // ---- records ----

    @Test
    void w36_aHandshakeMessageOfExactlyTheLimitIsAdmittedAndALongerOneIsNot() {
        for (int length : new int[] {100, 101}) {
            RecordInspector inspector = new RecordInspector(100);
            byte[] message = FakeRecords.message(FakeRecords.CLIENT_HELLO, new byte[length]);
            byte[] record = FakeRecords.handshake(message, 20);
            int first = FakeRecords.HEADER_BYTES + 20;
            assertEquals(length == 100, inspector.admit(Unpooled.wrappedBuffer(record), first), "message of " + length);
        }
    }
}
