/**
 * What will be the backend for BouncyCastle, over its low-level TLS API.
 *
 * <p>There is no {@code TlsBackend} here yet, and none is registered: this module does not change what
 * {@code SslBackends.available()} says. What is here is the check that such a backend makes first: which versions of
 * BouncyCastle's four jars are running, whether they belong together, and whether they are new enough.
 *
 * <p>To use BouncyCastle today, hand its JSSE provider to the backend for JSSE.
 */
@NullMarked
package dev.sluice.bc;

import org.jspecify.annotations.NullMarked;
