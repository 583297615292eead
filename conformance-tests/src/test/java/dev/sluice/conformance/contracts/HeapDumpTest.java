package dev.sluice.conformance.contracts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.conformance.certificates.Identity;
import dev.sluice.conformance.certificates.IdentityMaker;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPrivateKey;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A search that finds nothing proves something only if it would find what is there. */
class HeapDumpTest {
    /** Holds something in each way that is searched. */
    @SuppressWarnings({"unused", "FieldCanBeLocal"})
    private static final class Hoard {
        private final byte[] bytes;
        private final String text;
        private final char[] characters;
        private final ByteBuffer buffer;

        Hoard(Marker marker) {
            bytes = ("before " + marker.text() + " behind").getBytes(StandardCharsets.US_ASCII);
            text = "as text " + marker.text();
            characters = ("as characters " + marker.text()).toCharArray();
            buffer = ByteBuffer.wrap(marker.bytes());
        }
    }

    @Test
    void whatCanBeReachedIsFoundWithItsHolder() {
        Marker marker = Marker.ofText("message", 7);
        Hoard hoard = new Hoard(marker);
        List<String> holders;
        try (HeapDump dump = HeapDump.ofReachableObjects()) {
            holders = dump.holders(marker.bytes());
        }
        String owner = Hoard.class.getName();
        for (String path : List.of(
                " in " + owner + ".bytes",
                " in java.lang.String.value in " + owner + ".text",
                " in " + owner + ".characters",
                " in java.nio.HeapByteBuffer.hb in " + owner + ".buffer")) {
            assertTrue(holders.stream().anyMatch(holder -> holder.contains(path)), () -> path + " in " + holders);
        }
        assertFalse(holders.toString().contains(marker.text()), "the secret itself is not told");
        Reference.reachabilityFence(hoard);
    }

    @Test
    void aPrivateKeyThatCanBeReachedIsFound() {
        Identity held = IdentityMaker.server("localhost").selfSigned();
        byte[] part = HeapDump.partOf((ECPrivateKey) held.keys().getPrivate());
        try (HeapDump dump = HeapDump.ofReachableObjects()) {
            List<String> holders = dump.holders(part);
            assertTrue(
                    holders.stream().anyMatch(holder -> holder.contains("PrivateKey")),
                    () -> "not only the part here, but the key: " + holders);
        }
        Reference.reachabilityFence(held);
    }

    @Test
    void whatWasNeverThereIsNotFound() {
        try (HeapDump dump = HeapDump.ofReachableObjects()) {
            assertEquals(
                    List.of(),
                    dump.holders(Marker.ofBytes("never made before", 8).bytes()));
        }
    }
}
