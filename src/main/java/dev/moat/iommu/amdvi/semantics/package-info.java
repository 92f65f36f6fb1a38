/**
 * What all AMD-Vi units have in common; it needs no state of its own but a {@link dev.moat.iommu.memory.Memory} and the {@link
 * dev.moat.iommu.amdvi.semantics.RegisterBank}:
 *
 * <ul>
 *   <li>{@link dev.moat.iommu.amdvi.semantics.DeviceCheck} and {@link dev.moat.iommu.amdvi.semantics.TableWalk}: what a request
 *       gets (read only);
 *   <li>{@link dev.moat.iommu.amdvi.semantics.CommandBuffer}, {@link dev.moat.iommu.amdvi.semantics.EventLog}, {@link
 *       dev.moat.iommu.amdvi.semantics.MmioUnit}: commands, events, registers;
 *   <li>{@link dev.moat.iommu.amdvi.semantics.Capabilities} and {@link dev.moat.iommu.amdvi.semantics.Deviation}: what a unit
 *       can do, and what QEMU's does otherwise.
 * </ul>
 */
@NullMarked
package dev.moat.iommu.amdvi.semantics;

import org.jspecify.annotations.NullMarked;
