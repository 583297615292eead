package dev.sluice.conformance.concurrency.explorer;

/** In place of an {@link java.util.concurrent.atomic.AtomicBoolean}. */
public class ExploredBoolean {
    private boolean value;

    public ExploredBoolean() {}

    public ExploredBoolean(boolean value) {
        this.value = value;
    }

    public final boolean get() {
        Hooks.read(this, "read a flag");
        return value;
    }

    public final void set(boolean newValue) {
        Hooks.write(this, "set a flag");
        value = newValue;
    }

    public boolean compareAndSet(boolean expected, boolean newValue) {
        Hooks.write(this, "compare and set a flag");
        boolean done = value == expected;
        if (done) {
            value = newValue;
        }
        return done;
    }

    public final boolean getAndSet(boolean newValue) {
        Hooks.write(this, "get and set a flag");
        boolean before = value;
        value = newValue;
        return before;
    }

    /** {@link Fault#COMPARE_AND_SET_IS_TORN}. */
    public static final class Torn extends ExploredBoolean {
        public Torn() {}

        @Override
        public boolean compareAndSet(boolean expected, boolean newValue) {
            boolean done = get() == expected;
            if (done) {
                set(newValue);
            }
            return done;
        }
    }
}
