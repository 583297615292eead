package dev.sluice.conformance.concurrency.explorer;

/** What instrumented code calls. On threads that are not explored, and without a run, all of it does nothing. */
public final class Hooks {
    private Hooks() {}

    /** Before a field is read, or anything else that leaves what is shared as it is. */
    public static void read(Object shared, String what) {
        point(shared, Access.READ, what);
    }

    /** Before a field is written, or anything else that may change what is shared. */
    public static void write(Object shared, String what) {
        point(shared, Access.WRITE, what);
    }

    private static void point(Object shared, Access access, String what) {
        if (Thread.currentThread() instanceof ExploredThread thread) {
            thread.run.point(thread, new Step(shared, access, what));
        }
    }

    /** In place of the start of a {@code synchronized} block. */
    public static void enter(Object monitor) {
        if (Thread.currentThread() instanceof ExploredThread thread) {
            thread.run.lock(thread, monitor);
        }
    }

    /** In place of the end of a {@code synchronized} block. */
    public static void exit(Object monitor) {
        if (Thread.currentThread() instanceof ExploredThread thread) {
            thread.run.unlock(thread, monitor);
        }
    }

    /** In place of {@link #enter} with {@link Fault#MONITORS_ARE_OPEN}. */
    public static void pass(Object monitor) {
        write(monitor, "pass a monitor that is none");
    }

    /** In place of {@link #exit} with {@link Fault#MONITORS_ARE_OPEN}. */
    public static void leave(Object monitor) {
        // Nobody was kept out.
    }
}
