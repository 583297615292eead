package dev.sluice.conformance.contracts;

import dev.sluice.conformance.Contract;

/** How peers are judged. */
public interface VerificationContract extends Contract {}
