package dev.sluice.conformance.contracts;

/** TLS records (RFC 8446 §5.1) as they lie on a wire. */
final class Records {
    private static final int HEADER_BYTES = 5;

    private Records() {}

    /** How many records there are, with one that is incomplete. */
    static long count(byte[] wire) {
        long count = 0;
        for (int at = 0; at < wire.length; count++) {
            int length = at + HEADER_BYTES > wire.length ? 0 : (wire[at + 3] & 0xff) << 8 | wire[at + 4] & 0xff;
            at += HEADER_BYTES + length;
        }
        return count;
    }
}
