package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.connection.LiveCounts;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SslDiagnosticsTest {
    static Stream<Arguments> counts() {
        return Stream.of(
                Arguments.of(LiveCounts.CONTEXTS, (LongSupplier) SslDiagnostics::liveContexts),
                Arguments.of(LiveCounts.ENGINES, (LongSupplier) SslDiagnostics::liveEngines),
                Arguments.of(LiveCounts.BUFFERS, (LongSupplier) SslDiagnostics::liveBuffers),
                Arguments.of(LiveCounts.HELPER_THREADS, (LongSupplier) SslDiagnostics::helperThreads));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("counts")
    void eachCountFollowsItsResource(LiveCounts count, LongSupplier shown) {
        long before = shown.getAsLong();

        count.acquired();
        assertEquals(before + 1, shown.getAsLong());

        count.released();
        assertEquals(before, shown.getAsLong());
    }
}
