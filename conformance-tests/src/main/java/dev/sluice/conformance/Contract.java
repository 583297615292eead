package dev.sluice.conformance;

/** Properties about one subject. The contracts of the suite extend it. */
public interface Contract {
    /**
     * What is judged.
     *
     * @return the same one for the whole run
     */
    Subject subject();
}
