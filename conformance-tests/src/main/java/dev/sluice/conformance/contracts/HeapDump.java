package dev.sluice.conformance.contracts;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPrivateKey;
import java.util.Arrays;

/**
 * The objects of this process that can be reached, in a file that is deleted in the end.
 *
 * <p>Searched byte by byte: a dump holds the elements of an array as they are, one behind the other, so that nothing of its
 * format has to be understood to say whether bytes are in it. What is held as {@code byte[]}, as text in ASCII, or in a heap
 * buffer is found in this way.
 */
final class HeapDump implements AutoCloseable {
    private static final int CHUNK_BYTES = 1 << 20;

    private final Path folder;
    private final Path file;

    private HeapDump(Path folder) {
        this.folder = folder;
        this.file = folder.resolve("reachable.hprof");
    }

    static HeapDump ofReachableObjects() {
        try {
            HeapDump dump = new HeapDump(Files.createTempDirectory("sluice-heap"));
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(dump.file.toString(), true);
            return dump;
        } catch (IOException e) {
            throw new UncheckedIOException("the heap could not be dumped", e);
        }
    }

    /** Bytes that are in memory as they are wherever a private key is, as a number or encoded. */
    static byte[] partOf(ECPrivateKey key) {
        byte[] number = key.getS().toByteArray();
        return Arrays.copyOfRange(number, 1, number.length); // the first may be no more than a sign
    }

    /** How often bytes occur. */
    long count(byte[] wanted) {
        int[] fallBack = fallBack(wanted);
        long found = 0;
        int matched = 0;
        byte[] chunk = new byte[CHUNK_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int bytes = in.read(chunk); bytes >= 0; bytes = in.read(chunk)) {
                for (int i = 0; i < bytes; i++) {
                    while (matched > 0 && wanted[matched] != chunk[i]) {
                        matched = fallBack[matched - 1];
                    }
                    matched += wanted[matched] == chunk[i] ? 1 : 0;
                    if (matched == wanted.length) {
                        found++;
                        matched = 0;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the heap dump could not be read", e);
        } finally {
            Arrays.fill(chunk, (byte) 0);
        }
        return found;
    }

    /** For each place, how much of the beginning has been seen again there (Knuth, Morris and Pratt). */
    private static int[] fallBack(byte[] wanted) {
        int[] seen = new int[wanted.length];
        for (int i = 1; i < wanted.length; i++) {
            int length = seen[i - 1];
            while (length > 0 && wanted[length] != wanted[i]) {
                length = seen[length - 1];
            }
            seen[i] = wanted[length] == wanted[i] ? length + 1 : 0;
        }
        return seen;
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("the heap dump could not be deleted", e);
        }
    }
}
