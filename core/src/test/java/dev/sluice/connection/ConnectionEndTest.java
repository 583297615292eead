package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.AlertDescription;
import dev.sluice.SslSocketError;
import dev.sluice.TlsAlert;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.SessionFacts;
import dev.sluice.testing.CopyEngine;
import dev.sluice.testing.FakeRecords;
import dev.sluice.testing.ScriptedEngine;
import dev.sluice.testing.WatchedAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** W35, W36, W40, W41, W43 and W14: how connections end, and how much a peer can make them keep. */
class ConnectionEndTest {
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

    // ---- W35 ----

    @Test
    void w35_cutAtEveryOffsetTheEndIsCleanOnlyAfterCloseNotify() {
        byte[] data = FakeRecords.data(0, "some last words".getBytes(StandardCharsets.US_ASCII));
        byte[] goodbye = FakeRecords.alert(TlsAlert.CLOSE_NOTIFY);
        byte[] stream = Arrays.copyOf(data, data.length + goodbye.length);
        System.arraycopy(goodbye, 0, stream, data.length, goodbye.length);
        for (int cut = 0; cut <= stream.length; cut++) {
            client = End.client();
            server = End.server();
            establish();
            client.feed(Arrays.copyOf(stream, cut));
            client.connection.transportEnded();
            client.settle();
            boolean clean = cut == stream.length;
            assertEquals(clean ? Half.CLOSE_NOTIFY : Half.ABORTED, client.connection.inbound(), "cut at " + cut);
            assertEquals(clean ? 1 : 0, client.events.inboundFinished, "cut at " + cut);
            assertEquals(
                    clean ? List.of() : List.of(SslSocketError.TRUNCATED),
                    client.events.failures.stream()
                            .map(ConnectionFailure::error)
                            .toList(),
                    "cut at " + cut);
            assertEquals(cut < data.length ? 0 : 15, client.connection.bytesAvailable(), "what came is readable");
            client.releaseAndCheck();
            server.releaseAndCheck();
        }
        client = End.client();
        server = End.server();
    }

    @Test
    void w35_anEndDuringTheHandshakeIsNoTruncationOfData() {
        client.start();
        server.start();
        client.settle();
        client.connection.transportEnded();
        client.settle();
        assertEquals(
                SslSocketError.REMOTE_HOST_CLOSED, client.events.failures.get(0).error());
    }

    @Test
    void w35_truncationIsToldOnlyAfterWhatCameBeforeWasTakenIn() {
        client = new End(CopyEngine.Options.client(), new ConnectionLimits(10, 100, 64 * 1024));
        establish();
        byte[] first = FakeRecords.data(0, new byte[20]);
        byte[] second = FakeRecords.data(1, new byte[5]);
        client.fill(first, 0, first.length);
        client.fill(second, 0, second.length);
        client.connection.transportEnded();
        client.settle();
        assertEquals(20, client.connection.bytesAvailable());
        assertEquals(List.of(), client.events.failures, "five bytes are still to be read");
        client.read(20);
        client.settle();
        assertEquals(5, client.connection.bytesAvailable());
        assertEquals(SslSocketError.TRUNCATED, client.events.failures.get(0).error());
    }

    @Test
    void dataAfterCloseNotifyIsIgnored() {
        establish();
        client.feed(FakeRecords.alert(TlsAlert.CLOSE_NOTIFY));
        assertTrue(client.connection.wantsTransportEnd());
        assertFalse(client.connection.wantsInput());
        assertNull(client.connection.beginFill());
        assertEquals(List.of(), client.events.failures);
    }

    // ---- W40, W41 ----

    @Test
    void w41_closeSendsEverythingQueuedThenCloseNotifyOnce() {
        establish();
        byte[] text = new byte[50_000];
        new Random(41).nextBytes(text);
        assertEquals(text.length, client.write(text));
        client.connection.closeOutbound();
        client.connection.closeOutbound();
        End.converse(client, server);
        client.connection.closeOutbound();
        End.converse(client, server);
        server.read(100_000);
        assertArrayEquals(text, server.received.toByteArray());
        assertEquals(List.of(TlsAlert.CLOSE_NOTIFY), client.events.alertsSent);
        assertEquals(List.of(TlsAlert.CLOSE_NOTIFY), server.events.alertsReceived);
        assertEquals(Half.CLOSE_NOTIFY, client.connection.outbound());
        assertTrue(client.connection.isOutboundFlushed());
        assertEquals(Half.OPEN, server.connection.outbound(), "the other direction lives on");
    }

    @Test
    void w41_closeWaitsForATransportThatTakesNothing() {
        establish();
        client.write(new byte[10]);
        client.connection.closeOutbound();
        client.settle();
        assertEquals(Half.CLOSE_NOTIFY, client.connection.outbound());
        assertFalse(client.connection.isOutboundFlushed(), "bytes wait for the transport");
        ByteBuffer lent = client.connection.beginDrain();
        assertTrue(lent != null);
        assertFalse(client.connection.isOutboundFlushed(), "bytes are lent to the transport");
        client.connection.endDrain(lent.remaining());
        assertTrue(client.connection.isOutboundFlushed());
    }

    @Test
    void w35_dataIsUnsentUntilTheTransportHasTakenTheLastByteOfIt() {
        client.start();
        server.start();
        client.settle();
        assertTrue(client.connection.encryptedBytesToWrite() > 0);
        assertFalse(client.connection.hasUnsentData(), "a hello is no data");
        client.write(new byte[10]);
        assertTrue(client.connection.hasUnsentData(), "waits to be encrypted");
        End.establish(client, server);
        assertFalse(client.connection.hasUnsentData());

        client.write(new byte[10]);
        client.settle();
        int data = client.connection.encryptedBytesToWrite();
        client.connection.closeOutbound();
        client.settle();
        assertTrue(client.connection.encryptedBytesToWrite() > data, "with a good-bye behind it");
        client.drain(data - 1);
        assertTrue(client.connection.hasUnsentData(), "its last byte is not taken");
        client.drain(1);
        assertTrue(client.connection.encryptedBytesToWrite() > 0);
        assertFalse(client.connection.hasUnsentData(), "a good-bye is no data");
    }

    /** The engine takes no data before the peer has answered its key update; close_notify must not overtake the data. */
    @Test
    void w41_closeNotifyDoesNotOvertakeDataThatWaitsForThePeer() {
        establish();
        assertTrue(client.connection.updateKeys());
        client.settle();
        client.write(new byte[10]);
        client.connection.closeOutbound();
        client.settle();
        assertEquals(10, client.connection.bytesToWrite(), "waits for the answer");
        assertEquals(Half.OPEN, client.connection.outbound());
        assertEquals(List.of(), client.events.alertsSent);
        End.converse(client, server);
        assertEquals(10, server.connection.bytesAvailable());
        assertEquals(Half.CLOSE_NOTIFY, server.connection.inbound());
    }

    /** The peer's flight may cross the good-bye. An engine that has said it would fail on it, and the user be told of an error. */
    @Test
    void w41_whatComesAfterAGoodbyeInTheHandshakeIsIgnored() {
        client.start();
        server.start();
        client.settle();
        client.connection.closeOutbound();
        client.settle();
        assertEquals(Half.CLOSE_NOTIFY, client.connection.outbound());
        client.feed("no TLS at all".getBytes(StandardCharsets.US_ASCII));
        client.connection.transportEnded();
        client.settle();
        assertEquals(List.of(), client.events.failures);
        assertEquals(List.of(TlsAlert.CLOSE_NOTIFY), client.events.alertsSent);
    }

    @Test
    void w41_withoutHalfCloseThePeersCloseNotifyIsAnswered() {
        client = new End(CopyEngine.Options.client().withoutHalfClose());
        establish();
        server.connection.closeOutbound();
        End.converse(server, client);
        assertEquals(Half.CLOSE_NOTIFY, client.connection.inbound());
        assertFalse(client.connection.canWrite());
    }

    @Test
    void w40_nothingIsAcceptedAfterClose() {
        establish();
        client.connection.closeOutbound();
        assertFalse(client.connection.canWrite());
        assertThrows(IllegalStateException.class, () -> client.write(new byte[1]));
        assertEquals(0, client.connection.encrypt(Unpooled.wrappedBuffer(new byte[1])));
        End.converse(client, server);
        assertThrows(IllegalStateException.class, () -> client.write(new byte[1]));
        assertFalse(client.connection.updateKeys());
    }

    @Test
    void w40_nothingIsAcceptedAfterAFailure() {
        establish();
        client.write(new byte[100_000]);
        client.connection.fail(ConnectionFailure.of(SslSocketError.NETWORK, "broken"), AlertDescription.INTERNAL_ERROR);
        assertThrows(IllegalStateException.class, () -> client.write(new byte[1]));
        assertEquals(0, client.connection.encrypt(Unpooled.wrappedBuffer(new byte[1])));
        assertEquals(0, client.connection.decrypt(Unpooled.buffer(10), 10));
        assertEquals(0, client.connection.bytesToWrite(), "queued plaintext is dropped");
        assertEquals(SessionFacts.NONE, client.connection.facts(), "W07: no stale facts");
        assertEquals(List.of(TlsAlert.fatal(AlertDescription.INTERNAL_ERROR)), client.events.alertsSent);
        assertEquals(
                TlsAlert.fatal(AlertDescription.INTERNAL_ERROR),
                client.connection.failure().orElseThrow().alert());
        End.pass(client, server, Integer.MAX_VALUE);
        assertEquals(
                TlsAlert.fatal(AlertDescription.INTERNAL_ERROR),
                server.connection.failure().orElseThrow().alert(),
                "the alert reaches the peer");
    }

    @Test
    void w13_theFirstCauseWins() {
        establish();
        ConnectionFailure first = ConnectionFailure.of(SslSocketError.SOCKET_TIMEOUT, "first");
        client.connection.fail(first);
        client.connection.fail(ConnectionFailure.of(SslSocketError.NETWORK, "second"), AlertDescription.BAD_RECORD_MAC);
        client.connection.transportEnded();
        client.settle();
        assertEquals(List.of(first), client.events.failures);
        assertEquals(first, client.connection.failure().orElseThrow());
        assertEquals(List.of(), client.events.alertsSent);
    }

    @Test
    void writtenBeforeAnythingWasBegunAndClosedIsAnEndWithoutBytes() {
        client.connection.closeOutbound();
        client.transmit();
        assertEquals(Half.CLOSE_NOTIFY, client.connection.outbound());
        assertTrue(client.connection.isOutboundFlushed());
        assertEquals(Phase.NEW, client.connection.phase());
    }

    // ---- W43 ----

    @Test
    void w43_aHandshakeRecordAfterTheHandshakeNeverReachesTheEngine() {
        establish();
        client.feed(FakeRecords.handshake(FakeRecords.message(0, new byte[0]), 100));
        assertEquals(Phase.FAILED, client.connection.phase());
        assertEquals(0, client.engine().renegotiations());
        assertEquals(List.of(TlsAlert.fatal(AlertDescription.UNEXPECTED_MESSAGE)), client.events.alertsSent);
    }

    @Test
    void w43_aChangeCipherSpecAfterTheHandshakeIsRefused() {
        establish();
        client.feed(FakeRecords.record(20, new byte[] {1}));
        assertEquals(Phase.FAILED, client.connection.phase());
    }

    // ---- W36 ----

    @Test
    void w36_noMoreThanTheReadLimitAndOneRecordIsKept() {
        client = new End(CopyEngine.Options.client(), new ConnectionLimits(1000, 1000, 64 * 1024));
        establish();
        int taken = 0;
        for (int i = 0; i < 30; i++) {
            byte[] next = FakeRecords.data(i, new byte[FakeRecords.MAX_PLAINTEXT_BYTES]);
            taken += client.fill(next, 0, next.length) == next.length ? 1 : 0;
            client.transmit();
        }
        assertEquals(FakeRecords.MAX_PLAINTEXT_BYTES, client.connection.bytesAvailable());
        assertFalse(client.connection.wantsInput());
        assertTrue(taken <= 5, "records taken: " + taken);
        client.read(FakeRecords.MAX_PLAINTEXT_BYTES - 999);
        assertTrue(client.connection.wantsInput(), "one byte below the limit");
        client.read(FakeRecords.MAX_PLAINTEXT_BYTES);
    }

    @Test
    void w36_noMoreThanTheWriteLimitIsQueued() {
        client = new End(CopyEngine.Options.client(), new ConnectionLimits(1000, 1000, 64 * 1024));
        client.start();
        server.start();
        assertEquals(600, client.write(new byte[600]));
        assertEquals(400, client.write(new byte[600]));
        assertEquals(0, client.write(new byte[600]));
        assertEquals(1000, client.connection.bytesToWrite());
        End.establish(client, server);
        assertEquals(1000, server.connection.bytesAvailable());
        assertEquals(600, client.write(new byte[600]));
    }

    @Test
    void w36_aPeerThatTakesNothingBoundsTheCiphertext() {
        establish();
        long accepted = 0;
        for (int i = 0; i < 200; i++) {
            accepted += client.write(new byte[10_000]);
            client.transmit();
        }
        int kept = client.connection.bytesToWrite() + client.connection.encryptedBytesToWrite();
        assertTrue(kept < End.LIMITS.writeBytes() + 9 * CopyEngine.OUTPUT_ROOM_BYTES, "kept " + kept);
        assertTrue(accepted < 2 * kept, "accepted " + accepted);
    }

    @Test
    void w36_aHandshakeLongerThanTheLimitIsRefused() {
        client = new End(CopyEngine.Options.client().withFlights(3, 2000, 100), new ConnectionLimits(1000, 1000, 1999));
        server = new End(CopyEngine.Options.server().withFlights(3, 2000, 100));
        client.start();
        server.start();
        End.converse(client, server);
        assertEquals(Phase.FAILED, client.connection.phase());
        assertEquals(Phase.FAILED, server.connection.phase(), "is told by an alert");
    }

    @Test
    void w36_aHandshakeOfExactlyTheLimitPasses() {
        int flight = 4 + 2000 + 21 * FakeRecords.HEADER_BYTES;
        client = new End(
                CopyEngine.Options.client().withFlights(3, 2000, 100), new ConnectionLimits(1000, 1000, flight));
        server = new End(CopyEngine.Options.server().withFlights(3, 2000, 100));
        client.start();
        server.start();
        End.establish(client, server);
    }

    /** A record that the engine takes only at the second offer is one record. */
    @Test
    void w36_aRecordIsCountedOnceHoweverOftenItIsOffered() {
        int flight = 4 + 40 + FakeRecords.HEADER_BYTES;
        int[] offers = {0};
        client = new End(CopyEngine.Options.client(), new ConnectionLimits(1000, 1000, flight))
                .with(honest -> new ScriptedEngine(
                        honest,
                        number -> (engine, in, out, unwraps) -> unwraps && offers[0]++ == 0
                                ? EngineStep.NEEDS_WRAP
                                : ScriptedEngine.HONEST.answer(engine, in, out, unwraps)));
        client.start();
        server.start();
        End.establish(client, server);
        assertTrue(offers[0] > 1);
    }

    @Test
    void w36_aMessageThatClaims16MegabytesIsRefusedAtItsHeader() {
        client.start();
        client.settle();
        client.feed(FakeRecords.record(22, new byte[] {2, (byte) 0xff, (byte) 0xff, (byte) 0xff}));
        assertEquals(Phase.FAILED, client.connection.phase());
        assertTrue(client.events.failures.get(0).message().contains("16777215"), client.events.failures::toString);
    }

    @Test
    void w36_thirtyTwoEmptyRecordsAreBorneAndThirtyThreeAreNot() {
        establish();
        for (int i = 0; i < 32; i++) {
            client.feed(FakeRecords.data(i, new byte[0]));
        }
        client.feed(FakeRecords.data(32, new byte[1]));
        for (int i = 33; i < 65; i++) {
            client.feed(FakeRecords.data(i, new byte[0]));
        }
        assertEquals(List.of(), client.events.failures, "data starts the count anew");
        client.feed(FakeRecords.data(65, new byte[0]));
        assertEquals(Phase.FAILED, client.connection.phase());
    }

    @Test
    void w36_fiveWarningsAreBorneAndSixAreNot() {
        establish();
        for (int i = 0; i < 5; i++) {
            client.feed(FakeRecords.alert(TlsAlert.warning(AlertDescription.USER_CANCELED)));
        }
        assertEquals(List.of(), client.events.failures);
        client.feed(FakeRecords.alert(TlsAlert.warning(AlertDescription.USER_CANCELED)));
        assertEquals(Phase.FAILED, client.connection.phase());
    }

    @Test
    void w36_warningsInTheHandshakeCount() {
        client.start();
        client.settle();
        for (int i = 0; i < 6; i++) {
            assertEquals(List.of(), client.events.failures, i + " warnings");
            client.feed(FakeRecords.alert(TlsAlert.warning(AlertDescription.USER_CANCELED)));
        }
        assertEquals(Phase.FAILED, client.connection.phase());
    }

    @Test
    void aTicketOfTheHandshakeIsNoNews() {
        client.start();
        server.start();
        client.engineSays().sessionTicketReceived();
        assertEquals(0, client.events.tickets, "part of a handshake of TLS 1.2");
        End.establish(client, server);
        assertEquals(0, client.events.tickets);
        client.feed(FakeRecords.ticket(0));
        assertEquals(1, client.events.tickets);
    }

    @Test
    void thePeerHasBegunWithItsFirstWholeRecordAndOnlyWithTls() {
        client.start();
        server.start();
        byte[] hello = client.settleAndDrain();
        server.feed(Arrays.copyOf(hello, hello.length - 1));
        assertEquals(0, server.events.begun);
        server.feed(Arrays.copyOfRange(hello, hello.length - 1, hello.length));
        assertEquals(1, server.events.begun);
        End.establish(client, server);
        assertEquals(1, server.events.begun);
        End other = End.server().start();
        other.feed("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertEquals(0, other.events.begun);
        other.releaseAndCheck();
    }

    @Test
    void w36_sixteenTicketsAreBorneAndSeventeenAreNot() {
        establish();
        for (int i = 0; i < 16; i++) {
            client.feed(FakeRecords.ticket(i));
        }
        assertEquals(List.of(), client.events.failures);
        assertEquals(16, client.events.tickets);
        client.feed(FakeRecords.ticket(16));
        assertEquals(Phase.FAILED, client.connection.phase());
    }

    @Test
    void w36_thirtyTwoKeyUpdatesWithoutDataAreBorneAndThirtyThreeAreNot() {
        establish();
        for (int i = 0; i < 32; i++) {
            client.feed(FakeRecords.keyUpdate(i, i % 2));
            client.drain(Integer.MAX_VALUE);
        }
        assertEquals(List.of(), client.events.failures);
        client.feed(FakeRecords.data(32, new byte[1]));
        for (int i = 33; i < 65; i++) {
            client.feed(FakeRecords.keyUpdate(i, 0));
        }
        assertEquals(List.of(), client.events.failures, "data starts the count anew");
        client.feed(FakeRecords.keyUpdate(65, 0));
        assertEquals(Phase.FAILED, client.connection.phase());
    }

    /** Both ways to read are held to the same limits. */
    @Test
    void w36_emptyRecordsAreCountedOnADirectReadToo() {
        establish();
        for (int i = 0; i < 33; i++) {
            byte[] empty = FakeRecords.data(i, new byte[0]);
            client.fill(empty, 0, empty.length);
        }
        client.connection.decrypt(Unpooled.buffer(100_000, 100_000), 100_000);
        assertEquals(Phase.FAILED, client.connection.phase());
    }

    /** Without room nobody can take what a selector reports, so nothing may be asked for: it would report for ever. */
    @Test
    void w33_aFullBufferBehindATaskAsksForNoMore() {
        client = new End(
                CopyEngine.Options.client().withVerification(CopyEngine.Verification.TASK, PeerCredentials.NONE));
        client.start();
        server.start();
        client.transmit();
        server.feed(client.drain(10_000));
        byte[] flight = server.drain(10_000);
        client.fill(flight, 0, flight.length);
        client.transmit();
        Connection.EngineTask task = client.connection.takeTask();
        assertTrue(task.claim());
        for (int i = 0; i < 100 && client.connection.wantsInput(); i++) {
            assertTrue(client.fill(new byte[10_000], 0, 10_000) > 0, "asks for input and takes none");
        }
        assertFalse(client.connection.wantsInput());
        task.run();
        task.finish();
    }

    // ---- W14 ----

    @Test
    void w14_noPlaintextIsLeftInFreedMemory() {
        for (BufferKind kind : BufferKind.values()) {
            WatchedAllocator memory = new WatchedAllocator();
            Buffers buffers = Buffers.withoutShelves(memory);
            client = new End(CopyEngine.Options.client(), End.LIMITS, buffers, kind);
            server = new End(CopyEngine.Options.server(), End.LIMITS, buffers, kind);
            establish();
            byte[] secret = "sixteen secrets!".getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 300; i++) {
                client.write(secret);
                server.write(secret);
            }
            End.converse(client, server);
            server.read(50);
            server.connection.startTransaction();
            server.read(100);
            server.connection.rollbackTransaction();
            server.connection.unread(ByteBuffer.wrap(secret));
            server.read(100);
            client.releaseAndCheck();
            server.releaseAndCheck();
            assertTrue(memory.freed() >= 4, "buffers freed: " + memory.freed());
            assertFalse(memory.wasFreedWith(secret), kind + " memory was freed with plaintext in it");
            assertEquals(0, memory.live());
        }
        client = End.client();
        server = End.server();
    }

    /** An engine that decrypts, then finds that the record is forged, has plaintext behind the index. */
    @Test
    void w14_whatAFailedEngineLeavesBehindTheIndexIsWiped() {
        byte[] secret = "sixteen secrets!".getBytes(StandardCharsets.US_ASCII);
        WatchedAllocator memory = new WatchedAllocator();
        client = new End(CopyEngine.Options.client(), End.LIMITS, Buffers.withoutShelves(memory), BufferKind.HEAP)
                .with(honest -> ScriptedEngine.fromUnwrap(honest, 2, (engine, in, out, unwraps) -> {
                    out.setBytes(out.writerIndex(), secret);
                    return EngineStep.failed(new IllegalStateException("forged"), null);
                }));
        establish();
        client.feed(FakeRecords.data(0, new byte[100]));
        client.feed(FakeRecords.data(1, new byte[100]));
        assertEquals(Phase.FAILED, client.connection.phase());
        client.releaseAndCheck();
        assertFalse(memory.wasFreedWith(secret));
    }

    @Test
    void anIdleConnectionHoldsNoBuffer() {
        long buffers = LiveCounts.BUFFERS.get();
        establish();
        assertEquals(buffers, LiveCounts.BUFFERS.get(), "after the handshake");
        client.write(new byte[100]);
        End.converse(client, server);
        server.read(1000);
        assertEquals(buffers, LiveCounts.BUFFERS.get(), "after an exchange");
    }

    @Test
    void buffersLentToTheTransportAreReleasedWhenItIsDone() {
        establish();
        client.write(new byte[100]);
        client.settle();
        ByteBuffer out = client.connection.beginDrain();
        ByteBuffer in = client.connection.beginFill();
        assertTrue(out != null && in != null);
        client.connection.release();
        out.get();
        in.put((byte) 1);
        client.connection.endFill(1);
        client.connection.endDrain(1);
    }
}
