package dev.sluice.conformance.contracts;

import dev.sluice.conformance.Contract;

/** How connections fail and end. */
public interface ClosingContract extends Contract {}
