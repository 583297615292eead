package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.FakeRecords;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** W11, W36, W43: what a peer claims in its record headers is checked before anybody believes it. */
class RecordInspectorProperties {
    private static final int LIMIT = 64 * 1024;
    private static final int MAX_FRAGMENT = 16 * 1024 + 2048;

    @Property
    void w11_anyBytesAreJudgedAndNothingMoves(
            @ForAll @Size(max = 60) byte[] bytes, @ForAll boolean established, @ForAll @IntRange(max = 20) int skip) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        in.readerIndex(Math.min(skip, bytes.length));
        RecordInspector inspector = new RecordInspector(LIMIT);
        if (established) {
            inspector.handshakeEnded();
        }
        int start = in.readerIndex();
        int result = inspector.inspect(in);
        assertEquals(start, in.readerIndex());
        assertEquals(bytes.length, in.writerIndex());
        assertTrue(result >= -1 && result <= in.readableBytes(), () -> "claims " + result + " bytes");
        assertEquals(result == -1, !inspector.violation().isEmpty());
        if (result > 0) {
            inspector.admit(in, result);
            assertEquals(start, in.readerIndex());
        }
    }

    /** What is refused is refused at the first byte that shows it, and never earlier than it is known. */
    @Property
    void everyPrefixOfAGoodRecordIsWaitedFor(
            @ForAll @IntRange(min = 20, max = 23) int type, @ForAll @IntRange(min = 1, max = 200) int length) {
        byte[] record = FakeRecords.record(type, new byte[length]);
        for (int i = 0; i < record.length; i++) {
            assertEquals(0, new RecordInspector(LIMIT).inspect(Unpooled.wrappedBuffer(record, 0, i)), "at " + i);
        }
        byte[] more = Arrays.copyOf(record, record.length + 9);
        assertEquals(record.length, new RecordInspector(LIMIT).inspect(Unpooled.wrappedBuffer(more)));
    }

    @Example
    void everyFirstByteAndVersionIsJudged() {
        for (int first = 0; first < 256; first++) {
            byte[] start = {(byte) first};
            assertEquals(
                    first >= 20 && first <= 23 ? 0 : -1,
                    new RecordInspector(LIMIT).inspect(Unpooled.wrappedBuffer(start)),
                    "first byte " + first);
            byte[] version = {22, (byte) first};
            assertEquals(
                    first == 3 ? 0 : -1,
                    new RecordInspector(LIMIT).inspect(Unpooled.wrappedBuffer(version)),
                    "major version " + first);
        }
    }

    @Example
    void w11_everyLengthIsJudgedAtTheHeader() {
        for (int length = 0; length <= 0xffff; length++) {
            byte[] header = {23, 3, 3, (byte) (length >> 8), (byte) length};
            assertEquals(
                    length == 0 || length > MAX_FRAGMENT ? -1 : 0,
                    new RecordInspector(LIMIT).inspect(Unpooled.wrappedBuffer(header)),
                    "length " + length);
        }
    }

    @Example
    void w43_afterTheHandshakeOnlyDataAndAlertsPass() {
        for (int type = 20; type <= 23; type++) {
            RecordInspector inspector = new RecordInspector(LIMIT);
            inspector.handshakeEnded();
            ByteBuf record = Unpooled.wrappedBuffer(FakeRecords.record(type, new byte[] {1, 0}));
            boolean passes = type == FakeRecords.ALERT || type == FakeRecords.APPLICATION_DATA;
            assertEquals(passes ? 7 : -1, inspector.inspect(record), "type " + type);
            assertEquals(
                    type == FakeRecords.HANDSHAKE, inspector.violation().contains("renegotiation"), "type " + type);
        }
    }

    // ---- messages ----

    private static boolean admit(RecordInspector inspector, byte[] records) {
        ByteBuf in = Unpooled.wrappedBuffer(records);
        boolean admitted = true;
        while (admitted && in.isReadable()) {
            int bytes = inspector.inspect(in);
            assertTrue(bytes > 0);
            admitted = inspector.admit(in, bytes);
            in.skipBytes(bytes);
        }
        return admitted;
    }

    @Property
    void w36_messagesAreFollowedThroughEveryFragmentation(
            @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 300) Integer> lengths,
            @ForAll @IntRange(min = 1, max = 50) int fragment) {
        int total = 0;
        for (int length : lengths) {
            total += 4 + length;
        }
        byte[] messages = new byte[total];
        int at = 0;
        for (int length : lengths) {
            byte[] message = FakeRecords.message(11, new byte[length]);
            System.arraycopy(message, 0, messages, at, message.length);
            at += message.length;
        }
        assertTrue(admit(new RecordInspector(LIMIT), FakeRecords.handshake(messages, fragment)));
        byte[] liar = Arrays.copyOf(messages, total + 4);
        liar[total + 1] = (byte) 0xff;
        assertFalse(
                admit(new RecordInspector(LIMIT), FakeRecords.handshake(liar, fragment)),
                "a claim of 16 MiB behind good messages");
    }

    @Property
    void w36_theHandshakesBytesAreBounded(@ForAll @IntRange(min = 100, max = 3000) int limit, @ForAll long seed) {
        RecordInspector inspector = new RecordInspector(limit);
        Random random = new Random(seed);
        int sent = 0;
        boolean admitted = true;
        while (admitted) {
            byte[] record = FakeRecords.record(
                    random.nextBoolean() ? FakeRecords.APPLICATION_DATA : 20, new byte[1 + random.nextInt(200)]);
            admitted = inspector.admit(Unpooled.wrappedBuffer(record), record.length);
            assertEquals(sent + record.length <= limit, admitted);
            sent += record.length;
        }
        inspector.handshakeEnded();
        byte[] data = FakeRecords.record(FakeRecords.APPLICATION_DATA, new byte[5000]);
        assertTrue(inspector.admit(Unpooled.wrappedBuffer(data), data.length), "data is not the handshake");
    }

    @Example
    void protectedHandshakeRecordsAreNotTakenForMessages() {
        byte[] garbage = new byte[100];
        Arrays.fill(garbage, (byte) 0xff);
        byte[] record = FakeRecords.record(FakeRecords.HANDSHAKE, garbage);
        RecordInspector inspector = new RecordInspector(LIMIT);
        byte[] change = FakeRecords.record(20, new byte[] {1});
        assertTrue(inspector.admit(Unpooled.wrappedBuffer(change), change.length));
        assertTrue(inspector.admit(Unpooled.wrappedBuffer(record), record.length));
        assertFalse(new RecordInspector(LIMIT).admit(Unpooled.wrappedBuffer(record), record.length));
    }
}
