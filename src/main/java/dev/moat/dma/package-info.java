/**
 * Software between drivers and an IOMMU, in no family's words. {@link dev.moat.dma.AreaAllocator} is the bitmap that gives out
 * I/O addresses.
 */
@NullMarked
package dev.moat.dma;

import org.jspecify.annotations.NullMarked;
