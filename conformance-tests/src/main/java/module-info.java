/** The conformance suite: proves that a TLS backend has none of the catalogued weaknesses. */
module dev.sluice.conformance {
    requires transitive dev.sluice;
    requires transitive org.junit.jupiter.api;
    requires transitive net.jqwik.api;
    requires static org.jspecify;

    exports dev.sluice.conformance;
}
