package dev.sluice.conformance.peers;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;

/** A lot of random bytes, and their SHA-256. The same seed gives the same bytes. */
final class Bulk {
    private static final int CHUNK_BYTES = 64 * 1024;

    private final long seed;
    private final int bytes;

    Bulk(long seed, int megabytes) {
        this.seed = seed;
        this.bytes = megabytes * 1024 * 1024;
    }

    int bytes() {
        return bytes;
    }

    /** Writes all of it, chunk by chunk, and gives its digest. */
    String writeTo(OutputStream output) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        MessageDigest digest = sha256();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        for (int sent = 0; sent < bytes; sent += CHUNK_BYTES) {
            chunk.clear();
            while (chunk.hasRemaining()) {
                chunk.putLong(random.nextLong());
            }
            digest.update(chunk.array());
            output.write(chunk.array());
        }
        output.flush();
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Reads a number of bytes and gives their digest. */
    static String digestOf(InputStream input, long expectedBytes) throws IOException {
        MessageDigest digest = sha256();
        byte[] chunk = new byte[CHUNK_BYTES];
        for (long received = 0; received < expectedBytes; ) {
            int bytes = input.read(chunk, 0, (int) Math.min(chunk.length, expectedBytes - received));
            if (bytes < 0) {
                throw new EOFException("got " + received + " of " + expectedBytes + " bytes");
            }
            digest.update(chunk, 0, bytes);
            received += bytes;
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
