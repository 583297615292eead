/** Fixtures for the tests of all modules; the other modules get them from this module's test-jar. */
@NullMarked
package dev.sluice.testing;

import org.jspecify.annotations.NullMarked;
