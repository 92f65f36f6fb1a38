/**
 * Linux's driver of a Calgary or CalIOC2, as it was until the driver left the kernel. Tables and registers of one bus,
 * set up ({@link dev.moat.iommu.calgary.linux.CalgarySetup}), mappings ({@link
 * dev.moat.iommu.calgary.linux.CalgaryMapping}), the two sequences that empty the chip's cache ({@link
 * dev.moat.iommu.calgary.linux.TceBlast}), and the watchdog that takes a bus off ({@link
 * dev.moat.iommu.calgary.linux.ErrorWatchdog}). {@link dev.moat.iommu.calgary.linux.BusTable} has its state, {@link
 * dev.moat.iommu.calgary.linux.Platform} its environment.
 */
@NullMarked
package dev.moat.iommu.calgary.linux;

import org.jspecify.annotations.NullMarked;
