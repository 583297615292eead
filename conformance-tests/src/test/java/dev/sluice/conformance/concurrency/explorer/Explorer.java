package dev.sluice.conformance.concurrency.explorer;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;

/**
 * Runs a scenario through all its interleavings, depth first.
 *
 * <p>Sleep sets: what was tried first at a decision need not be tried again after another thread, until that thread has
 * touched the same thing. Of all orders that differ only in steps that do not conflict, one is run to the end.
 */
public final class Explorer {
    private static final int MAXIMUM_RUNS = 300_000;

    private final InstrumentingLoader loader;
    private final List<Decision> path = new ArrayList<>();

    /** A decision on the path of the current run. Threads are known by their numbers. */
    private static final class Decision {
        private final List<Integer> able;
        /** Not to be chosen here: another order has shown what would follow. */
        private final BitSet asleep;

        private int chosen = ExploredRun.Decisions.NONE;

        Decision(List<Integer> able, BitSet asleep) {
            this.able = able;
            this.asleep = asleep;
        }

        /** Chooses the first or the next thread, if there is one left to choose. */
        boolean advance() {
            if (chosen != ExploredRun.Decisions.NONE) {
                asleep.set(chosen);
            }
            chosen = able.stream()
                    .filter(thread -> !asleep.get(thread))
                    .findFirst()
                    .orElse(ExploredRun.Decisions.NONE);
            return chosen != ExploredRun.Decisions.NONE;
        }
    }

    /**
     * How much was explored.
     *
     * @param interleavings run to the end
     * @param abandoned given up, since another order had shown what would follow
     */
    public record Explored(int interleavings, int abandoned) {}

    private Explorer(InstrumentingLoader loader) {
        this.loader = loader;
    }

    /** An explorer of classes that get points at which threads are switched, and of those nested in them. */
    public static Explorer of(Class<?>... underTest) {
        return of(Fault.NONE, underTest);
    }

    /** The same, with a fault put into what the classes under test are made of. */
    public static Explorer of(Fault fault, Class<?>... underTest) {
        Set<String> names = new java.util.HashSet<>();
        for (Class<?> type : underTest) {
            names.add(type.getName());
        }
        return new Explorer(new InstrumentingLoader(names, fault));
    }

    /**
     * Explores.
     *
     * @param scenario a class with one constructor, whose parameters are interfaces or abstract classes
     * @param parts a class with a constructor without parameters for each of those
     * @return how much there was; all of it was run
     * @throws AssertionError if one interleaving failed, with its steps
     */
    public Explored explore(Class<? extends Scenario> scenario, Class<?>... parts) {
        int complete = 0;
        int abandoned = 0;
        path.clear();
        do {
            if (complete + abandoned == MAXIMUM_RUNS) {
                throw new AssertionError("more than " + MAXIMUM_RUNS + " interleavings: make the scenario smaller");
            }
            if (runOnce(make(scenario, parts))) {
                complete++;
            } else {
                abandoned++;
            }
        } while (backtrack());
        return new Explored(complete, abandoned);
    }

    private boolean backtrack() {
        while (!path.isEmpty()) {
            if (path.get(path.size() - 1).advance()) {
                return true;
            }
            path.remove(path.size() - 1);
        }
        return false;
    }

    /** Whether it ran to the end. */
    private boolean runOnce(Scenario scenario) {
        ExploredRun run = new ExploredRun(new Following());
        try {
            Throwable failure = run.explore(scenario.threads());
            if (failure != null) {
                throw failure;
            }
            if (run.wasAbandoned()) {
                return false;
            }
            scenario.atRest();
            return true;
        } catch (Throwable thrown) {
            throw new AssertionError(thrown.getMessage() + "\nin this interleaving:\n" + run, thrown);
        }
    }

    /** Follows the path, and makes it longer where it ends. */
    private final class Following implements ExploredRun.Decisions {
        private int depth;
        private Step last;

        @Override
        public int choose(ExploredRun run, List<Integer> able) {
            if (depth == path.size()) {
                Decision decision = new Decision(able, stillAsleep(run));
                path.add(decision);
                decision.advance();
            }
            Decision decision = path.get(depth);
            if (!decision.able.equals(able)) {
                throw new AssertionError("the scenario does not repeat itself: " + decision.able + ", now " + able);
            }
            depth++;
            if (decision.chosen != NONE) {
                last = run.pending(decision.chosen);
            }
            return decision.chosen;
        }

        /** Those that slept at the decision before, less those whom the step after it has woken. */
        private BitSet stillAsleep(ExploredRun run) {
            BitSet asleep = new BitSet();
            if (depth > 0) {
                Decision before = path.get(depth - 1);
                before.asleep.stream()
                        .filter(thread -> thread != before.chosen)
                        .filter(thread -> run.pending(thread) != null
                                && !run.pending(thread).conflictsWith(last))
                        .forEach(asleep::set);
            }
            return asleep;
        }
    }

    private Scenario make(Class<? extends Scenario> scenario, Class<?>... parts) {
        try {
            Object[] made = new Object[parts.length];
            for (int i = 0; i < parts.length; i++) {
                made[i] = make(constructor(parts[i]));
            }
            return (Scenario) make(constructor(scenario), made);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError("the scenario cannot be made", e);
        }
    }

    private Constructor<?> constructor(Class<?> type) throws ClassNotFoundException {
        return loader.loadClass(type.getName()).getDeclaredConstructors()[0];
    }

    private static Object make(Constructor<?> constructor, Object... arguments) throws ReflectiveOperationException {
        constructor.setAccessible(true);
        try {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            throw new AssertionError("the scenario cannot be made", e.getCause());
        }
    }
}
