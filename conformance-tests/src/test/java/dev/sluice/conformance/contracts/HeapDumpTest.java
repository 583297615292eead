package dev.sluice.conformance.contracts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.conformance.certificates.Identity;
import dev.sluice.conformance.certificates.IdentityMaker;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPrivateKey;
import org.junit.jupiter.api.Test;

/** A search that finds nothing proves something only if it would find what is there. */
class HeapDumpTest {
    @Test
    void whatCanBeReachedIsFoundAsBytesAndAsText() {
        Marker marker = Marker.ofText("message", 7);
        byte[] held = ("before " + marker.text() + " behind").getBytes(StandardCharsets.US_ASCII);
        String text = "as text " + marker.text();
        try (HeapDump dump = HeapDump.ofReachableObjects()) {
            assertTrue(dump.count(marker.bytes()) >= 2);
        }
        Reference.reachabilityFence(held);
        Reference.reachabilityFence(text);
    }

    @Test
    void aPrivateKeyThatCanBeReachedIsFound() {
        Identity held = IdentityMaker.server("localhost").selfSigned();
        byte[] part = HeapDump.partOf((ECPrivateKey) held.keys().getPrivate());
        try (HeapDump dump = HeapDump.ofReachableObjects()) {
            assertTrue(dump.count(part) >= 2, "once here, and in the key");
        }
        Reference.reachabilityFence(held);
    }

    @Test
    void whatWasNeverThereIsNotFound() {
        byte[] never;
        try (HeapDump dump = HeapDump.ofReachableObjects()) {
            never = Marker.ofBytes("never made before", 8).bytes();
            assertEquals(0, dump.count(never));
        }
    }
}
