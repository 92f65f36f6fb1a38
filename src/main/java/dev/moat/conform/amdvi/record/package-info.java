/**
 * Recorded answers of QEMU's {@code amd-iommu} as a file holds them: {@link dev.moat.conform.amdvi.record.CaseReader} reads
 * {@link dev.moat.conform.amdvi.record.Row}s.
 */
@NullMarked
package dev.moat.conform.amdvi.record;

import org.jspecify.annotations.NullMarked;
