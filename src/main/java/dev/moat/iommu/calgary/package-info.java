/**
 * IBM Calgary and CalIOC2, hardware side only: what a chip reads, caches and reports; never who invalidates when. The unit of
 * translation is the bus below a host bridge: requesters on one bus cannot be told apart, and there is no tag.
 *
 * <p>Read the formats first ({@link dev.moat.iommu.calgary.format.Tce}, {@link dev.moat.iommu.calgary.format.Registers}), then
 * {@link dev.moat.iommu.calgary.CalgaryGeometry} (sizes and options), {@link dev.moat.iommu.calgary.CalgaryUnit} (registers and
 * where they live in the state), {@link dev.moat.iommu.calgary.TceWalk} (read only: what a request gets),
 * {@link dev.moat.iommu.calgary.TceCache} (what the chip does by itself). {@link dev.moat.iommu.calgary.TcesInState} is the
 * memory of a search; at real geometry any {@link dev.moat.iommu.memory.Memory} holds the tables.
 *
 * <p>No register manual is public. What is known comes from Linux's driver and from what its authors wrote; the package says
 * at each place where it had to choose.
 */
@NullMarked
package dev.moat.iommu.calgary;

import org.jspecify.annotations.NullMarked;
