/**
 * Client, network and server in one thread, on a simulated clock, driven by a seed: what happens to a connection in years
 * happens here in minutes, and can be repeated.
 */
@NullMarked
package dev.sluice.conformance.simulation;

import org.jspecify.annotations.NullMarked;
