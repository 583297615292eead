/**
 * The connection as a state machine that turns bytes into bytes and facts, without any I/O.
 *
 * <p>No API: exported to the conformance suite alone, which puts parts with a fault in. On the class path nothing keeps others
 * out; what is here changes without notice.
 */
@NullMarked
package dev.sluice.connection;

import org.jspecify.annotations.NullMarked;
