/**
 * Linux's driver of VT-d at real size, as a domain that a DMA layer maps in: second-level tables in memory, descriptors in the unit's
 * queue. {@link dev.moat.iommu.vtd.linux.VtdPages} is what {@link dev.moat.iommu.linux.PageDriver} asks of it. {@code @source} Linux 6.1
 * drivers/iommu/intel.
 */
@NullMarked
package dev.moat.iommu.vtd.linux;

import org.jspecify.annotations.NullMarked;
