package dev.sluice.conformance.concurrency.explorer;

import java.util.HashMap;
import java.util.function.Function;

/** In place of a {@link HashMap}: a read or a write of the whole map. */
public final class ExploredMap<K, V> extends HashMap<K, V> {
    private static final long serialVersionUID = 1;

    @Override
    public V get(Object key) {
        Hooks.read(this, "look into a map");
        return super.get(key);
    }

    @Override
    public boolean containsKey(Object key) {
        Hooks.read(this, "look into a map");
        return super.containsKey(key);
    }

    @Override
    public V put(K key, V value) {
        Hooks.write(this, "put into a map");
        return super.put(key, value);
    }

    @Override
    public V remove(Object key) {
        Hooks.write(this, "remove from a map");
        return super.remove(key);
    }

    @Override
    public boolean remove(Object key, Object value) {
        Hooks.write(this, "remove from a map");
        return super.remove(key, value);
    }

    @Override
    public V putIfAbsent(K key, V value) {
        Hooks.write(this, "put into a map");
        return super.putIfAbsent(key, value);
    }

    @Override
    public V computeIfAbsent(K key, Function<? super K, ? extends V> make) {
        Hooks.write(this, "put into a map");
        return super.computeIfAbsent(key, make);
    }
}
