/**
 * IBM Calgary and CalIOC2, hardware side only: a chip's reads, caches and reports, but no software. The unit of
 * translation is the bus below a host bridge: requesters on one bus cannot be told apart, and there is no tag.
 *
 * <p>Read the formats first ({@link dev.moat.iommu.calgary.Tce}, {@link
 * dev.moat.iommu.calgary.Registers}), then {@link dev.moat.iommu.calgary.CalgaryGeometry} (sizes and options),
 * {@link dev.moat.iommu.calgary.CalgaryUnit} (registers and where they live in the state), {@link
 * dev.moat.iommu.calgary.TceWalk} (the result of a request; reads only), {@link dev.moat.iommu.calgary.TceCache}
 * (actions of the chip). {@link dev.moat.iommu.calgary.TcesInState} is the memory of a search; at real geometry any
 * {@link dev.moat.iommu.Memory} holds the tables.
 *
 * <p>No register manual is public. The facts come from Linux's driver and its authors' texts; the package says where
 * it had to choose.
 *
 * <p>Words of a Calgary or CalIOC2: entries of its tables, registers, and what tells the two chips apart.
 */
@NullMarked
package dev.moat.iommu.calgary;

import org.jspecify.annotations.NullMarked;
