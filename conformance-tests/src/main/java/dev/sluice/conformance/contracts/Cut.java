package dev.sluice.conformance.contracts;

import dev.sluice.conformance.harness.World;

/** How the transport of a client ends without close_notify. */
enum Cut {
    /** Nothing was ever sent. */
    AT_ONCE {
        @Override
        void cut(World world) {
            world.wire().toClient().fin();
        }
    },
    /** Between two records. */
    BEHIND_DATA {
        @Override
        void cut(World world) {
            world.server().write(BYTES);
            world.settle();
            world.wire().toClient().fin();
        }

        @Override
        int bytesBefore() {
            return BYTES;
        }
    },
    /** Behind the first part of a record. */
    INSIDE_A_RECORD {
        @Override
        void cut(World world) {
            world.server().write(BYTES);
            world.settle();
            world.wire().toClient().holdBack();
            world.server().write(BYTES);
            world.settle();
            world.wire().toClient().deliver(17);
            world.wire().toClient().drop(Integer.MAX_VALUE);
            world.wire().toClient().fin();
            world.wire().toClient().release();
        }

        @Override
        int bytesBefore() {
            return BYTES;
        }
    },
    /** By an error of the transport. */
    RESET {
        @Override
        void cut(World world) {
            world.wire().reset();
        }
    };

    private static final int BYTES = 100;

    /** Cuts it. */
    abstract void cut(World world);

    /** Bytes that came before. */
    int bytesBefore() {
        return -1; // the end of the stream is all there is
    }
}
