package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.SocketState;
import dev.sluice.SslSocket;
import dev.sluice.spi.BufferKind;
import dev.sluice.testing.WatchedAllocator;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Parts that have one rule each: {@link RepetitionGuard}, {@link Buffers}, {@link ConnectionLimits}. */
class SmallPartsTest {

    private static void assertBound(int most, String what, Consumer<RepetitionGuard> event) {
        RepetitionGuard guard = new RepetitionGuard();
        for (int i = 0; i < most; i++) {
            event.accept(guard);
        }
        assertNull(guard.excess());
        event.accept(guard);
        assertEquals("more than " + most + " " + what, guard.excess());
    }

    @Test
    void w36_eachBoundHoldsExactly() {
        assertBound(32, "consecutive records without application data", RepetitionGuard::recordWithoutData);
        assertBound(32, "key updates without application data between", RepetitionGuard::keyUpdate);
        assertBound(5, "warning alerts", RepetitionGuard::warning);
        assertBound(16, "session tickets", RepetitionGuard::ticket);
    }

    @Test
    void w36_dataForgivesRecordsAndKeyUpdatesButNotWarningsAndTickets() {
        for (int i = 0; i < 100; i++) {
            RepetitionGuard guard = new RepetitionGuard();
            guard.recordWithoutData();
            guard.keyUpdate();
            guard.data();
            assertNull(guard.excess());
        }
        RepetitionGuard warned = new RepetitionGuard();
        RepetitionGuard ticketed = new RepetitionGuard();
        for (int i = 0; i < 17; i++) {
            warned.warning();
            warned.data();
            ticketed.ticket();
            ticketed.data();
        }
        assertNotNull(warned.excess());
        assertNotNull(ticketed.excess());
    }

    @Test
    void w14_buffersAreWipedAsFarAsTheyWereUsed() {
        for (BufferKind kind : BufferKind.values()) {
            WatchedAllocator memory = new WatchedAllocator();
            Buffers buffers = Buffers.withoutShelves(memory);
            ByteBuf buffer = buffers.take(kind, 64);
            assertEquals(kind == BufferKind.DIRECT, buffer.isDirect());
            assertEquals(64, buffer.capacity());
            assertEquals(64, buffer.maxCapacity(), "no engine can make it grow");
            buffer.writeLong(-1).writeLong(-1);
            buffers.release(buffer, 16);
            assertEquals(0, memory.freedDirty());
        }
    }

    @Test
    void buffersAreCounted() {
        LiveCountsCheck before = new LiveCountsCheck();
        long count = LiveCounts.BUFFERS.get();
        ByteBuf buffer = Buffers.POOLED.take(BufferKind.HEAP, 10);
        assertEquals(count + 1, LiveCounts.BUFFERS.get());
        Buffers.POOLED.release(buffer, 0);
        before.assertNothingLeft();
    }

    @Test
    void theAssemblyPointOpensSocketsThatHaveBegunNothing() {
        try (SslSocket socket = ConnectionParts.PRODUCTION.openSocket()) {
            assertEquals(SocketState.UNCONNECTED, socket.state());
        }
    }

    @Test
    void limitsArePositive() {
        assertThrows(IllegalArgumentException.class, () -> new ConnectionLimits(0, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new ConnectionLimits(1, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new ConnectionLimits(1, 1, 0));
        assertEquals(1, new ConnectionLimits(1, 1, 1).readBytes());
    }
}
