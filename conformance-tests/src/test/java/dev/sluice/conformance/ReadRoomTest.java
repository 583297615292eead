package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.ProtocolRange;
import dev.sluice.SocketState;
import dev.sluice.SslSocket;
import dev.sluice.conformance.Peers.Driving;
import dev.sluice.conformance.Peers.World;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** W10: whoever empties a full queue lets the rest in, in whatever way the bytes are taken. */
class ReadRoomTest {
    private static final int BYTES = 5000;

    /** The ways of taking received bytes. */
    enum Way {
        READ(socket -> socket.read(ByteBuffer.allocate(BYTES))),
        READ_ARRAY(socket -> socket.read(new byte[BYTES])),
        READ_SCATTERED(socket -> socket.read(new ByteBuffer[] {ByteBuffer.allocate(1), ByteBuffer.allocate(BYTES)})),
        READ_LIMITED(socket -> socket.read(BYTES).length),
        READ_ALL(socket -> socket.readAll().length),
        READ_LINE(socket -> socket.readLine().length),
        SKIP(socket -> socket.skip(BYTES));

        private final ToLongFunction<SslSocket> take;

        Way(ToLongFunction<SslSocket> take) {
            this.take = take;
        }
    }

    /** On the loop's thread the turn that comes before the bytes are taken is over by then: only one that comes after helps. */
    @ParameterizedTest
    @EnumSource
    void w10_theEndBehindAFullQueueIsSeenOnceItIsEmptied(Way way) throws Exception {
        try (Peers peers = new World(Driving.LOOP, ProtocolRange.TLS_1_3)
                .peers()
                .server(builder ->
                        builder.closeTimeout(Duration.ofMinutes(5)))) { // or it would wake the client by leaving
            peers.client.setReadBufferSize(100);
            peers.start().encrypted();
            peers.server.write(new byte[BYTES]);
            peers.server.disconnectFromHost();
            peers.until(
                    () -> peers.client.bytesAvailable() == BYTES
                            && peers.server.state() == SocketState.CLOSING
                            && peers.server.encryptedBytesToWrite() == 0,
                    "all of it at the client's door");
            FutureTask<Long> taken = new FutureTask<>(() -> way.take.applyAsLong(peers.client));
            peers.loop().execute(taken);
            assertEquals(BYTES, taken.get(30, TimeUnit.SECONDS));
            peers.ended();
        }
    }
}
