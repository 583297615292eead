package dev.sluice.examples.conscrypt;

import dev.sluice.conformance.ConformanceSuite;
import dev.sluice.spi.TlsBackend;

/** The verdict of the suite: this is all that the author of a backend has to write for it. */
class ConscryptConformanceTest implements ConformanceSuite {
    private static final TlsBackend BACKEND = new ConscryptBackend();

    @Override
    public TlsBackend backend() {
        return BACKEND;
    }
}
