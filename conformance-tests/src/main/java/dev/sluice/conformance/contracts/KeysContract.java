package dev.sluice.conformance.contracts;

import dev.sluice.conformance.Contract;

/** Pre-shared keys and pinned keys. */
public interface KeysContract extends Contract {}
