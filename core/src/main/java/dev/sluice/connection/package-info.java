/** The connection as a state machine that turns bytes into bytes and facts, without any I/O. */
@NullMarked
package dev.sluice.connection;

import org.jspecify.annotations.NullMarked;
