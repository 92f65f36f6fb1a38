/**
 * Linux's driver of the GART: where the window is ({@link dev.moat.iommu.gart.linux.GartAperture}), what the kernel was told
 * ({@link dev.moat.iommu.gart.linux.GartOptions}), turning it on and off ({@link dev.moat.iommu.gart.linux.GartSetup}), emptying all
 * TLBs ({@link dev.moat.iommu.gart.linux.GartFlush}), mappings ({@link dev.moat.iommu.gart.linux.GartMapping},
 * {@link dev.moat.iommu.gart.linux.GartListMapping}). {@link dev.moat.iommu.gart.linux.GartSpace} is where its state lives.
 */
@NullMarked
package dev.moat.iommu.gart.linux;

import org.jspecify.annotations.NullMarked;
