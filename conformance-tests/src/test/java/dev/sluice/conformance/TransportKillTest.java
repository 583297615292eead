package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.conformance.Peers.Driving;
import dev.sluice.conformance.Peers.World;
import dev.sluice.conformance.harness.Lane;
import dev.sluice.conformance.harness.Wire;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * W06, W13, W35: the transport ends after every single byte of a handshake. Each side hears of exactly one error, then
 * {@code disconnected}; nothing is left alive.
 */
class TransportKillTest {
    /** Which direction is counted. */
    enum Cut {
        TO_SERVER(wire -> wire.toServer()),
        TO_CLIENT(wire -> wire.toClient());

        private final Function<Wire, Lane> lane;

        Cut(Function<Wire, Lane> lane) {
            this.lane = lane;
        }

        Lane of(Peers peers) {
            return lane.apply(peers.wire);
        }
    }

    static World[] worlds() {
        return World.all().toArray(World[]::new);
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void w06_anOffsetHereAndThere(World world) {
        for (Cut cut : Cut.values()) {
            killFrom(world, cut, 0, 61);
        }
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource(Cut.class)
    void w06_everyOffsetOfAHandshakeTls12(Cut cut) {
        killFrom(new World(Driving.CALLER, Peers.VERSIONS[0]), cut, 0, 1);
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource(Cut.class)
    void w06_everyOffsetOfAHandshakeTls13(Cut cut) {
        killFrom(new World(Driving.CALLER, Peers.VERSIONS[1]), cut, 0, 1);
    }

    private static void killFrom(World world, Cut cut, int first, int step) {
        long handshakeBytes = bytesOfOneHandshake(world, cut);
        assertTrue(handshakeBytes > 200, "a handshake of " + handshakeBytes + " bytes");
        for (long offset = first; offset < handshakeBytes; offset += step) {
            kill(world, cut, offset);
        }
    }

    /** The shortest of a few, because the length of an ECDSA signature varies. */
    private static long bytesOfOneHandshake(World world, Cut cut) {
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            try (Peers peers = world.peers().start().encrypted()) {
                shortest = Math.min(shortest, cut.of(peers).written());
            }
        }
        return shortest - 4;
    }

    private static void kill(World world, Cut cut, long offset) {
        try (Peers peers = world.peers()) {
            Lane lane = cut.of(peers);
            lane.writeSizes(() -> (int) (offset - lane.written()));
            peers.start().until(() -> lane.written() == offset, "the last byte before the end");
            peers.kill();
            peers.ended();
            String where = "cut " + cut + " after byte " + offset + "\n";
            assertEquals(1, peers.clientTrace.count("errorOccurred"), () -> where + peers);
            assertEquals(1, peers.serverTrace.count("errorOccurred"), () -> where + peers);
        }
    }
}
