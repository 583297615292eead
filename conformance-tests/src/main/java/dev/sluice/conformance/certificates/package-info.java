/** Certificates for the properties, good ones and others. */
@NullMarked
package dev.sluice.conformance.certificates;

import org.jspecify.annotations.NullMarked;
