package dev.sluice.conformance.concurrency.explorer;

import java.util.HashSet;

/** In place of a {@link HashSet}: a read or a write of the whole set. */
public final class ExploredSet<E> extends HashSet<E> {
    private static final long serialVersionUID = 1;

    @Override
    public boolean add(E element) {
        Hooks.write(this, "add to a set");
        return super.add(element);
    }

    @Override
    public boolean remove(Object element) {
        Hooks.write(this, "remove from a set");
        return super.remove(element);
    }

    @Override
    public boolean isEmpty() {
        Hooks.read(this, "look into a set");
        return super.isEmpty();
    }
}
