package dev.sluice.conformance.contracts;

import dev.sluice.conformance.Contract;

/** What holds whatever a peer or a file brings. */
public interface HostileInputContract extends Contract {}
