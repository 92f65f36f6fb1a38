/**
 * Software between drivers and an IOMMU, in no family's words: which devices it serves ({@link dev.moat.dma.Devices}). What it asks
 * of an IOMMU's driver is {@link dev.moat.iommu.linux}.
 */
@NullMarked
package dev.moat.dma;

import org.jspecify.annotations.NullMarked;
