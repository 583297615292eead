package dev.sluice.conformance.contracts;

import dev.sluice.conformance.Contract;

/** Where secrets may be seen. */
public interface SecretsContract extends Contract {}
