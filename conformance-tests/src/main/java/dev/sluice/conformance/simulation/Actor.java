package dev.sluice.conformance.simulation;

/** Who acts in a step: a side with its application, or the network in one direction. */
public enum Actor {
    /** The client and the direction towards it. */
    CLIENT,
    /** The server and the direction towards it. */
    SERVER;

    Actor peer() {
        return switch (this) {
            case CLIENT -> SERVER;
            case SERVER -> CLIENT;
        };
    }
}
