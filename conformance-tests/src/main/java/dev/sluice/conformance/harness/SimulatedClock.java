package dev.sluice.conformance.harness;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Time that stands still until it is told to pass, for deadlines and for the validity of certificates.
 *
 * <p>Thread-safe.
 */
public final class SimulatedClock implements LongSupplier, InstantSource {
    private static final Instant START = Instant.parse("2030-06-01T12:00:00Z");

    private final AtomicLong nanos = new AtomicLong();

    /** A clock that stands at its start. */
    public SimulatedClock() {}

    /**
     * Lets time pass.
     *
     * @param time how much
     */
    public void advance(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    /**
     * The time that has passed since the start.
     *
     * @return the time
     */
    public Duration elapsed() {
        return Duration.ofNanos(nanos.get());
    }

    @Override
    public long getAsLong() {
        return nanos.get();
    }

    @Override
    public Instant instant() {
        return START.plusNanos(nanos.get());
    }
}
