/**
 * Recorded answers of QEMU's {@code amd-iommu}, put to Moat's AMD-Vi: {@link dev.moat.conform.amdvi.AmdViRow}
 * reads them, {@link dev.moat.conform.amdvi.SpecificationJudge} asks whether the specification's unit answers as the rows
 * say it must, and {@link dev.moat.conform.amdvi.QemuJudge} whether it answers as that QEMU did once its deviations are
 * switched on. Start at {@link dev.moat.conform.amdvi.AmdViRecords}.
 */
@NullMarked
package dev.moat.conform.amdvi;

import org.jspecify.annotations.NullMarked;
