package dev.sluice.conformance.concurrency.explorer;

import java.util.ArrayList;

/** In place of an {@link ArrayList}: a read or a write of the whole list. */
public final class ExploredList<E> extends ArrayList<E> {
    private static final long serialVersionUID = 1;

    @Override
    public boolean add(E element) {
        Hooks.write(this, "add to a list");
        return super.add(element);
    }

    @Override
    public void clear() {
        Hooks.write(this, "clear a list");
        super.clear();
    }

    @Override
    public Object[] toArray() {
        Hooks.read(this, "copy a list");
        return super.toArray();
    }
}
