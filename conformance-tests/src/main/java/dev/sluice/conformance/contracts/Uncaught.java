package dev.sluice.conformance.contracts;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** What listeners and handlers throw: it goes to the handler of the thread that has called them. */
final class Uncaught {
    private Uncaught() {}

    /**
     * Collects what they throw on this thread. An {@link AssertionError} that is still there at the end is a finding of the property.
     *
     * @param work is given the list, to look at and to take from
     */
    static void during(Consumer<List<Throwable>> work) {
        Thread self = Thread.currentThread();
        Thread.UncaughtExceptionHandler before = self.getUncaughtExceptionHandler();
        List<Throwable> thrown = new CopyOnWriteArrayList<>();
        self.setUncaughtExceptionHandler((thread, throwable) -> thrown.add(throwable));
        try {
            work.accept(thrown);
        } finally {
            self.setUncaughtExceptionHandler(before);
        }
        thrown.stream().filter(AssertionError.class::isInstance).findFirst().ifPresent(finding -> {
            throw (AssertionError) finding;
        });
    }
}
