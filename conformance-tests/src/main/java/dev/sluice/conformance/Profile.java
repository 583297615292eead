package dev.sluice.conformance;

/** How thorough a run is. */
public enum Profile {
    /** For in between: every property, a few tries each. */
    QUICK(8, 2_000),
    /** For a verdict. */
    FULL(1, 20_000),
    /** For saboteurs: as few tries as find each of them. */
    SABOTAGE(8, 0),
    /** For those that a saboteur must not bring into disrepute: one try each. */
    GLANCE(Integer.MAX_VALUE, 0);

    private final int divisor;
    private final int simulations;

    Profile(int divisor, int simulations) {
        this.divisor = divisor;
        this.simulations = simulations;
    }

    int tries(int full) {
        return Math.max(1, full / divisor);
    }

    /**
     * How many connections are simulated.
     *
     * @return the count for each backend
     */
    public int simulations() {
        return simulations;
    }
}
