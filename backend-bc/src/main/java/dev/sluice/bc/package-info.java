/** The backend for BouncyCastle: an adapter from its low-level TLS API to the engine seam. */
@NullMarked
package dev.sluice.bc;

import org.jspecify.annotations.NullMarked;
