package dev.sluice.conformance.contracts;

import dev.sluice.conformance.harness.Lane;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.World;

/** How the transport of one side ends without close_notify. */
enum Cut {
    /** Nothing was ever sent. */
    AT_ONCE {
        @Override
        void cut(World world, Side reader) {
            lane(world, reader).fin();
        }
    },
    /** Between two records. */
    BEHIND_DATA {
        @Override
        void cut(World world, Side reader) {
            peer(world, reader).write(BYTES);
            world.settle();
            lane(world, reader).fin();
        }

        @Override
        int bytesBefore() {
            return BYTES;
        }
    },
    /** Behind the first part of a record's header. */
    INSIDE_A_HEADER {
        @Override
        void cut(World world, Side reader) {
            cutRecord(world, reader, 3);
        }

        @Override
        int bytesBefore() {
            return BYTES;
        }
    },
    /** Behind the first part of a record. */
    INSIDE_A_RECORD {
        @Override
        void cut(World world, Side reader) {
            cutRecord(world, reader, 17);
        }

        @Override
        int bytesBefore() {
            return BYTES;
        }
    },
    /** While the reader itself has something to send that the network does not take. */
    WHILE_WRITING {
        @Override
        void cut(World world, Side reader) {
            Lane outgoing = reader == world.client()
                    ? world.wire().toServer()
                    : world.wire().toClient();
            outgoing.writeSizes(() -> 0);
            reader.write(100 * BYTES);
            reader.socket().flush();
            reader.write(100 * BYTES);
            lane(world, reader).fin();
        }
    },
    /** By an error of the transport. */
    RESET {
        @Override
        void cut(World world, Side reader) {
            world.wire().reset();
        }
    };

    private static final int BYTES = 100;

    /** Cuts it. */
    abstract void cut(World world, Side reader);

    /** Bytes that came before. */
    int bytesBefore() {
        return -1; // the end of the stream is all there is
    }

    /** The direction to a side. */
    static Lane lane(World world, Side reader) {
        return reader == world.client() ? world.wire().toClient() : world.wire().toServer();
    }

    /** The other side. */
    static Side peer(World world, Side side) {
        return side == world.client() ? world.server() : world.client();
    }

    private static void cutRecord(World world, Side reader, int behind) {
        peer(world, reader).write(BYTES);
        world.settle();
        Lane lane = lane(world, reader);
        lane.holdBack();
        peer(world, reader).write(BYTES);
        world.settle();
        lane.deliver(behind);
        lane.drop(Integer.MAX_VALUE);
        lane.fin();
        lane.release();
    }
}
