package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.SslSocket;
import dev.sluice.conformance.harness.Lane;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.World;
import java.util.Random;

/**
 * The side of a world that closes one connection after the other, and what is seen of it at its peer and on the wire.
 *
 * <p>One thread at a time.
 */
final class Leaver {
    /** Fits a record: what becomes of a longer queue on a slow network is the business of writing. */
    private static final int QUEUED_BYTES = 10_000;

    private final World world;
    private final Side leaver;
    private final Side peer;
    private boolean begun;

    /** What {@code close()} is called in: outside an event it would wait, with nobody to move the other side. */
    private boolean closeWhenAsked;

    Leaver(World world, boolean onServer) {
        this.world = world;
        leaver = onServer ? world.server() : world.client();
        peer = Cut.peer(world, leaver);
        leaver.trace().on("readyRead", this::closeIfAsked);
    }

    private void closeIfAsked(SslSocket socket) {
        if (closeWhenAsked) {
            closeWhenAsked = false;
            socket.close();
        }
    }

    /** The direction that the leaver writes to. */
    private Lane lane() {
        return Cut.lane(world, peer);
    }

    private void begin() {
        if (begun) {
            world.again();
        }
        begun = true;
        world.start().encrypted();
    }

    /** Closes when there is nothing to send. */
    void closeQuietly(String what, boolean close, boolean answered) {
        begin();
        world.transfer(leaver, peer, 1000);
        world.transfer(peer, leaver, 1000);
        world.settle();
        lane().holdBack();
        leave(close);
        long records = Records.count(lane().peekInFlight());
        check(
                records == 1,
                () -> what + ": " + records + " records were sent by closing the " + leaver.name()
                        + ", expected one close_notify\n" + world);
        Lane back = Cut.lane(world, leaver);
        back.holdBack();
        lane().release();
        world.settle();
        long answers = Records.count(back.peekInFlight());
        check(
                !answered || answers == 1,
                () -> what + ": the " + peer.name() + " has answered a close_notify of TLS 1.2 with " + answers
                        + " records, expected one close_notify of its own (RFC 5246 §7.2.1)\n" + world);
        back.release();
        world.ended();
        checkGoodBye(what);
    }

    /** Closes while the network takes nothing of what was written before. */
    void closeUnderLoad(String what, Random random, boolean updateKeys) {
        begin();
        world.settle();
        lane().writeSizes(() -> 0);
        // More than a record on both sides of it: the new keys wait behind the one, and the other behind the new keys.
        int before = updateKeys ? leaver.write(QUEUED_BYTES / 2 + random.nextInt(QUEUED_BYTES / 2)) : 0;
        if (updateKeys) {
            leaver.socket().updateKeys(); // changes nothing where there is no such thing
        }
        int least = updateKeys ? QUEUED_BYTES / 2 : 1;
        int taken = before + leaver.write(least + random.nextInt(QUEUED_BYTES / 2));
        leave(random.nextBoolean());
        int step = 1 + random.nextInt(QUEUED_BYTES);
        lane().writeSizes(() -> step);
        world.until(
                () -> {
                    peer.read(64 * 1024, leaver);
                    return leaver.isOver() && peer.isOver();
                },
                "the end of a connection that was closed with " + taken + " bytes queued");
        peer.read(64 * 1024, leaver);
        check(
                peer.received() == taken,
                () -> what + ": " + peer.received() + " of " + taken + " queued bytes came before the end that the "
                        + leaver.name() + " has brought about, expected all\n" + world);
        checkGoodBye(what);
    }

    private void leave(boolean close) {
        if (close) {
            closeWhenAsked = true;
            peer.write(1);
        } else {
            leaver.socket().disconnectFromHost();
        }
        world.settle();
    }

    private void checkGoodBye(String what) {
        long received = peer.trace().countText("alertReceived(close_notify)");
        check(
                received == 1,
                () -> what + ": the peer received close_notify " + received + " times, expected once\n" + world);
    }

    /** Leaves without a word. */
    void abort() {
        begin();
        lane().holdBack();
        leaver.write(50_000);
        long before = lane().written();
        leaver.socket().abort();
        world.settle();
        check(
                lane().written() == before,
                () -> "an abort sent " + (lane().written() - before) + " bytes, expected none");
        lane().release();
        world.until(peer::isOver, "the end of the peer of a connection that was aborted");
        check(
                peer.trace().countText("alertReceived(close_notify)") == 0,
                "the peer of an aborted connection received close_notify, expected none");
    }
}
