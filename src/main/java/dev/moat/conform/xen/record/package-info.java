/**
 * Recorded rows of Xen: {@link dev.moat.conform.xen.record.XenRow} reads one, {@link dev.moat.conform.xen.record.Comparer} compares
 * its cells with answers.
 */
@NullMarked
package dev.moat.conform.xen.record;

import org.jspecify.annotations.NullMarked;
