package dev.sluice.spi;

/** Whether a server asks the client for a certificate. */
public enum ClientAuthentication {
    /** Does not ask. */
    NONE,
    /** Asks; the verifier judges what comes, an absent certificate included. */
    REQUEST,
    /** Asks, and the engine itself fails the handshake if none comes, with the alert of its protocol version. */
    REQUIRE
}
