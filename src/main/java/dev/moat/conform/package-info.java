/**
 * Recorded answers of other implementations, put to Moat's own: {@link dev.moat.conform.XenConformance} asks the same of
 * the executable grant table and compares, {@link dev.moat.conform.VtdConformance} of the one whose devices sit behind a
 * VT-d unit. Start at {@link dev.moat.conform.XenRecords}.
 */
@NullMarked
package dev.moat.conform;

import org.jspecify.annotations.NullMarked;
