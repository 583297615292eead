package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W32;
import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;

/** What holds whatever a peer or a file brings. */
public interface HostileInputContract extends EngineStatusContract, MemoryContract, ImportContract {
    /** What somebody puts in front of the handshake. */
    String INJECTED = "250 injected before the upgrade\r\n";

    /**
     * Puts bytes in the clear in front of an upgrade to TLS: unread, read in part, read in a transaction that is rolled back
     * later, and behind the start of the handshake. Observes that the handshake fails, and that after the upgrade not one of the bytes
     * can be read. If it fails, look at what the upgrade leaves in the queue for reading.
     */
    @Proves(value = W32, tries = 16)
    default void whatCameBeforeTheUpgradeIsNotDeliveredAfterIt(@ForAll Version version) {
        for (Leftover leftover : Leftover.values()) {
            try (World world = World.of(subject(), version.range())) {
                world.startPlain();
                world.server().socket().startServerEncryption();
                SslSocket client = world.client().socket();
                if (leftover != Leftover.BEHIND_THE_START) {
                    world.wire().toClient().inject(INJECTED.getBytes(StandardCharsets.US_ASCII));
                    client.flush();
                    leftover.read(client);
                }
                client.startClientEncryption();
                if (leftover == Leftover.BEHIND_THE_START) {
                    world.wire().toClient().inject(INJECTED.getBytes(StandardCharsets.US_ASCII));
                }
                world.eventually(() -> world.client().isOver() || client.isEncrypted());
                world.settle();
                if (client.isTransactionStarted()) {
                    client.rollbackTransaction();
                }
                String delivered = new String(client.readAll(), StandardCharsets.US_ASCII);
                check(
                        delivered.isEmpty(),
                        () -> leftover + ": \"" + delivered.strip()
                                + "\" came before the upgrade to TLS and was delivered after it");
                check(
                        world.client().isOver() && client.error() == SslSocketError.SSL_HANDSHAKE_FAILED,
                        () -> leftover + ": bytes in the clear were left at the upgrade and the error is "
                                + client.error() + ", expected SSL_HANDSHAKE_FAILED\n" + world);
            }
        }
    }
}
