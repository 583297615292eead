package dev.sluice.conformance.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Makes a script that fails smaller, as long as it fails: fewer steps first, then smaller amounts. */
final class Shrinker {
    /** So many plays are enough; what is left then is small, if not the smallest. */
    private static final int MAX_PLAYS = 2_000;

    private final Predicate<Script> fails;
    private int plays;

    private Shrinker(Predicate<Script> fails) {
        this.fails = fails;
    }

    /**
     * The smallest script found that fails.
     *
     * @param script one that fails
     * @param fails plays a script and says whether it does
     */
    static Script shrink(Script script, Predicate<Script> fails) {
        Shrinker shrinker = new Shrinker(fails);
        Script smaller = script;
        Script before;
        do {
            before = smaller;
            smaller = shrinker.withFewerSteps(smaller);
            smaller = shrinker.withSmallerAmounts(smaller);
        } while (!smaller.equals(before));
        return smaller;
    }

    /** Leaves out halves, then quarters, down to single steps. */
    private Script withFewerSteps(Script script) {
        Script smallest = script;
        for (int size = Math.max(1, script.steps().size() / 2); size > 0; size /= 2) {
            int at = 0;
            while (at < smallest.steps().size()) {
                List<Step> steps = new ArrayList<>(smallest.steps());
                steps.subList(at, Math.min(at + size, steps.size())).clear();
                Script candidate = smallest.with(steps);
                if (stillFails(candidate)) {
                    smallest = candidate;
                } else {
                    at += size;
                }
            }
        }
        return smallest;
    }

    private Script withSmallerAmounts(Script script) {
        Script smallest = script;
        for (int at = 0; at < smallest.steps().size(); at++) {
            for (int amount : candidates(smallest.steps().get(at).amount())) {
                List<Step> steps = new ArrayList<>(smallest.steps());
                Step step = steps.get(at);
                steps.set(at, new Step(step.kind(), step.actor(), amount));
                Script candidate = smallest.with(steps);
                if (stillFails(candidate)) {
                    smallest = candidate;
                    break;
                }
            }
        }
        return smallest;
    }

    private static List<Integer> candidates(int amount) {
        return List.of(0, 1, amount / 10, amount / 2).stream()
                .filter(smaller -> smaller < amount)
                .distinct()
                .toList();
    }

    private boolean stillFails(Script candidate) {
        return plays++ < MAX_PLAYS && fails.test(candidate);
    }
}
