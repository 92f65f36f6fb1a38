/**
 * Recorded rows: {@link dev.moat.conform.xen.record.RecordedCases} reads them, {@link dev.moat.conform.xen.record.Comparer} compares
 * their cells with answers.
 */
@NullMarked
package dev.moat.conform.xen.record;

import org.jspecify.annotations.NullMarked;
