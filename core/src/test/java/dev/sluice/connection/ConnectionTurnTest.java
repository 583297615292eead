package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslSocketError;
import dev.sluice.TlsAlert;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.TlsContextException;
import dev.sluice.testing.CopyEngine;
import dev.sluice.testing.FakeRecords;
import dev.sluice.testing.ScriptedEngine;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** W10, W16, W33: how far one turn goes, what it waits for, and when an engine counts as stuck. */
class ConnectionTurnTest {
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

    /** Establishes with a client whose engine misbehaves from now on, where it is told to. */
    private void establishWith(boolean[] misbehaves, ScriptedEngine.Call fault) {
        client = client.with(
                honest -> new ScriptedEngine(honest, number -> misbehaves[0] ? fault : ScriptedEngine.HONEST));
        establish();
        misbehaves[0] = true;
    }

    private void fillRecords(int from, int count) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int i = from; i < from + count; i++) {
            records.writeBytes(FakeRecords.data(i, new byte[1]));
        }
        byte[] wire = records.toByteArray();
        assertEquals(wire.length, client.fill(wire, 0, wire.length));
    }

    private ConnectionFailure failure() {
        assertEquals(Phase.FAILED, client.connection.phase());
        return client.connection.failure().orElseThrow();
    }

    // ---- the budget of a turn ----

    @Test
    void aTurnOfSixtyFourRecordsSaysThatThereMayBeMoreAndAShorterOneThatThereIsNot() {
        establish();
        fillRecords(0, 64);
        assertTrue(client.connection.transmit());
        assertEquals(64, client.connection.bytesAvailable());
        assertFalse(client.connection.transmit());
        fillRecords(64, 63);
        assertFalse(client.connection.transmit());
        assertEquals(127, client.connection.bytesAvailable());
    }

    @Test
    void recordsOfBothDirectionsCount() {
        establish();
        client.write(new byte[40_000]); // four records: each chunk of the queue is a bit longer than one
        fillRecords(0, 60);
        assertTrue(client.connection.transmit());
        assertEquals(4, client.engine().recordsSent());
        assertEquals(60, client.connection.bytesAvailable());
        client.drain(Integer.MAX_VALUE);
        client.write(new byte[10]);
        fillRecords(60, 62);
        assertFalse(client.connection.transmit());
        assertEquals(5, client.engine().recordsSent());
    }

    @Test
    void aTurnSendsAllRecordsThatFitTheBuffer() {
        establish();
        client.write(new byte[60_000]);
        client.connection.transmit();
        assertEquals(0, client.connection.bytesToWrite());
        assertTrue(client.engine().recordsSent() >= 4);
    }

    /** Of a handshake or a key update: nobody has to come back for the answer. */
    @Test
    void w10_whatAReceivedRecordMakesTheEngineSendGoesOutInTheSameTurn() {
        establish();
        byte[] update = FakeRecords.keyUpdate(0, 1);
        client.fill(update, 0, update.length);
        client.connection.transmit();
        assertEquals(1, client.engine().recordsSent());
        assertTrue(client.connection.encryptedBytesToWrite() > 0);
    }

    @Test
    void theAnswerToAHelloGoesOutInTheTurnThatReadTheNameInIt() throws TlsContextException {
        server.connection.startTls(server.source(), true);
        byte[] hello = FakeRecords.handshake(FakeRecords.clientHello("localhost", 0), 1000);
        server.connection.transmit();
        assertEquals(Phase.HANDSHAKING, server.connection.phase(), "no hello yet: that is no failure");
        server.fill(hello, 0, hello.length);
        server.connection.transmit();
        assertTrue(server.connection.encryptedBytesToWrite() > 0);
    }

    // ---- while the transport is at a buffer ----

    @Test
    void nothingIsDecryptedWhileTheTransportFillsTheBuffer() {
        client = new End(CopyEngine.Options.client(), new ConnectionLimits(10, 100, 64 * 1024));
        establish();
        fillRecords(0, 10);
        client.transmit();
        fillWholeRecordBehindTheLimit();
        client.read(10);
        ByteBuffer lent = client.connection.beginFill();
        assertNotNull(lent);
        int calls = client.engine().calls();
        client.transmit();
        assertEquals(calls, client.engine().calls());
        assertEquals(0, client.connection.bytesAvailable());
        client.connection.endFill(0);
        client.transmit();
        assertEquals(10, client.connection.bytesAvailable());
    }

    private void fillWholeRecordBehindTheLimit() {
        client.read(1);
        byte[] two = new byte[FakeRecords.data(10, new byte[1]).length * 2];
        System.arraycopy(FakeRecords.data(10, new byte[1]), 0, two, 0, two.length / 2);
        System.arraycopy(FakeRecords.data(11, new byte[9]), 0, two, two.length / 2, two.length / 2);
        ByteBuffer room = client.connection.beginFill();
        assertNotNull(room);
        byte[] first = FakeRecords.data(10, new byte[1]);
        byte[] second = FakeRecords.data(11, new byte[10]);
        room.put(first).put(second);
        client.connection.endFill(first.length + second.length);
        client.transmit();
        assertEquals(10, client.connection.bytesAvailable(), "the second record waits for the reader");
    }

    // ---- engines that are never content ----

    @Test
    void w33_anEngineThatTakesNothingOfTheDataAndLacksNothingCountsAsStuck() {
        boolean[] stuck = {false};
        establishWith(stuck, ScriptedEngine.says(EngineStep.PROGRESSED));
        client.write(new byte[10]);
        client.settle();
        assertEquals(SslSocketError.SSL_INTERNAL, failure().error());
        assertTrue(
                failure().message().startsWith("engine made no progress in 8 calls"),
                failure().message());
    }

    @Test
    void w33_anEngineThatTakesNothingOfARecordAndLacksNothingCountsAsStuck() {
        boolean[] stuck = {false};
        establishWith(stuck, ScriptedEngine.says(EngineStep.PROGRESSED));
        fillRecords(0, 1);
        client.settle();
        assertTrue(
                failure().message().startsWith("engine made no progress in 8 calls"),
                failure().message());
    }

    @Test
    void w33_eightCallsThatMoveNothingAreBorneAndNineAreNot() {
        for (int idle : new int[] {8, 9}) {
            int[] left = {0};
            client = End.client()
                    .with(honest -> new ScriptedEngine(
                            honest,
                            number -> (engine, in, out, unwraps) -> unwraps && left[0]-- > 0
                                    ? EngineStep.PROGRESSED
                                    : ScriptedEngine.HONEST.answer(engine, in, out, unwraps)));
            server = End.server();
            establish();
            left[0] = idle;
            fillRecords(0, 1);
            client.settle();
            assertEquals(idle == 8 ? Phase.ESTABLISHED : Phase.FAILED, client.connection.phase(), idle + " calls");
            client.releaseAndCheck();
            server.releaseAndCheck();
        }
        client = End.client();
        server = End.server();
    }

    @Test
    void w16_anEngineThatWantsMoreOfAWholeRecordHasFailed() {
        boolean[] faulty = {false};
        establishWith(
                faulty,
                (engine, in, out, unwraps) ->
                        unwraps ? EngineStep.NEEDS_INPUT : ScriptedEngine.HONEST.answer(engine, in, out, false));
        fillRecords(0, 1);
        client.settle();
        assertEquals(
                "engine asks for more input although a whole record was offered",
                failure().message());
        assertEquals(SslSocketError.SSL_INTERNAL, failure().error());
    }

    // ---- room ----

    @Test
    void w16_anEngineThatWantsItsFullRoomForASmallRecordGetsItInTheSameTurn() {
        boolean[] faulty = {false};
        establishWith(
                faulty,
                (engine, in, out, unwraps) -> unwraps && out.writableBytes() < CopyEngine.OUTPUT_ROOM_BYTES
                        ? EngineStep.NEEDS_OUTPUT_ROOM
                        : ScriptedEngine.HONEST.answer(engine, in, out, unwraps));
        fillRecords(0, 1);
        client.connection.transmit();
        assertEquals(1, client.connection.bytesAvailable());
    }

    @Test
    void w16_anEngineThatWantsMoreThanTheRoomItAskedForHasFailed() {
        for (boolean unwrapping : new boolean[] {false, true}) {
            boolean[] faulty = {false};
            client = End.client();
            server = End.server();
            establishWith(
                    faulty,
                    (engine, in, out, unwraps) -> unwraps == unwrapping
                            ? EngineStep.NEEDS_OUTPUT_ROOM
                            : ScriptedEngine.HONEST.answer(engine, in, out, unwraps));
            client.write(new byte[10]);
            fillRecords(0, 1);
            client.settle();
            assertEquals(
                    "engine asks for more output room than it said it needs",
                    failure().message());
            assertEquals(SslSocketError.SSL_INTERNAL, failure().error());
            client.releaseAndCheck();
            server.releaseAndCheck();
        }
        client = End.client();
        server = End.server();
    }

    @Test
    void w09_anEngineThatWantsAnEmptyBufferIsServedOnceTheTransportHasTakenTheRest() {
        boolean[] picky = {false};
        establishWith(
                picky,
                (engine, in, out, unwraps) -> !unwraps && out.isReadable()
                        ? EngineStep.NEEDS_OUTPUT_ROOM
                        : ScriptedEngine.HONEST.answer(engine, in, out, unwraps));
        client.write(new byte[40_000]);
        for (int i = 0; i < 20; i++) {
            client.transmit(); // the transport takes nothing meanwhile
        }
        assertEquals(List.of(), client.events.failures, "the engine waits, it is not stuck");
        assertEquals(1, client.engine().recordsSent());
        End.converse(client, server);
        assertEquals(0, client.connection.bytesToWrite());
        assertEquals(40_000, server.connection.bytesAvailable());
    }

    // ---- the end ----

    /** Say, an engine that answers a key update before it says good-bye. */
    @Test
    void w41_anEngineThatNeedsSeveralCallsForItsGoodByeIsCalledUntilItSaysThatItIsClosed() {
        boolean[] slow = {false};
        int[] calls = {0};
        establishWith(slow, (engine, in, out, unwraps) -> {
            if (unwraps || ++calls[0] > 2) {
                return ScriptedEngine.HONEST.answer(engine, in, out, unwraps);
            }
            out.writeBytes(FakeRecords.data(calls[0] - 1, new byte[3]));
            return EngineStep.PROGRESSED;
        });
        client.connection.closeOutbound();
        client.connection.transmit();
        assertEquals(3, calls[0]);
        assertEquals(Half.CLOSE_NOTIFY, client.connection.outbound());
        End.converse(client, server);
        assertEquals(6, server.connection.bytesAvailable());
        assertEquals(List.of(TlsAlert.CLOSE_NOTIFY), server.events.alertsReceived);
    }

    @Test
    void withoutHalfCloseTheAnswerToCloseNotifyGoesOutInTheTurnThatReadIt() {
        client = new End(CopyEngine.Options.client().withoutHalfClose());
        establish();
        byte[] goodbye = FakeRecords.alert(TlsAlert.CLOSE_NOTIFY);
        client.fill(goodbye, 0, goodbye.length);
        client.connection.transmit();
        assertEquals(List.of(TlsAlert.CLOSE_NOTIFY), client.events.alertsSent);
        assertEquals(Half.CLOSE_NOTIFY, client.connection.outbound());
    }

    // ---- unprotected ----

    @Test
    void w36_unprotectedBytesBeyondTheReadLimitStayWithTheTransport() {
        client = new End(CopyEngine.Options.client(), new ConnectionLimits(10, 100, 64 * 1024));
        client.connection.startPlain();
        client.fill(new byte[25], 0, 25);
        client.settle();
        assertEquals(10, client.connection.bytesAvailable());
        assertEquals(15, client.connection.encryptedBytesAvailable());
        assertFalse(client.connection.wantsInput());
        client.read(4);
        client.settle();
        assertEquals(10, client.connection.bytesAvailable());
        assertEquals(11, client.connection.encryptedBytesAvailable());
    }

    @Test
    void anIdleUnprotectedConnectionHoldsNoBuffer() {
        long buffers = LiveCounts.BUFFERS.get();
        client.connection.startPlain();
        client.fill(new byte[25], 0, 25);
        client.settle();
        client.read(25);
        assertEquals(buffers, LiveCounts.BUFFERS.get());
        client.write(new byte[100]);
        client.settle();
        client.drain(Integer.MAX_VALUE);
        assertEquals(buffers, LiveCounts.BUFFERS.get());
    }

    @Test
    void whatIsUnprotectedAndWrittenIsHandedOnInOneTurnAsFarAsThereIsRoom() {
        client.connection.startPlain();
        client.write(new byte[3000]);
        client.connection.handOverPlaintext();
        assertEquals(0, client.connection.bytesToWrite());
        assertEquals(3000, client.connection.encryptedBytesToWrite());
    }

    @Test
    void nothingIsHandedOverUnprotectedBeforeAnythingWasBegunOrAfterTheUpgrade() {
        client.write(new byte[10]);
        client.connection.handOverPlaintext();
        assertEquals(10, client.connection.bytesToWrite());
        assertEquals(0, client.connection.encryptedBytesToWrite());
        client.start();
        client.connection.handOverPlaintext();
        assertEquals(10, client.connection.bytesToWrite());
    }
}
