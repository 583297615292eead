package dev.sluice.conformance.contracts;

import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;

/** The states in which a side cannot send any more. */
public enum DeadEnd {
    /** It was never connected. */
    NEVER_CONNECTED,
    /** It was closed in good order. */
    OVER,
    /** It was closed by its owner. */
    CLOSED,
    /** It was aborted. */
    ABORTED,
    /** It has been asked to disconnect, and the network takes nothing. */
    DISCONNECTING,
    /** It has failed, and the network does not take the alert. */
    FAILED_AND_NOT_OVER,
    /** It has failed, and that is over. */
    FAILED,
    /** The peer has said good-bye in TLS 1.2, which ends both directions, and the network takes nothing. */
    PEER_HAS_CLOSED;

    /** The version in which this is shown. */
    Version version() {
        return this == PEER_HAS_CLOSED ? Version.TLS_1_2 : Version.TLS_1_3;
    }

    /** Brings a side there. */
    void reach(World world, Side writer) {
        if (this == NEVER_CONNECTED) {
            return;
        }
        Side peer = Cut.peer(world, writer);
        world.start().encrypted();
        world.transfer(writer, peer, 100);
        switch (this) {
            case NEVER_CONNECTED -> throw new AssertionError("it is connected");
            case OVER -> {
                writer.socket().disconnectFromHost();
                world.ended();
            }
            case CLOSED -> {
                writer.socket().disconnectFromHost();
                world.ended();
                writer.socket().close();
            }
            case ABORTED -> writer.socket().abort();
            case DISCONNECTING -> {
                stopTaking(world, peer);
                writer.write(100);
                writer.socket().disconnectFromHost();
            }
            case FAILED_AND_NOT_OVER -> {
                stopTaking(world, peer);
                spoil(world, writer);
                world.settle();
            }
            case FAILED -> {
                spoil(world, writer);
                world.ended();
            }
            case PEER_HAS_CLOSED -> {
                stopTaking(world, peer);
                peer.socket().disconnectFromHost();
                world.settle();
            }
        }
    }

    private static void stopTaking(World world, Side peer) {
        Cut.lane(world, peer).writeSizes(() -> 0);
    }

    private static void spoil(World world, Side writer) {
        Cut.lane(world, writer).inject(new byte[] {0x7F, 3, 3, 0, 2, 1, 2}); // no record type of TLS
    }
}
