/**
 * An example of a third party's backend: Conscrypt (BoringSSL) behind the seam of {@link dev.sluice.spi}.
 *
 * <p>Read in this order: {@link dev.sluice.examples.conscrypt.ConscryptBackend}, then the capabilities, the context, and the
 * engine, which is the heart of it.
 */
@NullMarked
package dev.sluice.examples.conscrypt;

import org.jspecify.annotations.NullMarked;
