package dev.sluice.conformance.contracts;

import dev.sluice.conformance.Contract;

/** How contexts are made, shared and freed. */
public interface ContextLifetimeContract extends Contract {}
