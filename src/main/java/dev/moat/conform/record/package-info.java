/**
 * Recorded rows: {@link dev.moat.conform.record.RecordedCases} reads them, {@link dev.moat.conform.record.Comparer} compares
 * their cells with answers.
 */
@NullMarked
package dev.moat.conform.record;

import org.jspecify.annotations.NullMarked;
