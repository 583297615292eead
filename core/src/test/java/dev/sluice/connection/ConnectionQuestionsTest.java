package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.spi.EngineStep;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.TlsEngine;
import dev.sluice.testing.CopyEngine;
import dev.sluice.testing.FakeRecords;
import dev.sluice.testing.ScriptedEngine;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the socket asks a connection, and what it does for the application, in each state. */
class ConnectionQuestionsTest {
    private final LiveCountsCheck before = new LiveCountsCheck();
    private End client = End.client();
    private End server = End.server();

    @AfterEach
    void giveBack() {
        client.releaseAndCheck();
        server.releaseAndCheck();
        before.assertNothingLeft();
    }

    private void establish() {
        client.start();
        server.start();
        End.establish(client, server);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Puts received plaintext before the client's reader. */
    private void receive(String text) {
        server.write(ascii(text));
        End.converse(server, client);
        assertEquals(text.length(), client.connection.bytesAvailable());
    }

    private String read(int limit) {
        ByteBuffer target = ByteBuffer.allocate(limit);
        int bytes = client.connection.read(target);
        return new String(target.array(), 0, bytes, StandardCharsets.US_ASCII);
    }

    // ---- facts and states ----

    @Test
    void w07_factsAreThereWhileTheConnectionIsEstablishedAndNeitherBeforeNorAfterwards() {
        client.start();
        server.start();
        client.settle();
        assertEquals(SessionFacts.NONE, client.connection.facts());
        End.establish(client, server);
        assertEquals(CopyEngine.facts(PeerCredentials.NONE), client.connection.facts());
        client.connection.release();
        assertEquals(SessionFacts.NONE, client.connection.facts());
    }

    @Test
    void aReleasedConnectionIsClosedInBothDirections() {
        establish();
        client.connection.release();
        assertEquals(Phase.CLOSED, client.connection.phase());
        assertEquals(Half.ABORTED, client.connection.inbound());
        assertEquals(Half.ABORTED, client.connection.outbound());
        assertEquals(Optional.empty(), client.connection.failure());
    }

    @Test
    void aConnectionThatWasClosedInOrderStaysSoWhenItIsReleased() {
        establish();
        client.connection.closeOutbound();
        server.connection.closeOutbound();
        End.converse(client, server);
        client.connection.release();
        assertEquals(Phase.CLOSED, client.connection.phase());
        assertEquals(Half.CLOSE_NOTIFY, client.connection.inbound());
        assertEquals(Half.CLOSE_NOTIFY, client.connection.outbound());
    }

    @Test
    void theEndOfTheTransportIsRemembered() {
        assertFalse(client.connection.isTransportEnded());
        client.connection.transportEnded();
        assertTrue(client.connection.isTransportEnded());
    }

    @Test
    void theTransportIsWatchedForItsEndOnlyAfterTheInboundDirectionEndedAndBeforeTheTransportDid() {
        establish();
        assertFalse(client.connection.wantsTransportEnd());
        client.feed(FakeRecords.alert(dev.sluice.TlsAlert.CLOSE_NOTIFY));
        assertTrue(client.connection.wantsTransportEnd());
        client.connection.transportEnded();
        assertFalse(client.connection.wantsTransportEnd());
    }

    @Test
    void tlsHasBegunFromStartTlsOn() {
        assertFalse(client.connection.hasBegunTls());
        client.connection.startPlain();
        assertFalse(client.connection.hasBegunTls());
        client.start();
        assertTrue(client.connection.hasBegunTls());
    }

    @Test
    void halfARecordIsCiphertextThatWaitsUnlessTheTransportIsAtIt() {
        establish();
        assertEquals(0, client.connection.encryptedBytesAvailable());
        client.feed(new byte[] {FakeRecords.APPLICATION_DATA, 3, 3});
        assertEquals(3, client.connection.encryptedBytesAvailable());
        assertNotNull(client.connection.beginFill());
        assertEquals(0, client.connection.encryptedBytesAvailable(), "nobody may look now");
        client.connection.endFill(0);
        assertEquals(3, client.connection.encryptedBytesAvailable());
    }

    @Test
    void allIsSentWhenNeitherPlaintextNorCiphertextWaits() {
        establish();
        assertTrue(client.connection.isAllSent());
        client.write(new byte[10]);
        assertFalse(client.connection.isAllSent(), "plaintext waits");
        client.settle();
        assertEquals(0, client.connection.bytesToWrite());
        assertFalse(client.connection.isAllSent(), "ciphertext waits");
        client.drain(Integer.MAX_VALUE);
        assertTrue(client.connection.isAllSent());
    }

    @Test
    void aWriterWaitsForThePeerWhileAKeyUpdateIsUnanswered() {
        establish();
        assertFalse(client.connection.needsInputToSend());
        assertTrue(client.connection.updateKeys());
        client.write(new byte[10]);
        client.settle();
        assertTrue(client.connection.needsInputToSend());
        End.converse(client, server);
        assertFalse(client.connection.needsInputToSend());
        assertEquals(10, server.connection.bytesAvailable());
    }

    @Test
    void aWriterWaitsForThePeerWhenTheEngineSaysThatItNeedsInput() {
        boolean[] waits = {true};
        client = client.with(honest -> new ScriptedEngine(
                honest,
                number -> (engine, in, out, unwraps) -> !unwraps && in.isReadable() && waits[0]
                        ? EngineStep.NEEDS_INPUT
                        : ScriptedEngine.HONEST.answer(engine, in, out, unwraps)));
        establish();
        client.write(new byte[10]);
        client.settle();
        assertTrue(client.connection.needsInputToSend());
        assertEquals(10, client.connection.bytesToWrite());
        waits[0] = false;
        client.feed(FakeRecords.ticket(0));
        assertEquals(0, client.connection.bytesToWrite());
    }

    // ---- limits ----

    @Test
    void w36_thereIsRoomBelowALimitAndNoneAtIt() {
        client = new End(CopyEngine.Options.client(), new ConnectionLimits(10, 20, 64 * 1024));
        establish();
        receive("123456789");
        assertTrue(client.connection.hasReadRoom());
        receive0("0");
        assertEquals(10, client.connection.bytesAvailable());
        assertFalse(client.connection.hasReadRoom());
        assertFalse(client.connection.wantsInput());
        ByteBuffer lent = holdTheTransport();
        assertEquals(19, client.write(new byte[19]));
        assertTrue(client.connection.hasWriteRoom());
        assertEquals(1, client.write(new byte[2]));
        assertFalse(client.connection.hasWriteRoom());
        assertEquals(0, client.write(new byte[2]));
        client.connection.endDrain(lent.remaining());
    }

    private void receive0(String text) {
        server.write(ascii(text));
        End.converse(server, client);
    }

    /** The transport takes its time over a first record, so that what is written afterwards stays in the queue. */
    private ByteBuffer holdTheTransport() {
        client.write(new byte[1]);
        client.settle();
        ByteBuffer lent = client.connection.beginDrain();
        assertNotNull(lent);
        return lent;
    }

    @Test
    void w36_aLimitThatWasLoweredBelowWhatIsQueuedTakesNothingAndLosesNothing() {
        establish();
        ByteBuffer lent = holdTheTransport();
        client.write(new byte[100]);
        client.connection.setLimits(new ConnectionLimits(64 * 1024, 40, 64 * 1024));
        assertFalse(client.connection.hasWriteRoom());
        assertEquals(0, client.write(new byte[100]));
        assertEquals(100, client.connection.bytesToWrite());
        client.connection.endDrain(lent.remaining());
    }

    // ---- straight to and from the engine ----

    @Test
    void encryptSendsWithoutTheQueueAsMuchAsTheBufferHolds() {
        establish();
        ByteBuf source = Unpooled.wrappedBuffer(new byte[60_000]);
        assertEquals(60_000, client.connection.encrypt(source));
        assertEquals(0, source.readableBytes());
        assertEquals(0, client.connection.bytesToWrite());
        assertEquals(60_000, client.events.plaintextSent);
        server.feed(client.drain(Integer.MAX_VALUE));
        server.read(60_000);
        assertEquals(60_000, server.received.size());
    }

    @Test
    void encryptOvertakesNothingThatIsQueued() {
        establish();
        ByteBuffer lent = holdTheTransport();
        client.write(ascii("first"));
        client.connection.endDrain(lent.remaining());
        ByteBuf source = Unpooled.wrappedBuffer(ascii("second"));
        assertEquals(0, client.connection.encrypt(source));
        assertEquals(6, source.readableBytes());
        assertEquals(5, client.connection.bytesToWrite());
    }

    @Test
    void encryptAndDecryptDoNothingBeforeTheConnectionIsEstablished() {
        client.start();
        assertEquals(0, client.connection.encrypt(Unpooled.wrappedBuffer(new byte[5])));
        assertEquals(0, client.connection.decrypt(Unpooled.buffer(100), 100));
        assertEquals(0, client.engine().calls());
        server.start();
        client.settle();
        server.feed(client.drain(Integer.MAX_VALUE));
        byte[] flight = server.drain(Integer.MAX_VALUE);
        client.fill(flight, 0, flight.length);
        int calls = client.engine().calls();
        assertEquals(0, client.connection.decrypt(Unpooled.buffer(30_000), 30_000));
        assertEquals(calls, client.engine().calls());
    }

    private void fillWithData(byte[] content) {
        server.write(content);
        server.settle();
        byte[] record = server.drain(Integer.MAX_VALUE);
        assertEquals(record.length, client.fill(record, 0, record.length));
    }

    @Test
    void decryptAppendsBehindWhatTheReaderHasAndCountsThatOnly() {
        establish();
        fillWithData(ascii("straight"));
        ByteBuf target = Unpooled.buffer(1000, 1000).writeBytes(ascii("before "));
        assertEquals(8, client.connection.decrypt(target, 500));
        assertEquals("before straight", target.toString(StandardCharsets.US_ASCII));
        assertEquals(0, client.events.plaintextReceived, "who asked need not be told");
    }

    @Test
    void decryptOvertakesNothingThatIsQueuedOrMayBePutBack() {
        establish();
        receive("queued");
        fillWithData(ascii("next"));
        ByteBuf target = Unpooled.buffer(1000, 1000);
        assertEquals(0, client.connection.decrypt(target, 1000));
        assertEquals("queued", read(6));
        client.connection.startTransaction();
        assertEquals(0, client.connection.decrypt(target, 1000));
        client.connection.commitTransaction();
        assertEquals(4, client.connection.decrypt(target, 1000));
    }

    /** The plaintext of a record is never longer than the record, so that much room is enough and less may not be. */
    @Test
    void aRecordIsDecryptedStraightIntoRoomOfItsOwnLengthAndNotIntoLess() {
        establish();
        fillWithData(new byte[50]);
        int recordBytes = FakeRecords.HEADER_BYTES + FakeRecords.PROTECTION_BYTES + 50;
        assertEquals(0, client.connection.decrypt(Unpooled.buffer(1000, 1000), recordBytes - 1));
        assertEquals(50, client.connection.decrypt(Unpooled.buffer(1000, 1000), recordBytes));
    }

    /** A lie: it takes a record and gives zeros, as many as it is told to. */
    private static TlsEngine giving(TlsEngine honest, int bytes, boolean[] lies) {
        return new ScriptedEngine(honest, number -> (engine, in, out, unwraps) -> {
            if (!unwraps || !lies[0]) {
                return ScriptedEngine.HONEST.answer(engine, in, out, unwraps);
            }
            in.skipBytes(in.readableBytes());
            out.writeZero(bytes);
            return EngineStep.PROGRESSED;
        });
    }

    @Test
    void w11_anEngineThatFillsMoreOfTheReadersBufferThanItMayHasFailed() {
        boolean[] lies = {false};
        client = client.with(honest -> giving(honest, 2001, lies));
        establish();
        fillWithData(new byte[50]);
        lies[0] = true;
        ByteBuf target = Unpooled.buffer(100_000, 100_000);
        assertEquals(2000, client.connection.decrypt(target, 2000));
        assertEquals(2000, target.writerIndex(), "nothing beyond the room that was given counts as read");
        assertEquals(Phase.FAILED, client.connection.phase());
        assertEquals(
                "engine gave 2001 bytes, more than the record can hold",
                client.connection.failure().orElseThrow().message());
    }

    @Test
    void anEngineMayFillTheReadersBufferToTheLastByte() {
        boolean[] lies = {false};
        client = client.with(honest -> giving(honest, 2000, lies));
        establish();
        fillWithData(new byte[50]);
        lies[0] = true;
        assertEquals(2000, client.connection.decrypt(Unpooled.buffer(100_000, 100_000), 2000));
        assertEquals(Phase.ESTABLISHED, client.connection.phase());
    }

    // ---- received plaintext ----

    @Test
    void receivedBytesArePeekedAtSearchedSkippedAndPutBack() {
        establish();
        receive("hello");
        ByteBuffer peeked = ByteBuffer.allocate(3);
        assertEquals(3, client.connection.peek(peeked));
        assertArrayEquals(ascii("hel"), peeked.array());
        assertEquals(0, client.connection.indexOf((byte) 'h'));
        assertEquals(2, client.connection.indexOf((byte) 'l'));
        assertEquals(-1, client.connection.indexOf((byte) 'x'));
        assertEquals(2, client.connection.skip(2));
        client.connection.unread(ByteBuffer.wrap(ascii("HE")));
        assertEquals("HEllo", read(10));
        assertEquals(0, client.connection.skip(10));
    }

    @Test
    void whatATransactionReadIsPutBackByItsRollBackAndGoneAfterItsCommit() {
        establish();
        receive("hello");
        assertFalse(client.connection.inTransaction());
        client.connection.startTransaction();
        assertTrue(client.connection.inTransaction());
        assertEquals("hel", read(3));
        client.connection.rollbackTransaction();
        assertFalse(client.connection.inTransaction());
        assertEquals(5, client.connection.bytesAvailable());
        client.connection.startTransaction();
        assertEquals("hello", read(10));
        client.connection.commitTransaction();
        assertFalse(client.connection.inTransaction());
        assertEquals(0, client.connection.bytesAvailable());
    }

    @Test
    void whoStopsReceivingHasAbortedTheInboundDirectionUnlessItHadEnded() {
        establish();
        client.connection.stopReceiving();
        assertEquals(Half.ABORTED, client.connection.inbound());
        assertFalse(client.connection.wantsInput());
        server.feed(FakeRecords.alert(dev.sluice.TlsAlert.CLOSE_NOTIFY));
        server.connection.stopReceiving();
        assertEquals(Half.CLOSE_NOTIFY, server.connection.inbound());
    }

    // ---- key updates and exporters ----

    /** An engine that would update keys and export at any time, and may have a task. */
    private static final class WillingEngine extends ScriptedEngine {
        private int updates;
        private boolean hasTask;

        WillingEngine(TlsEngine honest) {
            super(honest, number -> HONEST);
        }

        @Override
        public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
            return hasTask ? EngineStep.NEEDS_TASK : super.wrap(plaintext, ciphertext);
        }

        @Override
        public EngineStep runTask() {
            hasTask = false;
            return EngineStep.PROGRESSED;
        }

        @Override
        public boolean updateKeys() {
            updates++;
            return true;
        }

        @Override
        public Optional<byte[]> exportKeyingMaterial(String label, byte @Nullable [] context, int lengthBytes) {
            byte[] material = new byte[lengthBytes];
            material[0] = (byte) label.length();
            return Optional.of(material);
        }
    }

    private WillingEngine willing() {
        WillingEngine[] made = new WillingEngine[1];
        client = End.client().with(honest -> {
            made[0] = new WillingEngine(honest);
            return made[0];
        });
        client.start();
        return made[0];
    }

    private Optional<byte[]> export() {
        return client.connection.exportKeyingMaterial("label", null, 4);
    }

    @Test
    void keysAreUpdatedAndExportedOnlyWhileEstablishedAndNoTaskIsUnderWay() {
        WillingEngine engine = willing();
        assertFalse(client.connection.updateKeys());
        assertEquals(Optional.empty(), export());
        server.start();
        End.establish(client, server);
        assertArrayEquals(new byte[] {5, 0, 0, 0}, export().orElseThrow());
        assertTrue(client.connection.updateKeys());
        client.settle();
        assertEquals(1, engine.updates);

        engine.hasTask = true;
        client.write(new byte[1]);
        client.transmit();
        assertTrue(client.connection.hasTask());
        assertFalse(client.connection.updateKeys());
        assertEquals(Optional.empty(), export());
        client.settle();
        assertTrue(client.connection.updateKeys());
        client.settle();

        client.connection.closeOutbound();
        client.settle();
        assertFalse(client.connection.updateKeys(), "nothing can be sent any more");
        assertTrue(export().isPresent());
        assertEquals(2, engine.updates);
    }

    @Test
    void aKeyUpdateGoesOutThoughNothingIsWritten() {
        establish();
        assertTrue(client.connection.updateKeys());
        client.transmit();
        assertEquals(1, client.engine().recordsSent());
        assertTrue(client.connection.encryptedBytesToWrite() > 0);
    }

    @Test
    void anEngineThatRefusesAKeyUpdateIsNotAskedToSendOne() {
        client = client.with(honest -> new ScriptedEngine(honest, number -> ScriptedEngine.HONEST) {
            @Override
            public boolean updateKeys() {
                return false;
            }
        });
        establish();
        int calls = client.engine().calls();
        assertFalse(client.connection.updateKeys());
        client.transmit();
        assertEquals(calls, client.engine().calls());
    }

    // ---- tasks ----

    @Test
    void aTaskRunsFromBeingTakenToBeingFinished() {
        WillingEngine engine = willing();
        server.start();
        End.establish(client, server);
        assertFalse(client.connection.isTaskRunning());
        assertThrows(IllegalStateException.class, client.connection::takeTask, "there is none");
        engine.hasTask = true;
        client.write(new byte[1]);
        client.transmit();
        assertFalse(client.connection.isTaskRunning());
        assertTrue(client.takeTask());
        assertTrue(client.connection.isTaskRunning());
        assertFalse(client.connection.hasTask());
        assertTrue(client.finishTask());
        assertFalse(client.connection.isTaskRunning());
    }

    @Test
    void aServerThatWaitsForTheFirstRecordHoldsNoBuffer() {
        long buffers = LiveCounts.BUFFERS.get();
        server.start();
        server.settle();
        assertEquals(buffers, LiveCounts.BUFFERS.get());
        assertEquals("", ByteBufUtil.hexDump(server.drain(100)));
    }
}
