/**
 * AMD-Vi, hardware side only: what the unit reads, caches and executes; never who invalidates when. Host page tables, no
 * guest ones. Read the formats first ({@link dev.moat.iommu.amdvi.DeviceTableEntry}, {@link
 * dev.moat.iommu.amdvi.PageTableEntry}, {@link dev.moat.iommu.amdvi.Commands}, {@link dev.moat.iommu.amdvi.Events}, {@link
 * dev.moat.iommu.amdvi.Registers}), then what all units have in common and what needs no state of its own but a {@link
 * dev.moat.iommu.Memory} and the {@link dev.moat.iommu.amdvi.RegisterBank}:
 *
 * <ul>
 *   <li>{@link dev.moat.iommu.amdvi.DeviceCheck} and {@link dev.moat.iommu.amdvi.TableWalk}: what a request gets (read only);
 *   <li>{@link dev.moat.iommu.amdvi.CommandBuffer}, {@link dev.moat.iommu.amdvi.EventLog}, {@link
 *       dev.moat.iommu.amdvi.MmioUnit}: commands, events, registers;
 *   <li>{@link dev.moat.iommu.amdvi.Capabilities} and {@link dev.moat.iommu.amdvi.Deviation}: what a unit can do, and what
 *       QEMU's does otherwise.
 * </ul>
 *
 * <p>A unit of a search is in slots of the state, at any geometry: {@link dev.moat.iommu.amdvi.AmdViGeometry} (sizes and parts),
 * {@link dev.moat.iommu.amdvi.AmdViUnit} (where everything is), {@link dev.moat.iommu.amdvi.SlotMemory} (the same by address),
 * {@link dev.moat.iommu.amdvi.AmdViWalk} (answers), {@link dev.moat.iommu.amdvi.AmdViCaches} (what it does by itself),
 * {@link dev.moat.iommu.amdvi.CommandRing}, {@link dev.moat.iommu.amdvi.BlockedRequests}.
 *
 * <p>A unit outside of a search keeps its caches in objects: {@link dev.moat.iommu.amdvi.SpecifiedRequests} with {@link
 * dev.moat.iommu.amdvi.RequestCaches}, or {@link dev.moat.iommu.amdvi.QemuRequests}. It replays recorded cases.
 *
 * <p>Not modelled: interrupt remapping, guest tables and PASIDs, page requests, device TLBs, accessed and dirty bits, interrupts of
 * the unit itself, the suppression of repeated events (SE).
 */
@NullMarked
package dev.moat.iommu.amdvi;

import org.jspecify.annotations.NullMarked;
