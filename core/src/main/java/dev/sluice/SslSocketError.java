package dev.sluice;

/**
 * Why a socket failed (as QAbstractSocket::SocketError, without the errors of proxies and datagrams).
 *
 * <p>Immutable, share freely.
 */
public enum SslSocketError {
    /** The peer refused the connection of the transport. */
    CONNECTION_REFUSED("ConnectionRefusedError"),
    /** The peer closed the connection in good order. */
    REMOTE_HOST_CLOSED("RemoteHostClosedError"),
    /** The address of the host was not found. */
    HOST_NOT_FOUND("HostNotFoundError"),
    /** The operating system denies the operation to this process. */
    SOCKET_ACCESS("SocketAccessError"),
    /** The operating system has no more sockets, descriptors or memory. */
    SOCKET_RESOURCE("SocketResourceError"),
    /** An operation did not end within its time. */
    SOCKET_TIMEOUT("SocketTimeoutError"),
    /** The network failed: reset, unreachable, or a cable was pulled. */
    NETWORK("NetworkError"),
    /** The local address is in use already. */
    ADDRESS_IN_USE("AddressInUseError"),
    /** The local address does not belong to this host. */
    SOCKET_ADDRESS_NOT_AVAILABLE("SocketAddressNotAvailableError"),
    /** The transport cannot do what was asked. */
    UNSUPPORTED_SOCKET_OPERATION("UnsupportedSocketOperationError"),
    /** The handshake failed, or a later record broke the protocol; the connection is closed. */
    SSL_HANDSHAKE_FAILED("SslHandshakeFailedError"),
    /** The TLS engine failed for a reason of its own. */
    SSL_INTERNAL("SslInternalError"),
    /** A certificate, key, cipher suite or other setting of the user is unusable. */
    SSL_INVALID_USER_DATA("SslInvalidUserDataError"),
    /** A passing failure: the same may succeed later. */
    TEMPORARY("TemporaryError"),
    /** The operation does not fit the state of the socket. */
    OPERATION("OperationError"),
    /** The transport ended without close_notify, so that data may be missing (RFC 8446 §6.1). No such error in Qt. */
    TRUNCATED("TruncatedError"),
    /** No error is known. */
    UNKNOWN("UnknownSocketError");

    private final String qtName;

    SslSocketError(String qtName) {
        this.qtName = qtName;
    }

    /**
     * The name in Qt, {@code RemoteHostClosedError} for example.
     *
     * @return the name of the constant; for {@link #TRUNCATED}, which Qt does not have, one of the same form
     */
    public String qtName() {
        return qtName;
    }
}
