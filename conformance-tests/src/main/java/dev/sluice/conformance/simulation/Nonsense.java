package dev.sluice.conformance.simulation;

import java.util.Random;

/** Bytes that somebody hostile or broken might send: noise, and noise that looks like records. */
final class Nonsense {
    private static final byte[] CONTENT_TYPES = {0x14, 0x15, 0x16, 0x17, 0x18, 0x00, (byte) 0x80};
    private static final int HEADER_BYTES = 5;

    private Nonsense() {}

    /** So many bytes; the same for the same number. */
    static byte[] make(int count) {
        Random random = new Random(count);
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        if (random.nextInt(4) == 0) {
            return bytes;
        }
        for (int start = 0; start + HEADER_BYTES <= count; ) {
            int length = random.nextInt(8) == 0 ? random.nextInt(1 << 16) : random.nextInt(600);
            bytes[start] = CONTENT_TYPES[random.nextInt(CONTENT_TYPES.length)];
            bytes[start + 1] = 3;
            bytes[start + 2] = (byte) random.nextInt(5);
            bytes[start + 3] = (byte) (length >>> 8);
            bytes[start + 4] = (byte) length;
            start += HEADER_BYTES + length;
        }
        return bytes;
    }
}
