/** Correct parts with one fault each, to show that the fault would be found. */
@NullMarked
package dev.sluice.conformance.saboteurs;

import org.jspecify.annotations.NullMarked;
