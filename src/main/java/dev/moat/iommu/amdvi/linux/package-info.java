/**
 * Linux's driver of AMD-Vi at real size, as a domain that a DMA layer maps in: page tables in memory, commands in the unit's buffer. {@link
 * dev.moat.iommu.amdvi.linux.AmdViPages} is what {@link dev.moat.iommu.linux.PageDriver} asks of it. {@code @source} Linux 6.1
 * drivers/iommu/amd.
 */
@NullMarked
package dev.moat.iommu.amdvi.linux;

import org.jspecify.annotations.NullMarked;
