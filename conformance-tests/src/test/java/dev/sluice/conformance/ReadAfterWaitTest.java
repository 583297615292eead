package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.ProtocolRange;
import dev.sluice.conformance.Peers.Driving;
import dev.sluice.conformance.Peers.World;
import org.junit.jupiter.api.Test;

/** W38: a reader over a transport that calls back is not told twice of the same bytes. */
class ReadAfterWaitTest {
    @Test
    void w38_bytesThatCameBetweenTwoReadsAreReadWithoutAnotherWakeUp() throws Exception {
        try (Peers peers = new World(Driving.CALLER, ProtocolRange.TLS_1_3).peers()) {
            peers.start().encrypted();
            Background<Integer> first =
                    Background.start(() -> peers.client.inputStream().read());
            first.awaitWaiting();
            peers.server.write(new byte[] {1});
            peers.server.flush();
            assertEquals(1, first.get());
            peers.server.write(new byte[] {2});
            peers.server.flush();
            Background<Integer> second =
                    Background.start(() -> peers.client.inputStream().read());
            assertEquals(2, second.get());
        }
        Leaks.assertNone();
    }
}
