package dev.sluice.benchmarks;

import java.util.List;
import javax.net.ssl.SSLException;

/**
 * Several ways of doing the same work in one thread, in short turns one after the other. Time is the thread's processor
 * time: what else runs on the machine does not count.
 */
final class Turns {
    private final Options options;
    private final List<Figure> figures;

    /** Something to be measured that may fail. */
    interface Work {
        void run() throws SSLException;
    }

    /** Somebody's work. */
    record Turn(String contender, Work work) {}

    Turns(Options options, List<Figure> figures) {
        this.options = options;
        this.figures = figures;
    }

    /**
     * Measures; the first turn is what the others are compared with.
     *
     * @param amount how many units a turn is
     * @param records how many records a turn is, to tell what each costs the heap; 0 not to tell
     */
    void compare(String scenario, String unit, double amount, List<Turn> turns, int records) throws SSLException {
        int rounds = options.rounds() * 2;
        int warmUp = options.quick() ? 10 : 40;
        double[][] seconds = new double[turns.size()][rounds];
        double[][] bytes = new double[turns.size()][rounds];
        for (int round = -warmUp; round < rounds; round++) {
            for (int i = 0; i < turns.size(); i++) {
                long bytesBefore = Meter.allocatedBytes();
                double before = Meter.threadSeconds();
                turns.get(i).work().run();
                if (round >= 0) {
                    seconds[i][round] = Meter.threadSeconds() - before;
                    bytes[i][round] = Meter.allocatedBytes() - bytesBefore;
                }
            }
        }
        for (int i = 0; i < turns.size(); i++) {
            String name = turns.get(i).contender();
            Figure figure =
                    Figure.ofRounds(scenario, name, unit, amount, seconds[i], seconds[0], seconds[i], seconds[0]);
            figures.add(figure);
            System.out.printf(
                    "  %-46s %-15s %9.1f %-5s ratio %.3f (%.3f to %.3f)%s%n",
                    scenario,
                    name,
                    figure.value(),
                    unit,
                    figure.ratio(),
                    figure.low(),
                    figure.high(),
                    records == 0
                            ? ""
                            : String.format(
                                    ", %.1f bytes of heap per record", Figure.quantile(bytes[i], 0.5) / records));
        }
    }
}
