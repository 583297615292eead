package dev.sluice.bc;

import java.util.Collection;
import java.util.Hashtable;
import java.util.Map;
import java.util.Vector;
import org.jspecify.annotations.Nullable;

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

    /** A copy of a table with one entry more. */
    @SuppressWarnings("JdkObsolete") // as above
    static Hashtable<Object, Object> tableWith(@Nullable Hashtable<?, ?> table, Object key, Object value) {
        Hashtable<Object, Object> copy = new Hashtable<>();
        if (table != null) {
            copy.putAll(table);
        }
        copy.put(key, value);
        return copy;
    }
}
