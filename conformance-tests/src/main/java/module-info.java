/** The conformance suite: proves that a TLS backend has none of the catalogued weaknesses. */
module dev.sluice.conformance {
    requires transitive dev.sluice;
    requires transitive net.jqwik.api;
    requires transitive org.junit.jupiter.api;
    requires java.logging;
    requires com.google.gson;
    requires java.management;
    requires jdk.jfr;
    requires jdk.management;
    requires org.bouncycastle.pkix;
    requires org.bouncycastle.provider;
    requires org.junit.platform.engine;
    requires org.junit.platform.launcher;
    requires org.opentest4j;
    requires static org.jspecify;

    exports dev.sluice.conformance;
    exports dev.sluice.conformance.certificates;
    exports dev.sluice.conformance.command;
    exports dev.sluice.conformance.contracts;
    exports dev.sluice.conformance.harness;
    exports dev.sluice.conformance.saboteurs;
    exports dev.sluice.conformance.simulation;

    uses dev.sluice.spi.TlsBackend;

    opens dev.sluice.conformance;
    opens dev.sluice.conformance.contracts;
}
