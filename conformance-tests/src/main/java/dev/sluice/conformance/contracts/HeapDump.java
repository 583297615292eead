package dev.sluice.conformance.contracts;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPrivateKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gridkit.jvmtool.heapdump.HeapWalker;
import org.netbeans.lib.profiler.heap.FieldValue;
import org.netbeans.lib.profiler.heap.Heap;
import org.netbeans.lib.profiler.heap.HeapFactory;
import org.netbeans.lib.profiler.heap.Instance;
import org.netbeans.lib.profiler.heap.JavaClass;
import org.netbeans.lib.profiler.heap.ObjectFieldValue;
import org.netbeans.lib.profiler.heap.PrimitiveArrayInstance;

/**
 * The objects of this process that can be reached, in a file that is deleted in the end.
 *
 * <p>Secrets are looked for in arrays: of bytes (which strings are made of, too), of characters, and of numbers (which big
 * integers are made of, most significant first). Direct memory is in no dump.
 */
final class HeapDump implements AutoCloseable {
    /** A path to a root that is longer tells nothing more. */
    private static final int PATH_LINKS = 12;

    static {
        // The reader of dumps has no module name of its own, so that no descriptor should name it: it stays on the
        // class path.
        HeapDump.class.getModule().addReads(HeapDump.class.getClassLoader().getUnnamedModule());
    }

    private final Path folder;
    private final Path file;
    private final Heap heap;

    private HeapDump(Path folder, Path file, Heap heap) {
        this.folder = folder;
        this.file = file;
        this.heap = heap;
    }

    static HeapDump ofReachableObjects() {
        try {
            Path folder = Files.createTempDirectory("sluice-heap");
            Path file = folder.resolve("reachable.hprof");
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(file.toString(), true);
            return new HeapDump(folder, file, HeapFactory.createHeap(file.toFile()));
        } catch (IOException e) {
            throw new UncheckedIOException("the heap could not be dumped, or the dump not be read", e);
        }
    }

    /** Bytes that are in memory as they are wherever a private key is, as a number or encoded. */
    static byte[] partOf(ECPrivateKey key) {
        byte[] number = key.getS().toByteArray();
        return Arrays.copyOfRange(number, 1, number.length); // the first may be no more than a sign
    }

    /**
     * Who holds bytes.
     *
     * @param wanted the bytes
     * @return for each array that has them a path from the array to a root, without what is in it; empty if there is none
     */
    List<String> holders(byte[] wanted) {
        String text = latin1(wanted);
        List<String> found = new ArrayList<>();
        for (Instance instance : heap.getAllInstances()) {
            if (instance instanceof PrimitiveArrayInstance array
                    && contentOf(array).contains(text)) {
                found.add(pathFrom(array));
            }
        }
        return found;
    }

    /** One character for each byte, so that one search does for all; empty for what holds no secrets. */
    private static String contentOf(PrimitiveArrayInstance array) {
        Object elements = HeapWalker.primitiveArrayValue(array);
        if (elements instanceof byte[] bytes) {
            return latin1(bytes);
        }
        if (elements instanceof char[] characters) {
            return new String(characters);
        }
        if (elements instanceof int[] numbers) {
            ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Integer.BYTES);
            bytes.asIntBuffer().put(numbers);
            return latin1(bytes.array());
        }
        if (elements instanceof long[] numbers) {
            ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Long.BYTES);
            bytes.asLongBuffer().put(numbers);
            return latin1(bytes.array());
        }
        return "";
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private String pathFrom(PrimitiveArrayInstance array) {
        StringBuilder path = new StringBuilder(array.getJavaClass().getName());
        path.insert(path.length() - 1, array.getLength());
        Instance at = array;
        for (int i = 0; i < PATH_LINKS && !at.isGCRoot(); i++) {
            Instance holder = at.getNearestGCRootPointer();
            if (holder == null || holder.equals(at)) {
                break;
            }
            path.append(" in ").append(nameOf(holder)).append(fieldOf(holder, at));
            at = holder;
        }
        return path.toString();
    }

    private String nameOf(Instance holder) {
        JavaClass itself = heap.getJavaClassByID(holder.getInstanceId());
        return itself == null ? holder.getJavaClass().getName() : "class " + itself.getName();
    }

    private static String fieldOf(Instance holder, Instance held) {
        String id = Long.toString(held.getInstanceId());
        for (FieldValue value : holder.getFieldValues()) {
            if (value instanceof ObjectFieldValue && value.getValue().equals(id)) {
                return "." + value.getField().getName();
            }
        }
        return "";
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
