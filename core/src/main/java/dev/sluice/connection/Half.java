package dev.sluice.connection;

/** How one direction of a connection stands. TLS closes each direction on its own (RFC 8446 §6.1). */
public enum Half {
    /** Bytes may move. */
    OPEN,
    /** Ended in good order: close_notify went out, or came in. In the unprotected phase: the transport's own end. */
    CLOSE_NOTIFY,
    /** Ended by an alert, a failure, an abort or the transport's end without close_notify. */
    ABORTED
}
