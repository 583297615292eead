/** What people read after a run: a table in the terminal, a page for a browser, a table for a document. */
@NullMarked
package dev.sluice.conformance.report;

import org.jspecify.annotations.NullMarked;
