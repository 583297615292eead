/** Looks for deadlocks, for locks held around user code, and for what many threads break when they share sockets. */
@NullMarked
package dev.sluice.conformance.concurrency;

import org.jspecify.annotations.NullMarked;
