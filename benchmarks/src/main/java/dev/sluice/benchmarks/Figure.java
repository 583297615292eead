package dev.sluice.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/**
 * One line of a table.
 *
 * @param scenario what was measured
 * @param contender who
 * @param value the median over the rounds
 * @param unit what the value is in
 * @param ratio the median of the ratios to the first contender within each round, above 1 if better; NaN if there is none
 * @param low a quarter of the ratios is below this
 * @param high a quarter of the ratios is above this
 * @param processorRatio the median ratio of the processor time used, above 1 if less was used; NaN if not measured
 */
record Figure(
        String scenario,
        String contender,
        double value,
        String unit,
        double ratio,
        double low,
        double high,
        double processorRatio) {

    /** A value that stands beside no other. */
    static Figure of(String scenario, String contender, double value, String unit) {
        return new Figure(scenario, contender, value, unit, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }

    /** The same figure under other names. */
    Figure renamed(String newScenario, String newContender) {
        return new Figure(newScenario, newContender, value, unit, ratio, low, high, processorRatio);
    }

    /**
     * From the rounds of one contender and of the first one.
     *
     * @param seconds how long each round took
     * @param firstSeconds how long the first contender took in the same round
     * @param amount how many units are done in a round
     */
    static Figure ofRounds(
            String scenario,
            String contender,
            String unit,
            double amount,
            double[] seconds,
            double[] firstSeconds,
            double[] processor,
            double[] firstProcessor) {
        double[] ratios = ratios(seconds, firstSeconds);
        return new Figure(
                scenario,
                contender,
                amount / quantile(seconds, 0.5),
                unit,
                quantile(ratios, 0.5),
                quantile(ratios, 0.25),
                quantile(ratios, 0.75),
                quantile(ratios(processor, firstProcessor), 0.5));
    }

    private static double[] ratios(double[] seconds, double[] firstSeconds) {
        double[] ratios = new double[seconds.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = firstSeconds[i] / seconds[i];
        }
        return ratios;
    }

    static double quantile(double[] values, double part) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double at = part * (sorted.length - 1);
        int below = (int) Math.floor(at);
        int above = (int) Math.ceil(at);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    /** A line of a results file. */
    String toLine() {
        return String.join(
                "\t",
                scenario,
                contender,
                number(value, 4),
                unit,
                number(ratio, 3),
                number(low, 3),
                number(high, 3),
                number(processorRatio, 3));
    }

    private static String number(double number, int digits) {
        return Double.isNaN(number) ? "-" : String.format(Locale.ROOT, "%." + digits + "f", number);
    }

    /** The opposite of {@link #toLine()}. */
    static Figure parse(String line) {
        String[] fields = line.split("\t", -1);
        return new Figure(
                fields[0],
                fields[1],
                parseNumber(fields[2]),
                fields[3],
                parseNumber(fields[4]),
                parseNumber(fields[5]),
                parseNumber(fields[6]),
                parseNumber(fields[7]));
    }

    private static double parseNumber(String text) {
        return text.equals("-") ? Double.NaN : Double.parseDouble(text);
    }
}
