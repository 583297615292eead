package dev.sluice.conformance.contracts;

import dev.sluice.conformance.Contract;

/** Which protocols, suites, groups and settings are allowed. */
public interface PolicyContract extends Contract {}
