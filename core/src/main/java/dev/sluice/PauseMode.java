package dev.sluice;

/** Whether a connection stops of its own accord to wait for {@code resume()} (as QAbstractSocket::PauseMode). */
public enum PauseMode {
    /** Never. The default. */
    NEVER,
    /** When the verification of the peer has found errors, before they decide over the handshake. */
    ON_SSL_ERRORS
}
