package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W32;
import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.harness.Lane;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;

/** What holds whatever a peer or a file brings. */
public interface HostileInputContract extends EngineStatusContract, MemoryContract, ImportContract {
    /** What somebody puts in front of the handshake. */
    String INJECTED = "250 injected before the upgrade\r\n";

    /**
     * Puts bytes in the clear in front of an upgrade to TLS, on either side: unread, read in part, read in a transaction that is
     * rolled back later, and behind the start of the handshake. Observes that the handshake fails, and that after the upgrade not
     * one of the bytes can be read. If it fails, look at what the upgrade leaves in the queue for reading.
     */
    @Proves(value = W32, tries = 16)
    default void whatCameBeforeTheUpgradeIsNotDeliveredAfterIt(@ForAll Version version) {
        for (Leftover leftover : Leftover.values()) {
            upgrade(version, leftover, false);
            upgrade(version, leftover, true);
        }
    }

    private void upgrade(Version version, Leftover leftover, boolean onServer) {
        try (World world = World.of(subject(), version.range())) {
            world.startPlain();
            Side attacked = onServer ? world.server() : world.client();
            SslSocket socket = attacked.socket();
            Lane lane = Cut.lane(world, attacked);
            if (!onServer) {
                world.server().socket().startServerEncryption();
            }
            if (leftover != Leftover.BEHIND_THE_START) {
                lane.inject(INJECTED.getBytes(StandardCharsets.US_ASCII));
                socket.flush();
                leftover.read(socket);
            }
            if (onServer) {
                socket.startServerEncryption();
            }
            if (leftover == Leftover.BEHIND_THE_START && onServer) {
                lane.inject(INJECTED.getBytes(StandardCharsets.US_ASCII));
            }
            world.client().socket().startClientEncryption();
            if (leftover == Leftover.BEHIND_THE_START && !onServer) {
                lane.inject(INJECTED.getBytes(StandardCharsets.US_ASCII));
            }
            world.eventually(() -> attacked.isOver() || socket.isEncrypted());
            world.settle();
            if (socket.isTransactionStarted()) {
                socket.rollbackTransaction();
            }
            String delivered = new String(socket.readAll(), StandardCharsets.US_ASCII);
            check(
                    delivered.isEmpty(),
                    () -> leftover + " on the " + attacked.name() + ": \"" + delivered.strip()
                            + "\" came before the upgrade to TLS and was delivered after it");
            check(
                    attacked.isOver() && socket.error() == SslSocketError.SSL_HANDSHAKE_FAILED,
                    () -> leftover + " on the " + attacked.name()
                            + ": bytes in the clear were left at the upgrade and the error is " + socket.error()
                            + ", expected SSL_HANDSHAKE_FAILED\n" + world);
        }
    }
}
