/**
 * Recorded answers of a real Xen, put to Moat's own: {@link dev.moat.conform.xen.GrantJudge} asks the same of the executable grant table
 * and compares, {@link dev.moat.conform.xen.VtdJudge} of the one whose devices sit behind a VT-d unit. Start at {@link
 * dev.moat.conform.xen.XenRecords}.
 */
@NullMarked
package dev.moat.conform.xen;

import org.jspecify.annotations.NullMarked;
