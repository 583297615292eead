package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.conformance.Peers.World;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The order of events in the main scenarios, as in QSslSocket save for the deviations that are on purpose. */
class EventOrderTest {
    private static final byte[] HELLO = "hello".getBytes(StandardCharsets.US_ASCII);

    private static final List<String> CONNECTING = List.of(
            "stateChanged(HOST_LOOKUP)",
            "stateChanged(CONNECTING)",
            "hostFound",
            "stateChanged(CONNECTED)",
            "modeChanged(CLIENT)",
            "connected");
    private static final List<String> ATTACHING_CLIENT =
            List.of("stateChanged(CONNECTED)", "connected", "modeChanged(CLIENT)");
    private static final List<String> ATTACHING_SERVER =
            List.of("stateChanged(CONNECTED)", "connected", "modeChanged(SERVER)");
    private static final List<String> ENDING =
            List.of("stateChanged(UNCONNECTED)", "readChannelFinished", "disconnected");

    static List<World> worlds() {
        return World.all().toList();
    }

    @SafeVarargs
    static List<String> concat(List<String>... parts) {
        List<String> all = new ArrayList<>();
        for (List<String> part : parts) {
            all.addAll(part);
        }
        return all;
    }

    static void assertOrder(List<String> expected, Trace trace) {
        assertEquals(String.join("\n", expected), String.join("\n", trace.order()), trace::toString);
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void happyClientDisconnects(World world) throws Exception {
        try (Peers peers = world.peers()) {
            peers.startLoopback().encrypted();
            peers.transfer(peers.client, peers.server, HELLO);
            peers.transfer(peers.server, peers.client, HELLO);
            peers.client.disconnectFromHost();
            peers.ended();
            assertOrder(
                    concat(
                            CONNECTING,
                            List.of(
                                    "encrypted",
                                    "bytesWritten",
                                    "readyRead",
                                    "stateChanged(CLOSING)",
                                    "alertSent(close_notify)"),
                            ENDING),
                    peers.clientTrace);
            assertEquals(ATTACHING_SERVER, peers.serverTrace.order().subList(0, 3), peers::toString);
            assertTrue(peers.serverTrace.has("encrypted"));
            assertEquals(0, peers.serverTrace.count("errorOccurred"), "D11: a clean end is no error");
        }
    }
}
