/** The seam between a connection and a TLS engine: what a backend implements. */
@NullMarked
package dev.sluice.spi;

import org.jspecify.annotations.NullMarked;
