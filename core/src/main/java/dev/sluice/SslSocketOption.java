package dev.sluice;

import java.net.SocketOption;
import java.net.StandardSocketOptions;

/**
 * An option of the transport's socket (as QAbstractSocket::SocketOption), each the same as one of {@link
 * StandardSocketOptions}. Values are numbers; an option that is on or off takes 1 or 0.
 *
 * <p>Immutable, share freely.
 */
public enum SslSocketOption {
    /** Small writes go out at once (TCP_NODELAY). On or off; on unless it is set. */
    LOW_DELAY,
    /** An idle connection is probed by the operating system (SO_KEEPALIVE). On or off. */
    KEEP_ALIVE,
    /** Size of the operating system's buffer for sending (SO_SNDBUF), in bytes. */
    SEND_BUFFER_SIZE,
    /** Size of the operating system's buffer for receiving (SO_RCVBUF), in bytes. */
    RECEIVE_BUFFER_SIZE,
    /** The type-of-service byte of IP (IP_TOS), 0 to 255. */
    TYPE_OF_SERVICE,
    /** A local address that was in use a moment ago may be bound again (SO_REUSEADDR). On or off. */
    REUSE_ADDRESS;

    /**
     * The same option in the form of the platform.
     *
     * @return the option, whose value is a {@link Boolean} or an {@link Integer}
     */
    public SocketOption<?> standardOption() {
        return switch (this) {
            case LOW_DELAY -> StandardSocketOptions.TCP_NODELAY;
            case KEEP_ALIVE -> StandardSocketOptions.SO_KEEPALIVE;
            case SEND_BUFFER_SIZE -> StandardSocketOptions.SO_SNDBUF;
            case RECEIVE_BUFFER_SIZE -> StandardSocketOptions.SO_RCVBUF;
            case TYPE_OF_SERVICE -> StandardSocketOptions.IP_TOS;
            case REUSE_ADDRESS -> StandardSocketOptions.SO_REUSEADDR;
        };
    }

    /**
     * Says whether this option is on or off, and not a number.
     *
     * @return true if the platform's value is a {@link Boolean}
     */
    public boolean isSwitch() {
        return standardOption().type() == Boolean.class;
    }
}
