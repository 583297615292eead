package dev.sluice.conformance.peers;

/** Who moves the bytes of our sockets. */
enum Driving {
    CALLER_DRIVEN,
    EVENT_DRIVEN
}
