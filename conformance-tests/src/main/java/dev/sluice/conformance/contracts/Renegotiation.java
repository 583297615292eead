package dev.sluice.conformance.contracts;

/** When a peer wants to renegotiate. */
enum Renegotiation {
    /** As soon as the handshake has ended. */
    BEFORE_DATA,
    /** When data have gone both ways and were read. */
    AFTER_DATA,
    /** In one delivery with data. */
    BEHIND_UNREAD_DATA
}
