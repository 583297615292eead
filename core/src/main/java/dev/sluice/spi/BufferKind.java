package dev.sluice.spi;

/** The kind of buffer with which an engine is fastest. */
public enum BufferKind {
    /** Backed by an array. */
    HEAP,
    /** Outside the Java heap. */
    DIRECT
}
