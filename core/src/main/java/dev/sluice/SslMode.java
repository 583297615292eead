package dev.sluice;

/** What a socket does with the bytes that pass through it (as QSslSocket::SslMode). */
public enum SslMode {
    /** Passes them on as they are. */
    UNENCRYPTED,
    /** Encrypts them, as the client of the handshake. */
    CLIENT,
    /** Encrypts them, as the server of the handshake. */
    SERVER
}
