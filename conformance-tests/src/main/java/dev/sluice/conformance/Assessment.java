package dev.sluice.conformance;

import dev.sluice.conformance.saboteurs.Saboteur;
import dev.sluice.conformance.saboteurs.SaboteurTrial;
import dev.sluice.conformance.saboteurs.Saboteurs;
import dev.sluice.conformance.simulation.SimulationRun;
import dev.sluice.spi.TlsBackend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * All that the suite has to say of one backend: properties, simulations, and what the properties did with saboteurs of
 * this very backend.
 *
 * <p>Immutable, share freely.
 *
 * @param backend the name of the backend
 * @param library the library behind it with its version
 * @param profile how thorough the run was
 * @param seed from which all follows
 * @param outcomes of the properties
 * @param simulations what came of them
 * @param trials of the saboteurs
 * @param time how long all took
 */
public record Assessment(
        String backend,
        String library,
        Profile profile,
        long seed,
        List<Outcome> outcomes,
        SimulationRun simulations,
        List<SaboteurTrial> trials,
        Duration time) {
    /** What can be said of a weakness. */
    public enum Standing {
        /** Every property that applies holds. */
        ABSENT,
        /** A property does not hold. */
        FOUND,
        /** Nothing that was declared could have it. */
        NOT_APPLICABLE,
        /** It is one of the library's own code: the build proves its absence, not a run. */
        ELSEWHERE,
        /** No property is about it. */
        UNPROVEN
    }

    /**
     * What a run is to do.
     *
     * @param backend what is judged
     * @param profile how thoroughly
     * @param seed from which all follows
     * @param simulations how many connections are simulated
     * @param threads on how many threads
     */
    public record Order(TlsBackend backend, Profile profile, long seed, long simulations, int threads) {}

    /** Hears how far it has come; called often, from any thread. */
    @FunctionalInterface
    public interface Progress {
        /**
         * A part of the work was done.
         *
         * @param part what is being done
         * @param done how much of it
         * @param of how much there is
         */
        void advanced(String part, long done, long of);
    }

    /**
     * Makes an assessment; the lists are copied.
     *
     * @param backend the name of the backend
     * @param library the library behind it with its version
     * @param profile how thorough the run was
     * @param seed from which all follows
     * @param outcomes of the properties
     * @param simulations what came of them
     * @param trials of the saboteurs
     * @param time how long all took
     */
    public Assessment {
        outcomes = List.copyOf(outcomes);
        trials = List.copyOf(trials);
    }

    /**
     * Judges a backend.
     *
     * @param order what to do
     * @param progress hears how far it has come
     * @return what was found
     */
    public static Assessment make(Order order, Progress progress) {
        long start = System.nanoTime();
        TlsBackend backend = order.backend();
        Subject subject = new Subject(backend);
        int properties = Suite.properties().size();
        int[] done = {0};
        Consumer<Outcome> counter = outcome -> progress.advanced("properties", ++done[0], properties);
        List<Outcome> outcomes = Suite.run(subject, order.profile(), order.seed(), property -> true, counter);
        SimulationRun simulations = SimulationRun.play(
                subject,
                order.seed(),
                order.simulations(),
                order.threads(),
                played -> progress.advanced("simulations", played, order.simulations()));
        List<Saboteur> saboteurs = Saboteurs.all();
        List<SaboteurTrial> trials = new ArrayList<>();
        for (Saboteur saboteur : saboteurs) {
            trials.add(SaboteurTrial.of(saboteur, backend, order.seed()));
            progress.advanced("saboteurs", trials.size(), saboteurs.size());
        }
        return new Assessment(
                backend.name(),
                backend.runtimeVersion().text(),
                order.profile(),
                order.seed(),
                outcomes,
                simulations,
                trials,
                Duration.ofNanos(System.nanoTime() - start));
    }

    /**
     * The properties about a weakness.
     *
     * @param weakness the weakness
     * @return their outcomes
     */
    public List<Outcome> about(Weakness weakness) {
        return outcomes.stream()
                .filter(outcome -> outcome.weaknesses().contains(weakness))
                .toList();
    }

    /**
     * The saboteurs with a weakness.
     *
     * @param weakness the weakness
     * @return what became of them
     */
    public List<SaboteurTrial> trialsOf(Weakness weakness) {
        return trials.stream()
                .filter(trial -> trial.saboteur().breaks() == weakness)
                .toList();
    }

    /**
     * What can be said of a weakness.
     *
     * @param weakness the weakness
     * @return where it stands
     */
    public Standing standing(Weakness weakness) {
        List<Outcome> about = about(weakness);
        if (about.isEmpty()) {
            return weakness == Weakness.W15 ? Standing.ELSEWHERE : Standing.UNPROVEN;
        }
        if (about.stream().anyMatch(outcome -> outcome.verdict() == Outcome.Verdict.FAILS)) {
            return Standing.FOUND;
        }
        return about.stream().allMatch(outcome -> outcome.verdict() == Outcome.Verdict.NOT_APPLICABLE)
                ? Standing.NOT_APPLICABLE
                : Standing.ABSENT;
    }

    /**
     * How many weaknesses stand so.
     *
     * @param standing where they stand
     * @return the count
     */
    public long count(Standing standing) {
        return Arrays.stream(Weakness.values())
                .filter(weakness -> standing(weakness) == standing)
                .count();
    }

    /**
     * Says whether the backend has none of the weaknesses and the suite has caught every saboteur.
     *
     * @return true if there is nothing to complain of
     */
    public boolean isGood() {
        return outcomes.stream().noneMatch(outcome -> outcome.verdict() == Outcome.Verdict.FAILS)
                && simulations.failure().isEmpty()
                && simulations.gaps().isEmpty()
                && trials.stream().noneMatch(trial -> trial.result() == SaboteurTrial.Result.MISSED);
    }
}
