package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslSocket;
import dev.sluice.conformance.Peers.World;
import dev.sluice.spi.TlsFeature;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Keying material of a connection (RFC 5705, RFC 8446 §7.5): the same at both ends, and nowhere else. */
class KeyExportTest {
    private static final String LABEL = "EXPORTER-sluice-test";
    private static final Optional<byte[]> NONE = Optional.empty();

    static Stream<World> worlds() {
        return World.all();
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void bothEndsDeriveTheSameBytesWhileTheyAreConnected(World world) {
        try (Peers peers = world.peers()) {
            assertTrue(peers.client.exportKeyingMaterial(LABEL, NONE, 32).isEmpty());
            peers.start().encrypted();
            if (!Peers.backend().capabilities().has(TlsFeature.EXPORTER)) {
                assertTrue(peers.client.exportKeyingMaterial(LABEL, NONE, 32).isEmpty());
                return;
            }
            byte[] one = exported(peers.client, LABEL, NONE, 32);
            assertArrayEquals(one, exported(peers.server, LABEL, NONE, 32));
            assertArrayEquals(one, exported(peers.client, LABEL, NONE, 32), "asked twice");
            Optional<byte[]> context = Optional.of(new byte[] {1, 2, 3});
            assertArrayEquals(exported(peers.client, LABEL, context, 77), exported(peers.server, LABEL, context, 77));
            assertFalse(Arrays.equals(one, exported(peers.client, LABEL + "2", NONE, 32)));
            assertFalse(Arrays.equals(one, exported(peers.client, LABEL, context, 32)));
            boolean emptyIsNone = Arrays.equals(one, exported(peers.client, LABEL, Optional.of(new byte[0]), 32));
            assertEquals(world.isTls13(), emptyIsNone, "RFC 5705 §4 and RFC 8446 §7.5 differ in this");

            peers.client.disconnectFromHost();
            peers.ended();
            assertTrue(peers.client.exportKeyingMaterial(LABEL, NONE, 32).isEmpty());
        }
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void anotherConnectionHasOtherBytes(World world) {
        try (Peers peers = world.peers().amongOthers();
                Peers others = world.peers().amongOthers()) {
            peers.start().encrypted();
            others.start().encrypted();
            Optional<byte[]> one = peers.client.exportKeyingMaterial(LABEL, NONE, 32);
            Optional<byte[]> other = others.client.exportKeyingMaterial(LABEL, NONE, 32);
            assertEquals(Peers.backend().capabilities().has(TlsFeature.EXPORTER), one.isPresent());
            assertFalse(one.isPresent() && Arrays.equals(one.get(), other.orElseThrow()));
        }
        Leaks.assertNone();
    }

    @ParameterizedTest
    @MethodSource("worlds")
    void whatCannotBeAskedIsRefusedInEveryState(World world) {
        try (Peers peers = world.peers()) {
            for (String label : List.of("", "caf\u00e9", "master secret", "x".repeat(250))) {
                assertThrows(IllegalArgumentException.class, () -> peers.client.exportKeyingMaterial(label, NONE, 32));
            }
            for (int length : new int[] {-1, 0, 8161}) {
                assertThrows(
                        IllegalArgumentException.class, () -> peers.client.exportKeyingMaterial(LABEL, NONE, length));
            }
            assertThrows(
                    IllegalArgumentException.class,
                    () -> peers.client.exportKeyingMaterial(LABEL, Optional.of(new byte[0x10000]), 32));
        }
    }

    private static byte[] exported(SslSocket socket, String label, Optional<byte[]> context, int length) {
        byte[] bytes = socket.exportKeyingMaterial(label, context, length).orElseThrow();
        assertEquals(length, bytes.length);
        return bytes;
    }
}
