/** Certificates, keys and the verification of a peer's identity. */
@NullMarked
package dev.sluice.x509;

import org.jspecify.annotations.NullMarked;
