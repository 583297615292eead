package dev.sluice.bc;

import java.util.Collection;
import java.util.Hashtable;
import java.util.Map;
import java.util.Vector;

/** Lists and tables in the form that BouncyCastle wants them. */
final class Vectors {
    private Vectors() {}

    @SuppressWarnings("JdkObsolete") // BouncyCastle's interfaces are older than java.util.List
    static <T> Vector<T> of(Collection<? extends T> elements) {
        return new Vector<>(elements);
    }

    /** A table with one entry. */
    @SuppressWarnings("JdkObsolete") // as above
    static <K, V> Hashtable<K, V> table(K key, V value) {
        return new Hashtable<>(Map.of(key, value));
    }
}
