package dev.sluice.conformance.contracts;

/** Which step of creation fails, and how. */
public enum Refusal {
    /** The backend refuses the context. */
    CONTEXT_REFUSED,
    /** Creation of the context breaks. */
    CONTEXT_BREAKS,
    /** The context refuses the engine. */
    ENGINE_REFUSED,
    /** Creation of the engine breaks. */
    ENGINE_BREAKS
}
