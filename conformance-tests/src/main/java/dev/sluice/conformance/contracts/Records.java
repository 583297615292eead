package dev.sluice.conformance.contracts;

/** TLS records (RFC 8446 §5.1) as they lie on a wire. */
final class Records {
    private static final int HEADER_BYTES = 5;

    private Records() {}

    private static final byte HANDSHAKE = 0x16;

    /** A record with the beginning of a handshake message. */
    static byte[] handshake(int type, int claimedBytes, int bytes) {
        byte[] record = handshakeGoesOn(bytes);
        record[HEADER_BYTES] = (byte) type;
        record[HEADER_BYTES + 1] = (byte) (claimedBytes >> 16);
        record[HEADER_BYTES + 2] = (byte) (claimedBytes >> 8);
        record[HEADER_BYTES + 3] = (byte) claimedBytes;
        return record;
    }

    /** The header of a record of whatever length, and the first byte behind it. */
    static byte[] header(int type, int claimedBytes) {
        return new byte[] {(byte) type, 3, 3, (byte) (claimedBytes >> 8), (byte) claimedBytes, 1};
    }

    /** A fatal alert in the clear. */
    static byte[] fatalAlert(int number) {
        return new byte[] {0x15, 3, 3, 0, 2, 2, (byte) number};
    }

    /** A record with more of a handshake message. */
    static byte[] handshakeGoesOn(int bytes) {
        byte[] record = new byte[HEADER_BYTES + bytes];
        record[0] = HANDSHAKE;
        record[1] = 3;
        record[2] = 3;
        record[3] = (byte) (bytes >> 8);
        record[4] = (byte) bytes;
        return record;
    }

    /** How many records there are, with one that is incomplete. */
    static long count(byte[] wire) {
        long count = 0;
        for (int at = 0; at < wire.length; count++) {
            int length = at + HEADER_BYTES > wire.length ? 0 : ((wire[at + 3] & 0xff) << 8) | (wire[at + 4] & 0xff);
            at += HEADER_BYTES + length;
        }
        return count;
    }
}
