package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslSocket;
import dev.sluice.SslSocketException;
import dev.sluice.conformance.Peers.Driving;
import dev.sluice.conformance.Peers.World;
import dev.sluice.conformance.harness.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** W30, W35: a connection ends, by another thread, under a thread that waits in one of the streams. */
class EndUnderWaitersTest {
    /** How another thread ends the connection. */
    enum End {
        ABORT(SslSocket::abort),
        CLOSE(SslSocket::close),
        DISCONNECT(SslSocket::disconnectFromHost);

        private final Consumer<SslSocket> action;

        End(Consumer<SslSocket> action) {
            this.action = action;
        }
    }

    static Stream<Arguments> endsInAllWorlds() {
        return World.all().flatMap(world -> Stream.of(End.values()).map(end -> Arguments.of(world, end)));
    }

    /** No close_notify came: half a message must not look like a whole one. */
    @ParameterizedTest
    @MethodSource("endsInAllWorlds")
    void w35_aStreamThatWeEndOurselvesDoesNotEndInGoodOrder(World world, End end) throws Exception {
        CountDownLatch halfRead = new CountDownLatch(1);
        try (Peers peers = world.peers().client(builder -> builder.closeTimeout(Duration.ofMillis(100)))) {
            peers.start().encrypted();
            peers.server.write("half".getBytes(StandardCharsets.US_ASCII));
            Background<Integer> reader = Background.start(() -> {
                assertEquals(4, peers.client.inputStream().readNBytes(4).length);
                halfRead.countDown();
                return peers.client.inputStream().read();
            });
            peers.until(() -> halfRead.getCount() == 0, "half a message");
            peers.wire.toClient().holdBack();
            end.action.accept(peers.client);
            peers.until(reader::isDone, "end of the reader");
            assertInstanceOf(SslSocketException.class, reader.failure());
        }
    }

    @Test
    void aStreamOfASocketThatWasNeverConnectedHasNoGoodEnd() {
        try (SslSocket socket = SslSocket.open()) {
            assertThrows(IOException.class, () -> socket.inputStream().read());
        }
    }

    /** The rest of a message for one peer must not be sent to the next. */
    @ParameterizedTest
    @EnumSource(Driving.class)
    void w30_aWriteThatWaitsDoesNotGoOnWithTheNextConnection(Driving driving) throws Exception {
        Wire second = new Wire(true);
        second.toServer().record();
        try (Peers peers = plainWorld(driving).peers()) {
            peers.startPlain();
            peers.wire.toServer().holdBack();
            byte[] message = new byte[3 * 1024 * 1024];
            Background<Void> writer = Background.start(() -> {
                peers.client.outputStream().write(message);
                return null;
            });
            peers.wire.toServer().capacity(32 * 1024);
            assertTrue(Leaks.eventually(() -> peers.wire.toServer().written() >= 32 * 1024), "the writer has to wait");
            peers.client.abort();
            peers.client.attach(second.client());
            peers.client.write("hi".getBytes(StandardCharsets.US_ASCII));
            peers.until(writer::isDone, "end of the writer");
            assertInstanceOf(IOException.class, writer.failure());
            peers.until(() -> second.toServer().written() >= 2, "the bytes for the second peer");
            peers.pump();
            assertEquals("hi", new String(second.toServer().recorded(), StandardCharsets.US_ASCII));
        }
    }

    @ParameterizedTest
    @EnumSource(Driving.class)
    void w30_aReadThatWaitsDoesNotGoOnWithTheNextConnection(Driving driving) throws Exception {
        Wire second = new Wire(true);
        second.toClient().inject(new byte[] {'B'});
        try (Peers peers = plainWorld(driving).peers()) {
            peers.startPlain();
            CountDownLatch first = new CountDownLatch(1);
            Background<Integer> reader = Background.start(() -> {
                assertEquals('A', peers.client.inputStream().read());
                first.countDown();
                return peers.client.inputStream().read();
            });
            peers.wire.toClient().inject(new byte[] {'A'});
            assertTrue(first.await(10, TimeUnit.SECONDS));
            reader.awaitWaiting();
            peers.client.abort();
            peers.client.attach(second.client());
            peers.until(reader::isDone, "end of the reader");
            assertInstanceOf(IOException.class, reader.failure());
            peers.until(() -> peers.client.bytesAvailable() > 0, "the byte of the second peer");
            assertEquals('B', peers.client.read(1)[0]);
        }
    }

    private static World plainWorld(Driving driving) {
        return World.all()
                .filter(world -> world.driving() == driving)
                .findFirst()
                .orElseThrow();
    }
}
