/**
 * The other client of the IOMMU API in seed 001: ARM's mapping of a domain, a bitmap and a lock, made by its client and shared by
 * devices, over any IOMMU; and CPU caches that software maintains for devices that do not snoop them.
 */
@NullMarked
package dev.moat.dma.arm;

import org.jspecify.annotations.NullMarked;
