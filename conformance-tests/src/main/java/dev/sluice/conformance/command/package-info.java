/** The suite from the command line. */
@NullMarked
package dev.sluice.conformance.command;

import org.jspecify.annotations.NullMarked;
