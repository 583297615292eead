package dev.sluice;
/** S. */
public final class SslSocket {
    private SslSocket() {}
}
