/** One small program per question that a newcomer asks, and the command-line tool. */
@NullMarked
package dev.sluice.examples;

import org.jspecify.annotations.NullMarked;
