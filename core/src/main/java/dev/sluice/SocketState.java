package dev.sluice;

/** Where a socket stands between being made and being disconnected (as QAbstractSocket::SocketState). */
public enum SocketState {
    /** There is no connection. The state at first and at last. */
    UNCONNECTED,
    /** The address of the host is being looked up. */
    HOST_LOOKUP,
    /** The connection of the transport is being made. */
    CONNECTING,
    /** The transport is connected; whether it is encrypted is told by {@link SslMode}. */
    CONNECTED,
    /** The socket has a local address and no connection. */
    BOUND,
    /** The connection is about to end; data may still be on its way out. */
    CLOSING
}
