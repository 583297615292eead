/**
 * Replays what the real QSslSocket does: recorded event traces are data, scripts say how to bring the same about on
 * Sluice, and each side's events must be equal, save for edits that are named one by one.
 */
@NullMarked
package dev.sluice.conformance.oracle;

import org.jspecify.annotations.NullMarked;
