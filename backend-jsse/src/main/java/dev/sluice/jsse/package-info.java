/** The backend for JSSE providers: an adapter from {@code SSLEngine} to the engine seam. */
@NullMarked
package dev.sluice.jsse;

import org.jspecify.annotations.NullMarked;
