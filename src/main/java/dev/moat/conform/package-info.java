/**
 * Recorded answers of other implementations, put to Moat's own: {@link dev.moat.conform.RecordedCases} reads them,
 * {@link dev.moat.conform.XenConformance} asks the same of the executable grant table and compares.
 */
@NullMarked
package dev.moat.conform;

import org.jspecify.annotations.NullMarked;
