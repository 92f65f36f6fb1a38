/**
 * The behaviour that all AMD-Vi units share; it needs no state of its own but a {@link dev.moat.iommu.Memory}
 * and the {@link dev.moat.iommu.amdvi.semantics.RegisterBank}:
 *
 * <ul>
 *   <li>{@link dev.moat.iommu.amdvi.semantics.DeviceCheck} and {@link dev.moat.iommu.amdvi.semantics.TableWalk}: the result of a request (reads only);
 *   <li>{@link dev.moat.iommu.amdvi.semantics.CommandBuffer}, {@link dev.moat.iommu.amdvi.semantics.EventLog}, {@link
 *       dev.moat.iommu.amdvi.semantics.MmioUnit}: commands, events, registers;
 *   <li>{@link dev.moat.iommu.amdvi.semantics.Capabilities} and {@link dev.moat.iommu.amdvi.semantics.Deviation}: a unit's capabilities, and the differences of QEMU's unit.
 * </ul>
 */
@NullMarked
package dev.moat.iommu.amdvi.semantics;

import org.jspecify.annotations.NullMarked;
