package dev.sluice.conformance.contracts;

import dev.sluice.conformance.Contract;

/** What the getters say in every state. */
public interface ApiStateContract extends Contract {}
