/**
 * Linux's driver of a Calgary or CalIOC2, as it stood until the driver left the kernel: tables and registers of one bus, set up
 * ({@link dev.moat.iommu.calgary.linux.CalgarySetup}), mappings ({@link dev.moat.iommu.calgary.linux.CalgaryMapping}), the two
 * sequences that empty the chip's cache ({@link dev.moat.iommu.calgary.linux.TceBlast}), and the watchdog that takes a bus off
 * ({@link dev.moat.iommu.calgary.linux.ErrorWatchdog}). {@link dev.moat.iommu.calgary.linux.BusTable} is where its state lives,
 * {@link dev.moat.iommu.calgary.linux.Platform} what it stands on.
 */
@NullMarked
package dev.moat.iommu.calgary.linux;

import org.jspecify.annotations.NullMarked;
