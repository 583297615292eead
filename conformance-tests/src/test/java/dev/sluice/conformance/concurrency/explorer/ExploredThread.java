package dev.sluice.conformance.concurrency.explorer;

import java.util.concurrent.Semaphore;

/** A thread that runs when it is its turn. All fields belong to whoever has the turn. */
final class ExploredThread extends Thread {
    final ExploredRun run;
    final int number;
    /** Released to hand over the turn. */
    final Semaphore turn = new Semaphore(0);

    private final Scenario.Work work;
    /** What it does when it gets the turn; null when it has ended. */
    Step pending;
    /** Whether the condition that it waits for was signalled. */
    boolean signalled;

    ExploredThread(ExploredRun run, int number, Scenario.Work work) {
        super("explored " + number);
        setDaemon(true);
        this.run = run;
        this.number = number;
        this.work = work;
        this.pending = new Step(this, Access.START, "start");
    }

    @Override
    public void run() {
        turn.acquireUninterruptibly();
        try {
            run.requireGoingOn();
            work.run();
        } catch (ExploredRun.Abandoned abandoned) {
            // This interleaving was given up: nothing to tell.
        } catch (Throwable thrown) { // an AssertionError above all
            run.failed(this, thrown);
        } finally {
            run.ended(this);
        }
    }
}
