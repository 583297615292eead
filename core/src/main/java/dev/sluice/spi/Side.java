package dev.sluice.spi;

/** Which end of a connection an engine is. */
public enum Side {
    /** The end that sends ClientHello. */
    CLIENT,
    /** The end that answers it. */
    SERVER
}
