package dev.sluice.conformance;

import dev.sluice.spi.TlsBackend;

/**
 * The suite for somebody's backend: implement it in a test class, and JUnit runs every property.
 *
 * <pre>{@code
 * class MyBackendTest implements ConformanceSuite {
 *     @Override
 *     public TlsBackend backend() {
 *         return MyBackend.INSTANCE;
 *     }
 * }
 * }</pre>
 *
 * <p>The system properties {@code sluice.conformance.profile} ({@code quick} or {@code full}) and {@code
 * sluice.conformance.seed} say how often each property is tried, and from which seed. What the backend has not declared is reported as
 * aborted with the reason, not as passed.
 */
public interface ConformanceSuite extends ConformanceContracts {
    /**
     * The backend to judge.
     *
     * @return the same one each time
     */
    TlsBackend backend();

    @Override
    default Subject subject() {
        return new Subject(backend());
    }
}
