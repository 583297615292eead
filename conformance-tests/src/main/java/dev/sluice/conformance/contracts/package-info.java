/** The properties of the suite, grouped by subject. */
@NullMarked
package dev.sluice.conformance.contracts;

import org.jspecify.annotations.NullMarked;
