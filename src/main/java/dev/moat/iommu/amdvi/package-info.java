/**
 * AMD-Vi, hardware side only: the unit's reads, caches and commands, but no software. Host page tables, no guest ones.
 * Read the formats first ({@link dev.moat.iommu.amdvi.format}), then the behaviour that all units share ({@link
 * dev.moat.iommu.amdvi.semantics}). A unit outside of a search, for recorded cases, keeps its caches in objects:
 * {@link dev.moat.iommu.amdvi.request}.
 *
 * <p>Here is the unit of a search, in slots of the state, at any geometry: {@link dev.moat.iommu.amdvi.AmdViGeometry}
 * (sizes and parts), {@link dev.moat.iommu.amdvi.AmdViUnit} (where everything is), {@link
 * dev.moat.iommu.amdvi.SlotMemory} (the same by address), {@link dev.moat.iommu.amdvi.AmdViWalk} (answers), {@link
 * dev.moat.iommu.amdvi.AmdViCaches} (its own actions), {@link dev.moat.iommu.amdvi.CommandRing}, {@link
 * dev.moat.iommu.amdvi.BlockedRequests}.
 *
 * <p>Not modelled: interrupt remapping, guest tables and PASIDs, page requests, device TLBs, accessed and dirty bits,
 * interrupts of the unit itself.
 *
 * <p>The meaning of AMD-Vi's words, decisions, walks and ranges, for {@code moat prove --code layouts}.
 */
@NullMarked
package dev.moat.iommu.amdvi;

import org.jspecify.annotations.NullMarked;
