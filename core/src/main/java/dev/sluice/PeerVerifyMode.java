package dev.sluice;

/**
 * How much a peer has to prove (as QSslSocket::PeerVerifyMode).
 *
 * <p>A peer that authenticates itself with a pre-shared key has no certificate and counts as verified by its key.
 */
public enum PeerVerifyMode {
    /**
     * Nothing: no certificate is asked for by a server, and errors are not reported by a client save that the host name
     * is still compared. Dangerous: anybody can be in the middle.
     */
    VERIFY_NONE,
    /** A certificate is asked for; errors are reported and do not end the connection. */
    QUERY_PEER,
    /** A valid certificate, or the handshake fails. */
    VERIFY_PEER,
    /** {@link #VERIFY_PEER} on clients and {@link #QUERY_PEER} on servers. The default. */
    AUTO_VERIFY_PEER
}
