package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.AlertDescription;
import dev.sluice.SslSocketError;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.TlsEngine;
import dev.sluice.testing.CopyEngine;
import dev.sluice.testing.CopyEngine.Verification;
import dev.sluice.testing.FakeRecords;
import dev.sluice.testing.ScriptedEngine;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** W06, W11, W13, W16, W33: engines that break, lie or stand still harm one connection, and that one ends in order. */
@AddLifecycleHook(LiveCountsHook.class)
class ConnectionFaultProperties {
    /** Every kind of step, moving nothing or as much as can be claimed. */
    enum Fault {
        PROGRESSED(ScriptedEngine.says(EngineStep.PROGRESSED)),
        NEEDS_INPUT(ScriptedEngine.says(EngineStep.NEEDS_INPUT)),
        NEEDS_OUTPUT_ROOM(ScriptedEngine.says(EngineStep.NEEDS_OUTPUT_ROOM)),
        NEEDS_WRAP(ScriptedEngine.says(EngineStep.NEEDS_WRAP)),
        NEEDS_UNWRAP(ScriptedEngine.says(EngineStep.NEEDS_UNWRAP)),
        NEEDS_TASK(ScriptedEngine.says(EngineStep.NEEDS_TASK)),
        NEEDS_VERIFICATION(ScriptedEngine.says(EngineStep.NEEDS_VERIFICATION)),
        CLOSED(ScriptedEngine.says(EngineStep.CLOSED)),
        FAILED(ScriptedEngine.says(EngineStep.failed(new IllegalStateException("scripted"), null))),
        NULL(ScriptedEngine.says(null)),
        BREAKS(ScriptedEngine.breaks()),
        SWALLOWS_AND_GOES_ON(ScriptedEngine.swallows(EngineStep.PROGRESSED)),
        SWALLOWS_AND_WANTS_WRAP(ScriptedEngine.swallows(EngineStep.NEEDS_WRAP)),
        SWALLOWS_AND_CLOSES(ScriptedEngine.swallows(EngineStep.CLOSED)),
        INVENTS_DATA(ScriptedEngine.invents(EngineStep.PROGRESSED, 10)),
        INVENTS_MUCH_DATA(ScriptedEngine.invents(EngineStep.NEEDS_WRAP, Integer.MAX_VALUE)),
        REWINDS_OUTPUT((honest, input, output, unwraps) -> {
            output.setIndex(0, 0);
            return EngineStep.PROGRESSED;
        }),
        CLAIMS_UNWRITTEN_OUTPUT((honest, input, output, unwraps) -> {
            output.setIndex(output.readerIndex(), output.capacity());
            input.skipBytes(input.readableBytes());
            return EngineStep.PROGRESSED;
        }),
        READS_PAST_THE_RECORD((honest, input, output, unwraps) -> {
            input.setIndex(input.readerIndex(), input.capacity());
            input.readerIndex(input.capacity());
            return EngineStep.PROGRESSED;
        }),
        REWINDS_INPUT((honest, input, output, unwraps) -> {
            input.setIndex(0, input.writerIndex());
            return EngineStep.PROGRESSED;
        }),
        CONSUMES_OUTPUT((honest, input, output, unwraps) -> {
            output.writeByte(1);
            output.readByte();
            return EngineStep.PROGRESSED;
        }),
        SHRINKS_BUFFERS((honest, input, output, unwraps) -> {
            output.capacity(Math.min(3, output.capacity()));
            if (unwraps) {
                input.capacity(Math.min(3, input.capacity()));
            }
            return EngineStep.PROGRESSED;
        });

        private final ScriptedEngine.Call call;

        Fault(ScriptedEngine.Call call) {
            this.call = call;
        }
    }

    /** What an engine does, call by call: mostly as it should, then not any more. */
    private static UnaryOperator<TlsEngine> faults(long seed, int from, Fault... choice) {
        Random random = new Random(seed);
        return honest -> new ScriptedEngine(
                honest,
                number -> number < from || random.nextInt(3) == 0
                        ? ScriptedEngine.HONEST
                        : choice[random.nextInt(choice.length)].call);
    }

    @Property
    void w16_w33_anyStatusInAnyPhaseEndsInProgressAWaitOrAFailure(
            @ForAll long seed,
            @ForAll @IntRange(max = 12) int from,
            @ForAll Fault fault,
            @ForAll Fault other,
            @ForAll Verification verification,
            @ForAll boolean clientLies,
            @ForAll @IntRange(min = 1, max = 3000) int piece) {
        UnaryOperator<TlsEngine> lies = faults(seed, from, fault, other);
        End client = end(CopyEngine.Options.client(), verification, clientLies ? lies : UnaryOperator.identity());
        End server = end(CopyEngine.Options.server(), verification, clientLies ? UnaryOperator.identity() : lies);
        try {
            client.start();
            server.start();
            talk(client, server, piece, seed);
        } finally {
            client.abandon();
            server.abandon();
        }
        checkEnd(client);
        checkEnd(server);
    }

    /** The same status for ever, in every phase: what a spin would need. */
    @Property
    void w33_theSameStatusForEverNeverSpins(
            @ForAll @IntRange(max = 9) int from, @ForAll Fault fault, @ForAll boolean clientLies) {
        UnaryOperator<TlsEngine> lies =
                honest -> new ScriptedEngine(honest, number -> number < from ? ScriptedEngine.HONEST : fault.call);
        End client =
                end(CopyEngine.Options.client(), Verification.INLINE, clientLies ? lies : UnaryOperator.identity());
        End server = end(CopyEngine.Options.server(), Verification.NEVER, clientLies ? UnaryOperator.identity() : lies);
        try {
            client.start();
            server.start();
            talk(client, server, 100_000, 0);
        } finally {
            client.abandon();
            server.abandon();
        }
        checkEnd(client);
        checkEnd(server);
    }

    private static End end(CopyEngine.Options options, Verification verification, UnaryOperator<TlsEngine> fault) {
        return new End(options.withVerification(verification, PeerCredentials.NONE)).with(fault);
    }

    /** Writes, reads, closes; each turn is held to its budget by {@link End#transmit()}. */
    private static void talk(End client, End server, int piece, long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 60; i++) {
            for (End end : List.of(client, server)) {
                if (end.connection.canWrite() && i % 7 == 3) {
                    end.write(new byte[1 + random.nextInt(2000)]);
                }
                end.transmit();
                end.runTask();
                end.read(5000);
                Phase phase = end.connection.phase();
                assertEquals(phase == Phase.FAILED, end.connection.failure().isPresent());
                assertEquals(phase == Phase.FAILED ? 1 : 0, end.events.failures.size(), "W13");
                if (end.events.encrypted == 0) {
                    assertEquals(0, end.received.size(), "W18: delivered before ESTABLISHED");
                    assertEquals(0, end.events.plaintextSent, "W18: sent before ESTABLISHED");
                }
                if (phase == Phase.FAILED) {
                    assertFalse(end.connection.canWrite(), "W13: writable after the failure");
                    assertEquals(0, end.connection.bytesToWrite());
                }
            }
            if (i == 40) {
                client.connection.closeOutbound();
            }
            if (i == 50) {
                server.connection.closeOutbound();
            }
            hand(client, server, piece);
            hand(server, client, piece);
        }
    }

    private static void hand(End from, End to, int piece) {
        byte[] bytes = from.drain(piece);
        int taken = to.fill(bytes, 0, bytes.length);
        if (taken < bytes.length && to.connection.inbound() == Half.OPEN) {
            to.transmit();
            to.fill(bytes, taken, bytes.length - taken);
        }
    }

    private static void checkEnd(End end) {
        CopyEngine engine = end.engine();
        assertEquals(1, engine.releases(), "W06: engine releases");
        assertEquals(1, end.context.freed(), "W06: context releases");
        end.events.check();
    }

    /** An engine that frees what it borrowed. The connection fails; nothing is freed twice. */
    @Example
    void w11_anEngineThatReleasesItsOutputFailsItsConnection() {
        End client = End.client()
                .with(honest -> ScriptedEngine.fromUnwrap(honest, 0, (engine, in, out, unwraps) -> {
                    out.release();
                    return EngineStep.PROGRESSED;
                }));
        End server = End.server();
        client.start();
        server.start();
        End.converse(client, server);
        assertEquals(Phase.FAILED, client.connection.phase());
        client.releaseAndCheck();
        server.releaseAndCheck();
    }

    @Example
    void w11_anEngineThatReleasesItsInputFailsItsConnection() {
        End client = End.client()
                .with(honest -> ScriptedEngine.fromUnwrap(honest, 0, (engine, in, out, unwraps) -> {
                    in.release();
                    return EngineStep.PROGRESSED;
                }));
        End server = End.server();
        client.start();
        server.start();
        End.converse(client, server);
        assertEquals(Phase.FAILED, client.connection.phase());
        client.releaseAndCheck();
        server.releaseAndCheck();
    }

    /** The rest of the seam: each method may break, and each sizes may be nonsense. */
    enum Method {
        CLOSE_OUTBOUND,
        FAIL_OUTBOUND,
        UPDATE_KEYS,
        CAN_HALF_CLOSE,
        OUTPUT_ROOM_THROWS,
        OUTPUT_ROOM_NEGATIVE,
        OUTPUT_ROOM_HUGE,
        SESSION_FACTS,
        FORGET_SESSION,
        RELEASE,
        RUN_TASK
    }

    @Property
    void w16_aMethodThatBreaksHarmsNobodyElse(@ForAll Method method, @ForAll boolean failsLater) {
        End client = new End(CopyEngine.Options.client().withVerification(Verification.TASK, PeerCredentials.NONE))
                .with(honest -> new Breaking(honest, method))
                .notResumable();
        End server = End.server();
        client.start();
        server.start();
        End.converse(client, server);
        boolean stopped = method == Method.SESSION_FACTS || method == Method.RUN_TASK;
        assertEquals(stopped ? Phase.FAILED : Phase.ESTABLISHED, client.connection.phase(), method.name());
        client.connection.updateKeys();
        if (failsLater) {
            client.feed(new byte[] {99});
            assertEquals(Phase.FAILED, client.connection.phase());
        } else {
            server.connection.closeOutbound();
            client.connection.closeOutbound();
            End.converse(client, server);
        }
        assertEquals(client.connection.phase() == Phase.FAILED ? 1 : 0, client.events.failures.size());
        client.abandon();
        server.abandon();
        assertEquals(1, client.context.freed());
        assertEquals(method == Method.RELEASE ? 0 : 1, client.engine().releases());
        client.events.check();
    }

    private static final class Breaking extends ScriptedEngine {
        private final Method broken;

        Breaking(TlsEngine honest, Method broken) {
            super(honest, number -> HONEST);
            this.broken = broken;
        }

        private void call(Method method) {
            if (method == broken) {
                throw new IllegalStateException(method + " broke");
            }
        }

        @Override
        public void closeOutbound() {
            call(Method.CLOSE_OUTBOUND);
            super.closeOutbound();
        }

        @Override
        public boolean failOutbound(AlertDescription description) {
            call(Method.FAIL_OUTBOUND);
            return super.failOutbound(description);
        }

        @Override
        public boolean updateKeys() {
            call(Method.UPDATE_KEYS);
            return super.updateKeys();
        }

        @Override
        public boolean canHalfClose() {
            call(Method.CAN_HALF_CLOSE);
            return super.canHalfClose();
        }

        @Override
        public int outputRoomBytes() {
            call(Method.OUTPUT_ROOM_THROWS);
            return broken == Method.OUTPUT_ROOM_NEGATIVE
                    ? -1
                    : broken == Method.OUTPUT_ROOM_HUGE ? Integer.MAX_VALUE : super.outputRoomBytes();
        }

        @Override
        public dev.sluice.spi.SessionFacts sessionFacts() {
            call(Method.SESSION_FACTS);
            return super.sessionFacts();
        }

        @Override
        public void forgetSession() {
            call(Method.FORGET_SESSION);
            super.forgetSession();
        }

        @Override
        public void release() {
            call(Method.RELEASE);
            super.release();
        }

        @Override
        public EngineStep runTask() {
            call(Method.RUN_TASK);
            return super.runTask();
        }
    }

    // ---- killed at every point ----

    @Example
    void w06_w13_killedAtEveryByteOfTheHandshakeEverythingIsGivenBackOnce() {
        for (Verification verification : Verification.values()) {
            int total = handshakeBytes(verification);
            for (int cut = 0; cut <= total; cut++) {
                for (Kill kill : Kill.values()) {
                    killAfter(cut, verification, kill);
                }
            }
        }
    }

    /** How a connection can end before its time. */
    enum Kill {
        RELEASE,
        FAIL,
        TRANSPORT_ENDS,
        CORRUPT_BYTE
    }

    private static int handshakeBytes(Verification verification) {
        End client = end(CopyEngine.Options.client(), verification, UnaryOperator.identity());
        End server = end(CopyEngine.Options.server(), Verification.NEVER, UnaryOperator.identity());
        client.start();
        server.start();
        int bytes = shake(client, server, Integer.MAX_VALUE);
        assertEquals(Phase.ESTABLISHED, client.connection.phase());
        client.abandon();
        server.abandon();
        return bytes;
    }

    /** Hands bytes one by one; gives how many were handed. */
    private static int shake(End client, End server, int limit) {
        int bytes = 0;
        boolean moved = true;
        while (moved && bytes < limit) {
            client.settle();
            server.settle();
            moved = false;
            for (End from : List.of(client, server)) {
                byte[] one = bytes < limit ? from.drain(1) : new byte[0];
                (from == client ? server : client).feed(one);
                bytes += one.length;
                moved |= one.length > 0;
            }
        }
        return bytes;
    }

    private static void killAfter(int cut, Verification verification, Kill kill) {
        End client = end(CopyEngine.Options.client(), verification, UnaryOperator.identity());
        End server = end(CopyEngine.Options.server(), Verification.NEVER, UnaryOperator.identity());
        client.start();
        server.start();
        try {
            shake(client, server, cut);
            end(client, cut, kill);
            end(server, cut, kill);
        } finally {
            client.abandon();
            server.abandon();
        }
    }

    private static void end(End end, int cut, Kill kill) {
        boolean established = end.connection.phase() == Phase.ESTABLISHED;
        switch (kill) {
            case RELEASE -> {}
            case FAIL -> {
                end.connection.fail(ConnectionFailure.of(SslSocketError.SOCKET_TIMEOUT, "killed"));
                end.connection.fail(ConnectionFailure.of(SslSocketError.NETWORK, "killed again"));
            }
            case TRANSPORT_ENDS -> {
                end.connection.transportEnded();
                end.settle();
            }
            case CORRUPT_BYTE -> {
                end.feed(new byte[40_000]); // completes the record under way, and is none by itself
            }
        }
        if (kill != Kill.RELEASE) {
            String where = kill + " after " + cut + " bytes, " + end.connection.phase();
            assertEquals(1, end.events.failures.size(), where);
            SslSocketError error = end.events.failures.get(0).error();
            assertTrue(
                    switch (kill) {
                        case RELEASE -> false;
                        case FAIL -> error == SslSocketError.SOCKET_TIMEOUT;
                        case TRANSPORT_ENDS ->
                            error == (established ? SslSocketError.TRUNCATED : SslSocketError.REMOTE_HOST_CLOSED);
                        case CORRUPT_BYTE ->
                            error == SslSocketError.SSL_INTERNAL || error == SslSocketError.SSL_HANDSHAKE_FAILED;
                    },
                    where + " gave " + error);
        }
        end.releaseAndCheck();
    }

    /** W06: while a task runs nobody touches the engine; its end releases everything. */
    @Property
    void w06_theEngineIsReleasedOnlyWhenItsTaskHasEnded(@ForAll Kill kill) {
        End client = end(CopyEngine.Options.client(), Verification.TASK, UnaryOperator.identity());
        End server = End.server();
        client.start();
        server.start();
        for (int i = 0; i < 10 && !client.connection.hasTask(); i++) {
            client.transmit();
            server.settle();
            byte[] out = client.drain(10_000);
            server.feed(out);
            byte[] back = server.drain(10_000);
            client.fill(back, 0, back.length);
        }
        Connection.EngineTask task = client.connection.takeTask();
        assertTrue(task.claim());
        assertTrue(client.connection.isTaskRunning());
        switch (kill) {
            case RELEASE -> {}
            case FAIL -> client.connection.fail(ConnectionFailure.of(SslSocketError.SOCKET_TIMEOUT, "killed"));
            case TRANSPORT_ENDS -> client.connection.transportEnded();
            case CORRUPT_BYTE -> client.fill(new byte[] {0, 0, 0, 0, 0}, 0, 5);
        }
        client.transmit();
        client.connection.release();
        assertEquals(0, client.engine().releases(), "released under the feet of its task");
        assertEquals(0, client.context.freed());
        task.run();
        task.finish();
        assertEquals(List.of(), client.engine().misuse());
        client.connection.release();
        client.checkReleased();
        server.abandon();
    }

    // ---- W11: what a peer claims ----

    @Property
    void w11_w16_anyBytesFromThePeerEndInProgressOrAFailure(
            @ForAll long seed, @ForAll @IntRange(max = 400) int length) {
        Random random = new Random(seed);
        End client = End.client();
        End server = End.server();
        client.start();
        server.start();
        if (random.nextBoolean()) {
            End.establish(client, server);
        }
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        for (int at = 0; at + 5 < length; at += 5 + random.nextInt(40)) {
            bytes[at] = (byte) (20 + random.nextInt(5)); // looks like a record, more often than not
            bytes[at + 1] = 3;
            bytes[at + 3] = 0;
        }
        client.feed(bytes);
        client.connection.transportEnded();
        client.settle();
        assertTrue(
                client.connection.phase() == Phase.FAILED || client.connection.inbound() != Half.OPEN,
                () -> "neither failed nor ended: " + client.connection.phase());
        client.releaseAndCheck();
        server.releaseAndCheck();
    }

    /** Data that comes when nobody has been verified is not delivered, whatever the engine says. */
    @Example
    void w18_dataFromAnEngineThatHasNotFinishedIsAFailure() {
        End client = End.client()
                .with(honest -> ScriptedEngine.fromUnwrap(honest, 0, (engine, in, out, unwraps) -> {
                    in.skipBytes(in.readableBytes());
                    out.writeBytes(new byte[] {1, 2, 3});
                    return EngineStep.PROGRESSED;
                }));
        End server = End.server();
        client.start();
        server.start();
        End.converse(client, server);
        assertEquals(Phase.FAILED, client.connection.phase());
        assertEquals(0, client.connection.bytesAvailable());
        assertEquals(0, client.events.plaintextReceived);
        client.releaseAndCheck();
        server.releaseAndCheck();
    }

    /** An engine that takes application data in the handshake gets none. */
    @Example
    void w18_noApplicationByteIsOfferedBeforeTheProof() {
        int[] offered = {0};
        End client = End.client()
                .with(honest -> new ScriptedEngine(honest, n -> (engine, in, out, unwraps) -> {
                    if (!unwraps && engine.sessionFacts() == dev.sluice.spi.SessionFacts.NONE) {
                        offered[0] += in.readableBytes();
                    }
                    return ScriptedEngine.HONEST.answer(engine, in, out, unwraps);
                }));
        End server = End.server();
        client.start();
        server.start();
        client.write(new byte[100]);
        End.establish(client, server);
        assertEquals(0, offered[0]);
        assertEquals(100, server.connection.bytesAvailable());
        client.releaseAndCheck();
        server.releaseAndCheck();
    }

    /** An engine that needs all the room it said it needs, although the record is small, is served from the queue. */
    @Example
    void w16_anEngineThatWantsItsFullRoomForASmallRecordIsNoFailureOfADirectRead() {
        End client = End.client()
                .with(honest -> new ScriptedEngine(
                        honest,
                        n -> (engine, in, out, unwraps) -> unwraps && out.writableBytes() < CopyEngine.OUTPUT_ROOM_BYTES
                                ? EngineStep.NEEDS_OUTPUT_ROOM
                                : ScriptedEngine.HONEST.answer(engine, in, out, unwraps)));
        End server = End.server();
        client.start();
        server.start();
        End.establish(client, server);
        server.write(new byte[50]);
        server.settle();
        byte[] record = server.drain(1000);
        client.fill(record, 0, record.length);
        ByteBuf small = Unpooled.buffer(100, 100);
        int direct = client.connection.decrypt(small, 100);
        client.settle();
        assertEquals(List.of(), client.events.failures);
        assertEquals(50, direct + client.connection.bytesAvailable());
        client.releaseAndCheck();
        server.releaseAndCheck();
    }

    /** W16: after a post-handshake task the data that was offered with it is offered again. */
    @Example
    void w16_aTaskInTheMiddleOfAWriteDoesNotHoldTheDataUp() {
        int[] tasks = {0};
        End client = End.client()
                .with(honest ->
                        new ScriptedEngine(honest, n -> (engine, in, out, unwraps) -> {
                            if (!unwraps && in.isReadable() && tasks[0] == 0) {
                                tasks[0] = 1;
                                return EngineStep.NEEDS_TASK;
                            }
                            return ScriptedEngine.HONEST.answer(engine, in, out, unwraps);
                        }) {
                            @Override
                            public EngineStep runTask() {
                                tasks[0]++;
                                return EngineStep.PROGRESSED;
                            }
                        });
        End server = End.server();
        client.start();
        server.start();
        End.establish(client, server);
        client.write(new byte[10]);
        client.settle();
        assertEquals(2, tasks[0]);
        assertEquals(0, client.connection.bytesToWrite(), "the data waits for the peer, and the peer for the data");
        client.releaseAndCheck();
        server.releaseAndCheck();
    }

    /** W16: an engine that closes by itself drops what is queued; that is a failure and no clean end. */
    @Example
    void w16_w40_anEngineThatClosesUnaskedIsAFailure() {
        End client = End.client()
                .with(honest -> new ScriptedEngine(
                        honest,
                        n -> (engine, in, out, unwraps) -> !unwraps && in.isReadable()
                                ? EngineStep.CLOSED
                                : ScriptedEngine.HONEST.answer(engine, in, out, unwraps)));
        End server = End.server();
        client.start();
        server.start();
        End.establish(client, server);
        client.write(new byte[10]);
        client.settle();
        assertEquals(Phase.FAILED, client.connection.phase());
        client.releaseAndCheck();
        server.releaseAndCheck();
    }

    /** W10: the engine must send before it reads on; the transport takes nothing for a long time. */
    @Example
    void w10_aKeyUpdateWhileTheTransportIsBlockedIsAWaitAndNoStuckEngine() {
        End client = End.client();
        End server = End.server();
        client.start();
        server.start();
        End.establish(client, server);
        long number = server.engine().recordsSent();
        byte[] update = FakeRecords.keyUpdate(number, 1);
        byte[] data = FakeRecords.data(number + 1, new byte[] {7});
        client.write(new byte[60_000]);
        client.settle();
        java.nio.ByteBuffer lent = client.connection.beginDrain(); // the transport is at it and takes its time
        assertTrue(lent != null && lent.hasRemaining());
        client.fill(update, 0, update.length);
        client.settle();
        client.fill(data, 0, data.length);
        for (int i = 0; i < 100; i++) {
            client.transmit();
        }
        assertEquals(List.of(), client.events.failures);
        client.connection.endDrain(0);
        client.settle();
        client.drain(Integer.MAX_VALUE);
        client.settle();
        assertEquals(1, client.connection.bytesAvailable(), "data behind the key update");
        client.releaseAndCheck();
        server.releaseAndCheck();
    }
}
