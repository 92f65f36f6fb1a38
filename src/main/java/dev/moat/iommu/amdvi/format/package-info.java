/**
 * The formats of AMD-Vi, every field and reserved bit named: {@link dev.moat.iommu.amdvi.format.DeviceTableEntry}, {@link
 * dev.moat.iommu.amdvi.format.PageTableEntry}, {@link dev.moat.iommu.amdvi.format.Commands}, {@link
 * dev.moat.iommu.amdvi.format.Events}, {@link dev.moat.iommu.amdvi.format.Registers}; and what becomes of a request: {@link
 * dev.moat.iommu.amdvi.format.Outcome}, {@link dev.moat.iommu.amdvi.format.Translation}.
 */
@NullMarked
package dev.moat.iommu.amdvi.format;

import org.jspecify.annotations.NullMarked;
