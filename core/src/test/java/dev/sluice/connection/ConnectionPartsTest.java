package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.sluice.SocketState;
import dev.sluice.SslEventLoop;
import dev.sluice.SslSocket;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Each part of a socket can be exchanged, and no other is exchanged with it. */
class ConnectionPartsTest {
    private static final ConnectionParts BEFORE = ConnectionParts.PRODUCTION;

    /** The parts in which two differ. */
    private static Set<String> differences(ConnectionParts after) {
        Set<String> names = new TreeSet<>();
        for (RecordComponent part : ConnectionParts.class.getRecordComponents()) {
            try {
                if (part.getAccessor().invoke(BEFORE) != part.getAccessor().invoke(after)) {
                    names.add(part.getName());
                }
            } catch (ReflectiveOperationException e) {
                throw new AssertionError("a public accessor", e);
            }
        }
        return names;
    }

    @Test
    void onePartIsExchanged() {
        ContextSource contexts = (backend, spec) -> {
            throw new AssertionError("not asked");
        };
        Buffers buffers = Buffers.withoutShelves(UnpooledByteBufAllocator.DEFAULT);
        LongSupplier nanos = () -> 7;
        InstantSource clock = InstantSource.fixed(Instant.EPOCH);
        UnaryOperator<VerificationSettings> verification = settings -> settings;
        UnaryOperator<ConnectionEvents> events = target -> target;
        ConnectionParts.ConnectionFactory connections = Connection::new;

        assertEquals(Set.of("contexts"), differences(BEFORE.withContexts(contexts)));
        assertSame(contexts, BEFORE.withContexts(contexts).contexts());
        assertEquals(Set.of("buffers"), differences(BEFORE.withBuffers(buffers)));
        assertSame(buffers, BEFORE.withBuffers(buffers).buffers());
        assertEquals(Set.of("nanoTime", "wallClock"), differences(BEFORE.withClocks(nanos, clock)));
        assertSame(nanos, BEFORE.withClocks(nanos, clock).nanoTime());
        assertSame(clock, BEFORE.withClocks(nanos, clock).wallClock());
        assertEquals(Set.of("verification"), differences(BEFORE.withVerification(verification)));
        assertSame(verification, BEFORE.withVerification(verification).verification());
        assertEquals(Set.of("events"), differences(BEFORE.withEvents(events)));
        assertSame(events, BEFORE.withEvents(events).events());
        assertEquals(Set.of("connections"), differences(BEFORE.withConnections(connections)));
        assertSame(connections, BEFORE.withConnections(connections).connections());
    }

    @Test
    void socketsAreMadeOfThem() throws IOException {
        List<Long> asked = new ArrayList<>();
        ConnectionParts parts = BEFORE.withClocks(
                () -> {
                    asked.add(1L);
                    return 0;
                },
                InstantSource.system());
        try (SslEventLoop loop = SslEventLoop.start("parts");
                SslSocket alone = parts.openSocket();
                SslSocket onLoop = parts.openSocket(loop)) {
            assertEquals(SocketState.UNCONNECTED, alone.state());
            assertEquals(SocketState.UNCONNECTED, onLoop.state());
            alone.flush();
            assertNotEquals(List.of(), asked);
        }
    }
}
