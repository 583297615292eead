/** Contracts that a TLS backend has to fulfil, with the simulated world that they run in. */
@NullMarked
package dev.sluice.conformance;

import org.jspecify.annotations.NullMarked;
