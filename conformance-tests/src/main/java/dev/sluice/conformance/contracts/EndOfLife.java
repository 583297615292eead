package dev.sluice.conformance.contracts;

import dev.sluice.conformance.harness.World;

/** How a connection that works comes to its end. */
enum EndOfLife {
    /** The client says good-bye. */
    CLIENT_LEAVES {
        @Override
        void bringAbout(World world) {
            world.client().socket().disconnectFromHost();
        }
    },
    /** The server says good-bye. */
    SERVER_LEAVES {
        @Override
        void bringAbout(World world) {
            world.server().socket().disconnectFromHost();
        }
    },
    /** The client is gone. */
    CLIENT_ABORTS {
        @Override
        void bringAbout(World world) {
            world.client().socket().abort();
        }
    },
    /** The network ends. */
    TRUNCATED {
        @Override
        void bringAbout(World world) {
            world.wire().toClient().fin();
            world.wire().toServer().fin();
        }
    },
    /** The network breaks. */
    RESET {
        @Override
        void bringAbout(World world) {
            world.wire().reset();
        }
    },
    /** A record is corrupted. */
    CORRUPTED {
        @Override
        void bringAbout(World world) {
            world.wire().toClient().holdBack();
            world.server().write(1000);
            world.server().socket().flush();
            world.wire().toClient().flip(40, 3);
            world.wire().toClient().release();
        }
    };

    /** Brings it about. */
    abstract void bringAbout(World world);

    /** Lives to the end of both sides. That they end by themselves is the business of others. */
    void toTheEnd(World world) {
        bringAbout(world);
        if (!world.eventually(() -> world.client().isOver() && world.server().isOver())) {
            world.client().socket().abort();
            world.server().socket().abort();
        }
        world.ended();
    }
}
