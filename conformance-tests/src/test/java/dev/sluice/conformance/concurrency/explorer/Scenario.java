package dev.sluice.conformance.concurrency.explorer;

import java.util.List;

/** Made anew for each interleaving, and has to do the same whenever the same decisions are made. */
public interface Scenario {
    /** A part of the scenario; an exception or an error that comes out of it is what is wrong. */
    @FunctionalInterface
    interface Work {
        void run() throws Exception;
    }

    /** What the threads do, a thread each. */
    List<Work> threads();

    /** Runs when all threads have ended, on a thread that is alone: what must be true at rest. */
    void atRest() throws Exception;
}
