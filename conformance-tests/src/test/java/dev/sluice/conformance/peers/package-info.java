/**
 * Our sockets and servers against real programs: OpenSSL, GnuTLS, curl and nginx, in both directions.
 *
 * <p>All tests have the tag {@value dev.sluice.testing.PeerProgram#TAG}.
 */
package dev.sluice.conformance.peers;
