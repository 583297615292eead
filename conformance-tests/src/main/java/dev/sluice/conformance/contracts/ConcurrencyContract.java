package dev.sluice.conformance.contracts;

import dev.sluice.conformance.Contract;

/** What holds with many threads. */
public interface ConcurrencyContract extends Contract {}
