/** The world that properties run in: a simulated network and clock, two sockets, and a record of what they told. */
@NullMarked
package dev.sluice.conformance.harness;

import org.jspecify.annotations.NullMarked;
