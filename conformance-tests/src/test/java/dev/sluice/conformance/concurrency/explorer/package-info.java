/**
 * Runs a few threads through every interleaving of what they do to what they share.
 *
 * <p>Classes under test are loaded once more, with a point before each access to a field that is not final, to a lock, an
 * atomic flag or a collection ({@link dev.sluice.conformance.concurrency.explorer.InstrumentingLoader}). One thread runs at
 * a time; at each point {@link dev.sluice.conformance.concurrency.explorer.Explorer} decides who goes on, and comes back for
 * every other decision. Orders that differ only in steps that do not touch the same thing are run once (sleep sets, after
 * Godefroid). So a scenario that passes has no interleaving that fails, as far as memory is sequentially consistent; what a
 * weaker memory may add is left to the stress tests.
 */
package dev.sluice.conformance.concurrency.explorer;
